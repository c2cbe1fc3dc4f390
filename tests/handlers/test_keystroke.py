"""The path of one keystroke through the server, as docs/architecture.md has it."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from .conftest import Start
from .serving import KEYS

PACKAGE = "jupyter_pairedit"


class Trace:
    """Collects the files of the package whose functions run while ``on``."""

    def __init__(self, root: Path) -> None:
        self.on = False
        self.files: set[str] = set()
        self._folder = f"{root / PACKAGE}/"
        self._root = f"{root}/"

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if self.on and event == "call" and name.startswith(self._folder):
            self.files.add(name.removeprefix(self._root))


@pytest.fixture
def trace(root: Path) -> Iterator[Trace]:
    """A trace of this thread and of those that are started from now on."""
    trace, before = Trace(root), sys.getprofile()
    threading.setprofile(trace)
    sys.setprofile(trace)
    yield trace
    sys.setprofile(before)
    threading.setprofile(before)


async def test_the_documentation_names_each_file_that_a_key_runs(
    trace: Trace, start: Start, root: Path
) -> None:
    server = await start()  # after the trace, which follows only new threads
    room_id = await server.new_room(code="ab")
    author, _ = await server.seated(room_id, KEYS[0])
    other, _ = await server.seated(room_id, KEYS[1])

    await author.push(0, [1, [0, "y"], 1])
    await author.expect("saved")
    await other.expect("code_update")
    # The first edit of a room starts a measurement of its size.
    await (await server.hub.open(room_id)).settle()
    trace.on = True
    await author.push(1, [1, [0, "x"], 2])
    await author.expect("saved")
    await other.expect("code_update")
    trace.on = False

    described = (root / "docs" / "architecture.md").read_text("utf-8")
    core = f"{PACKAGE}/core/"
    assert f"{core}revisions.py" in trace.files
    assert f"{PACKAGE}/stores/sqlite/worker.py" in trace.files
    missing = {file for file in trace.files if f"`{file}`" not in described}
    assert {file for file in missing if not file.startswith(core)} == set()


def test_a_key_passes_30_files_at_most_and_returns_to_8(root: Path) -> None:
    """Count the table's files, and how often one that was left is entered again."""
    page = (root / "docs" / "architecture.md").read_text("utf-8")
    table = page.partition("| step | file |")[2].partition("\n\n")[0]
    rows = [row.split("|")[2] for row in table.splitlines()[2:]]
    path = [file for row in rows for file in re.findall(r"`([^`]+)`", row)]
    returns = [file for number, file in enumerate(path) if file in path[:number]]

    assert all((root / file).is_file() for file in path)
    assert len(set(path)) <= 30
    assert len(returns) <= 8
