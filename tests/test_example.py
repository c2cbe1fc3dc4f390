"""The notebook that README's first command opens."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest


@pytest.fixture
def example(root: Path) -> Path:
    return root / "examples" / "pair.ipynb"


def cells(notebook: Path) -> list[dict[str, Any]]:
    found = json.loads(notebook.read_text("utf-8"))["cells"]
    assert isinstance(found, list)
    return found


def code(notebook: Path) -> list[str]:
    return [
        "".join(cell["source"])
        for cell in cells(notebook)
        if cell["cell_type"] == "code"
    ]


def test_the_example_is_a_valid_notebook(example: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # such as a missing cell id
        nbformat.validate(json.loads(example.read_text("utf-8")))


def test_the_example_carries_no_results(example: Path) -> None:
    for cell in cells(example):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert cell["metadata"] == {}


def test_the_example_shows_the_steps_of_a_first_room(example: Path) -> None:
    first, second, *rest = code(example)
    assert first == "%load_ext jupyter_pairedit"
    assert second.startswith("ed = %pairedit open ")
    for step in ("%pairedit link", "ed.code", "%pairedit save"):
        assert any(step in cell for cell in rest)


@pytest.mark.parametrize(
    "command",
    [
        "nbconvert --to notebook --execute --stdout pair.ipynb",
        "papermill pair.ipynb -",
    ],
)
def test_the_example_runs_in_a_kernel_that_no_page_shows(
    example: Path, tmp_path: Path, command: str
) -> None:
    """No cell fails, and each prints what it prints while a page is missing."""
    shutil.copy(example, tmp_path)
    environment = {**os.environ, "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    outputs = [
        output
        for cell in json.loads(done.stdout)["cells"]
        for output in cell.get("outputs", [])
    ]
    printed = "".join(
        "".join(output.get("text") or output["data"]["text/plain"])
        for output in outputs
    )
    assert "UsageError" not in printed
    assert "PairEditor(room '" in printed
    assert "appears once its editor is shown" in printed
    assert "Saved 2 lines to greet.py" in printed
    assert "'Hello, world!'" in printed
