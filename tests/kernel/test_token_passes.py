"""A kernel that is given a token: it joins by a pass, and takes no seat."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.client import connect
from jupyter_pairedit.client.tokenentry import TokenEntry
from jupyter_pairedit.kernel.editor import PairEditor
from jupyter_pairedit.kernel.widget import new_room
from tests.client.conftest import Place
from tests.jupyter import Server

from .magics import run
from .test_pass_runs import runs
from .test_running import NOT_SHARED
from .test_session import SOON, stored

Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a server that the environment names."""
    servers: list[Server] = []

    def start(*options: str) -> Server:
        server = Server("jupyter_server", tmp_path / "jupyter", {}, options)
        servers.append(server)
        server.start()
        monkeypatch.setenv("PAIREDIT_SERVER", server.url)
        monkeypatch.setenv("PAIREDIT_TOKEN", server.token)
        return server

    yield start
    for each in servers:
        each.stop()


def passes_of(server: Server, editor: PairEditor) -> list[dict[str, Any]]:
    """Return the passes of the room, as its people see them."""
    path = f"pairedit/rooms/{editor.room_id}/invites"
    found: list[dict[str, Any]] = server.call(path)["passes"]
    return found


def end(server: Server, editor: PairEditor, query: str = "") -> None:
    (found,) = passes_of(server, editor)
    path = f"pairedit/rooms/{editor.room_id}/pass/{found['passId']}{query}"
    server.call(path, "DELETE")


def test_it_takes_no_seat_runs_its_code_and_ends_its_pass(
    start: Start,
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server = start()
    editor = shell.user_ns["ed"] = new_room("print('here')\n", limit=1)
    place = Place(server, editor.room_id)
    assert editor.connection == f"environment: {server.url}"
    assert server.call("pairedit/debug/rooms/kernels") == {editor.room_id: 1}

    with connect(place.url) as person:
        assert [each.own for each in person.people] == [True]
        run(shell, "ed.run()")
        assert editor.wait_for(lambda _: runs(place)[0]["state"] == "done", SOON)
        editor.code = "x = 2\n"
        stored(editor)
        assert editor.blame()[0]["marks"] == ["python"]
        link = editor.share("view").url

    assert runs(place)[0]["inCell"]
    assert NOT_SHARED not in capsys.readouterr().out
    assert "/pairedit/guest#" in link

    # The pass and the token are shown nowhere.
    session = editor._session
    assert session is not None
    entry = session._entry
    assert isinstance(entry, TokenEntry) and entry._pass is not None
    shown = [repr(each) for each in (editor, session, session._room, entry)]
    shown += [repr(editor.get_state()), editor.connection, server.log()]
    shown += [record.getMessage() for record in caplog.records]
    for secret in (entry._pass.secret, server.token):
        assert all(secret not in text for text in shown)

    editor.close()
    assert passes_of(server, editor) == []


def test_it_makes_another_pass_after_a_restart_of_the_server(start: Start) -> None:
    server = start()
    editor = new_room("x = 1\n")
    before = passes_of(server, editor)

    server.kill()
    assert editor.wait_for(lambda ed: ed.status == "reconnecting", SOON)
    editor.code = "x = 2\n"
    server.start()

    stored(editor)
    assert Place(server, editor.room_id).code() == "x = 2\n"
    (after,) = passes_of(server, editor)
    assert after["connected"] and after["passId"] != before[0]["passId"]
    Place(server, editor.room_id).put("x = 3\n")
    assert editor.wait_for(lambda ed: ed.code == "x = 3\n", SOON)


def test_it_makes_another_one_unless_somebody_has_stopped_it(start: Start) -> None:
    server = start()
    editor = new_room("x = 1\n")

    end(server, editor, "?left=1")
    assert editor.wait_for(lambda _: passes_of(server, editor) != [], SOON)
    Place(server, editor.room_id).put("x = 2\n")
    assert editor.wait_for(lambda ed: ed.code == "x = 2\n", SOON)

    end(server, editor)
    assert editor.wait_for(lambda ed: "It was stopped" in ed.connection, SOON)
    assert passes_of(server, editor) == []


def test_it_takes_a_seat_where_there_are_no_passes(
    start: Start, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    server = start("--PairEdit.allow_guests=False")
    editor = shell.user_ns["ed"] = new_room("print('here')\n")

    run(shell, "ed.run()")

    assert [each.own for each in editor.people] == [True]
    assert server.call("pairedit/debug/rooms/kernels") == {}
    printed = capsys.readouterr().out
    assert "here" in printed and NOT_SHARED in printed
