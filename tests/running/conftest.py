"""Kernels in which the tests of a file run code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oldkernel import install_ipykernel_6

from .kernels import Gate, Process, started
from .probe import RECORD


@pytest.fixture(scope="session")
def ipykernel_6(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an old ipykernel."""
    folder = tmp_path_factory.mktemp("ipykernel-6")
    install_ipykernel_6(folder)
    return folder


@pytest.fixture(scope="module", params=["ipykernel", "ipykernel_6"])
def process(request: pytest.FixtureRequest) -> Iterator[Process]:
    """A kernel of each kind, which the tests of a file share."""
    environment = {}
    if request.param == "ipykernel_6":
        environment["PYTHONPATH"] = str(request.getfixturevalue("ipykernel_6"))
    with started(**environment) as process:
        yield process


@pytest.fixture
def own_process() -> Iterator[Process]:
    """A kernel of this test, which may end."""
    with started() as process:
        yield process


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The file in which the probe records."""
    return tmp_path / "record"


@pytest.fixture
def probed(record: Path) -> Iterator[Process]:
    """A kernel of this test that records what it is given."""
    with started("tests.running.probe", **{RECORD: str(record)}) as process:
        yield process


@pytest.fixture(scope="module")
def other() -> Iterator[Process]:
    """A kernel of another language."""
    with started("tests.running.calculator") as process:
        yield process


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """Lets code end."""
    gate = Gate(tmp_path)
    yield gate
    gate.close()
