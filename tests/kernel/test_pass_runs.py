"""``ed.run()`` in a kernel that is in the room by a pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.client import Unread, connect
from jupyter_pairedit.client.servers import Search
from jupyter_pairedit.kernel import entering, finding
from jupyter_pairedit.kernel.editor import PairEditor
from jupyter_pairedit.kernel.session import in_time
from jupyter_pairedit.kernel.widget import join_room
from tests.client.conftest import CODE, Place
from tests.handlers.authorizers import NoExecute
from tests.jupyter import Server

from .magics import execute, run
from .test_passes import give
from .test_running import NOT_SHARED
from .test_session import SOON

if TYPE_CHECKING:
    from ..conftest import Page


@pytest.fixture
def place(jupyter: Server, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A room that the page of the notebook reaches, and the kernel does not."""
    for module in (entering, finding):
        monkeypatch.setattr(module, "find", lambda: Search(None, "There is none."))
    body = {"code": CODE, "limit": 20}
    room = jupyter.call("pairedit/rooms", "POST", body)["roomId"]
    return Place(jupyter, str(room))


@pytest.fixture
def editor(shell: InteractiveShell, page: Page, place: Place) -> PairEditor:
    """``ed`` of the shell, in the room by a pass."""
    return joined(shell, page, place)


def joined(shell: InteractiveShell, page: Page, place: Place) -> PairEditor:
    """Join a room by a pass."""
    editor = shell.user_ns["ed"] = join_room(place.id)
    give(page, editor, place)
    assert editor.wait_for(lambda ed: ed.status == "live", SOON)
    return editor


def runs(place: Place) -> list[dict[str, Any]]:
    """Return the runs of the room, from the API."""
    path = f"pairedit/rooms/{place.id}/runs"
    found: list[dict[str, Any]] = place.server.call(path)["runs"]
    return found


def test_the_room_has_the_run_and_its_output(
    shell: InteractiveShell,
    editor: PairEditor,
    place: Place,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with connect(place.url) as room:
        run(shell, "ed.code = \"print('here', 6 * 7)\"\ned.run()")

        (found,) = runs(place)
        assert found["inCell"]
        assert room.runs()[0].number == found["run"]
    assert NOT_SHARED not in capsys.readouterr().out
    assert editor.wait_for(lambda _: runs(place)[0]["state"] == "done", SOON)
    path = f"pairedit/rooms/{place.id}/runs/{found['run']}/outputs"
    (output,) = place.server.call(path)["outputs"]
    assert output[1:3] == ["stdout", "here 42\n"]
    assert [each.text for each in editor.outputs] == ["here 42\n"]


def test_text_of_guests_that_was_not_shown_is_not_run(
    shell: InteractiveShell, editor: PairEditor, place: Place
) -> None:
    with connect(place.link(), name="Bob") as guest:
        guest.write("ran = True\n")
        guest.saved(SOON)
    assert editor.wait_for(lambda ed: ed.code == "ran = True\n", SOON)

    done = execute(shell, "ed.run()")

    assert isinstance(done.error_in_exec, Unread)
    assert "ran" not in shell.user_ns
    assert runs(place) == []


@pytest.fixture
def forbidding(
    tmp_path_factory: pytest.TempPathFactory, root: Path
) -> Iterator[Server]:
    """A server on which nobody may execute code."""
    authorizer = f"{NoExecute.__module__}.{NoExecute.__name__}"
    server = Server(
        "jupyter_server",
        tmp_path_factory.mktemp("forbidding"),
        {"PYTHONPATH": str(root)},
        (f"--ServerApp.authorizer_class={authorizer}",),
    )
    server.start()
    yield server
    server.stop()


def test_where_runs_are_forbidden_the_cell_says_so_at_once_and_runs_alone(
    shell: InteractiveShell,
    page: Page,
    place: Place,
    forbidding: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It does so every time: the connection of the kernel is not ended for it."""
    room = forbidding.call("pairedit/rooms", "POST", {"code": CODE, "limit": 20})
    editor = joined(shell, page, Place(forbidding, str(room["roomId"])))
    # An answer that is missed would be waited for, until the test run ends.
    monkeypatch.setattr(in_time, "__defaults__", (10_000.0,))

    for _ in range(7):
        run(shell, "ed.code = \"print('here', 6 * 7)\"\ned.run()")

        said = "You may not run code in this room. Only this cell shows the output."
        assert capsys.readouterr().out.splitlines()[-2:] == [said, "here 42"]
    assert editor.status == "live"
