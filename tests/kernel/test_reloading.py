"""IPython's autoreload, in real kernels in which this package is upgraded in place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jupyter_pairedit
from tests.jupyter import Server
from tests.running.kernels import Process, started

SOON = 60
"""Seconds after which a test that waits in vain fails."""
OURS = {
    "import": "from jupyter_pairedit import new_room",
    "extension": "%load_ext jupyter_pairedit\nfrom jupyter_pairedit import new_room",
}
MODES = {
    "complete": ("%autoreload 3", ""),
    "all": ("%autoreload 2", ""),
    "explicit": ("%autoreload 1", ""),
    "now": ("%autoreload 0", "%autoreload"),
    "loaded again": ("%reload_ext autoreload\n%autoreload 3", ""),
}
"""What is run before an upgrade, and after it."""
OPEN = """\
import jupyter_pairedit, sys, users
ed = new_room('x = 1\\n')
assert ed.connection.startswith('environment'), ed.connection
print(jupyter_pairedit.__file__)
"""
USE = """\
ed.code += '# more\\n'
assert ed.wait_for(lambda ed: ed._version is not None, 20)
assert ed.blame()
assert new_room('y = 1\\n').status == 'live'
"""
AGES = """\
print(users.age)
print({
    getattr(module, 'age', 0)
    for name, module in sys.modules.items()
    if name.partition('.')[0] == 'jupyter_pairedit'
})
"""
"""Prints those of the user's module and of the modules of this package."""


class Folder:
    """A folder of packages: a copy of this one, and a module of the user."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._age = 0
        source = Path(jupyter_pairedit.__file__).parent
        shutil.copytree(source, path / source.name)
        (path / "users.py").write_text("age = 0\n", "utf-8")

    def upgrade(self) -> None:
        """Change all modules. Each change is newer than what was imported."""
        self._age += 1
        for file in self.path.rglob("*.py"):
            with file.open("a", encoding="utf-8") as module:
                module.write(f"age = {self._age}\n")
            when = file.stat().st_mtime + 10 * self._age
            os.utime(file, (when, when))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "packages")


@pytest.fixture
def process(folder: Folder, jupyter: Server) -> Iterator[Process]:
    """A kernel that imports from the folder first."""
    named = {"PAIREDIT_SERVER": jupyter.url, "PAIREDIT_TOKEN": jupyter.token}
    with started(**named) as process:
        printed(process, f"import sys\nsys.path.insert(0, {str(folder.path)!r})")
        yield process


def printed(process: Process, cell: str) -> str:
    """Run a cell that succeeds. Return what it prints."""
    shown: list[str] = []

    def keep(message: dict[str, Any]) -> None:
        content = message["content"]
        shown.append(content.get("text") or "\n".join(content.get("traceback", [])))

    reply = process.client.execute_interactive(cell, timeout=SOON, output_hook=keep)
    text = "".join(shown)
    assert reply["content"]["status"] == "ok", text
    return text


@pytest.mark.parametrize("ours", OURS)
@pytest.mark.parametrize("first", ["ours", "autoreload"])
def test_an_upgrade_reloads_the_modules_of_the_user_and_not_ours(
    process: Process, folder: Folder, ours: str, first: str
) -> None:
    cells = [OURS[ours], "%load_ext autoreload"]
    for cell in cells if first == "ours" else reversed(cells):
        printed(process, cell)
    assert printed(process, OPEN).startswith(str(folder.path))
    printed(process, USE)

    for age, (before, after) in enumerate(MODES.values(), start=1):
        printed(process, f"{before}\n%aimport users, jupyter_pairedit.protocol.hello")
        folder.upgrade()
        printed(process, f"{after}\n{USE}")
        assert printed(process, AGES).splitlines() == [str(age), "{0}"], before
