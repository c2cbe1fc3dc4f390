"""The tests, types, lint and format of ``js/``, so that one command runs all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def run(node: Path, root: Path, *arguments: str) -> None:
    """Run node in ``js/``, and fail with what it printed."""
    done = subprocess.run(
        [node, *arguments],
        cwd=root / "js",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
    )
    if done.returncode:
        pytest.fail(f"node {' '.join(arguments)}\n{done.stdout}", pytrace=False)


def test_the_typescript_tests_pass(node: Path, root: Path) -> None:
    run(node, root, "test/run.mjs")


@pytest.mark.parametrize("project", [".", "test"])
def test_the_typescript_types_fit(node: Path, root: Path, project: str) -> None:
    run(node, root, "node_modules/typescript/bin/tsc", "--noEmit", "-p", project)


def test_eslint_finds_nothing(node: Path, root: Path) -> None:
    run(node, root, "node_modules/eslint/bin/eslint.js", ".")


def test_prettier_would_change_nothing(node: Path, root: Path) -> None:
    run(node, root, "node_modules/prettier/bin/prettier.cjs", "--check", ".")
