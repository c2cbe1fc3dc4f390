"""Editors that only IPython's caches refer to, and the limit of rooms for a kernel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.kernel.editor import PairEditor
from jupyter_pairedit.kernel.held import held_editors
from jupyter_pairedit.kernel.widget import new_room, open_editors
from tests.jupyter import Server

from .magics import run

if TYPE_CHECKING:
    from ..conftest import Page

LIMIT = "jupyter_pairedit.kernel.entering.MOST_ROOMS"


@pytest.fixture
def server(jupyter: Server, monkeypatch: pytest.MonkeyPatch, page: Page) -> Server:
    """The environment names a server, and a kernel may be in three rooms."""
    monkeypatch.setenv("PAIREDIT_SERVER", jupyter.url)
    monkeypatch.setenv("PAIREDIT_TOKEN", jupyter.token)
    monkeypatch.setattr(LIMIT, 3)
    return jupyter


HELD = {
    "a name": "ed = %pairedit new",
    "a list": "eds = [new_room()]",
    "an attribute": "class App: ...\napp = App()\napp.ed = new_room()",
    "a closure": "def make():\n    ed = new_room()\n    return lambda: ed.code\n"
    "callback = make()",
    "a generator": "def walk(ed):\n    yield\n    ed.code\n"
    "walker = walk(new_room())\nnext(walker)",
    "an observer that is held": "class Log:\n"
    "    def __init__(self, ed):\n        self.ed = ed\n"
    "        ed.observe(self.note, 'code')\n"
    "    def note(self, change): ...\n"
    "log = Log(new_room())",
    "another widget": "import ipywidgets\nbox = ipywidgets.VBox([new_room()])",
}

LEFT = {
    "the output of a cell": "%pairedit new",
    "a deleted name": "ed = %pairedit new\ned\ndel ed",
    "a name for something else": "ed = %pairedit new\ned = None",
    "an observer that nothing holds": "def watch(ed):\n"
    "    ed.observe(lambda change: change, 'code')\nwatch(new_room())",
    "its own methods": "new_room().share",
}


@pytest.mark.parametrize("cell", HELD.values(), ids=HELD)
def test_what_a_notebook_can_use_is_held(shell: InteractiveShell, cell: str) -> None:
    run(shell, "from jupyter_pairedit import new_room")

    run(shell, cell)

    editors = open_editors()
    assert held_editors(editors) == {editors[-1]}


@pytest.mark.parametrize("cell", LEFT.values(), ids=LEFT)
def test_what_only_caches_have_is_not(shell: InteractiveShell, cell: str) -> None:
    run(shell, "from jupyter_pairedit import new_room")

    run(shell, cell)

    assert held_editors(open_editors()) == set()


def test_a_running_function_holds_its_variables(page: Page) -> None:
    begun, end = threading.Event(), threading.Event()

    def work(make: Callable[[], PairEditor]) -> None:
        editor = make()
        begun.set()
        end.wait(20)
        assert editor.code == ""

    thread = threading.Thread(target=work, args=(new_room,))
    thread.start()
    begun.wait(20)
    during = len(held_editors(open_editors()))
    end.set()
    thread.join()

    assert during == 1


def test_a_room_for_each_run_does_not_lead_to_the_limit(
    shell: InteractiveShell, server: Server
) -> None:
    rooms = []
    for _ in range(6):
        run(shell, "ed = %pairedit new\ned")
        rooms.append(run(shell, "ed.room_id"))
        assert run(shell, "ed.connection") == f"environment: {server.url}"

    ways = [editor.connection for editor in open_editors()]

    left = "the page reports: Nothing refers to this editor any more."
    assert ways == [left] * 3 + [f"environment: {server.url}"] * 3
    assert {editor.status for editor in open_editors()[:3]} == {"not shown"}
    connections = server.call("pairedit/debug/rooms/kernels")
    assert set(connections) >= set(rooms[3:])
    assert not set(connections) & set(rooms[:3])


def test_editors_in_use_stay_and_the_next_one_says_that_there_are_too_many(
    shell: InteractiveShell, server: Server
) -> None:
    run(shell, "from jupyter_pairedit import new_room")

    run(shell, "eds = [new_room() for _ in range(4)]")

    ways = [editor.connection for editor in open_editors()]
    assert ways[:3] == [f"environment: {server.url}"] * 3
    assert (
        ways[3] == "the page reports: This kernel is in 32 rooms, which is the limit."
    )
    run(shell, "del eds")
