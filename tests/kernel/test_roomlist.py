"""``%pairedit list --all`` in a kernel without a server: a page is asked."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.client import NotConnected, ServerError
from jupyter_pairedit.client.servers import Search
from jupyter_pairedit.kernel import asking
from jupyter_pairedit.kernel.roomlist import RoomListRequests
from jupyter_pairedit.kernel.widget import join_room

from .magics import OTHER, ROOM, refusal, run

if TYPE_CHECKING:
    from ..conftest import Page

LISTED = {
    "roomId": OTHER,
    "url": f"http://h/pairedit/room/{OTHER}",
    "title": "Ours",
    "language": "python",
    "people": ["Ann"],
    "name": None,
    "changedAt": 1.0,
}


class Asked:
    """Requests of a widget, with a time that the test sets."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.now = 100.0
        self.asked = threading.Event()
        self.requests = RoomListRequests(self._note, lambda: self.now)

    def _note(self, message: dict[str, Any]) -> None:
        self.said.append(message)
        self.asked.set()


def test_a_page_that_answers_while_the_cell_runs_is_waited_for() -> None:
    asked = Asked()
    found: list[list[Any]] = []
    cell = threading.Thread(target=lambda: found.append(asked.requests.get(60)))
    cell.start()
    assert asked.asked.wait(60)

    asked.requests.receive({"type": "rooms", "rooms": [LISTED]})

    cell.join()
    assert found == [[LISTED]]
    assert asked.said == [{"type": "rooms"}]


def test_an_answer_after_the_cell_is_used_once_within_a_minute() -> None:
    asked = Asked()
    with pytest.raises(NotConnected, match="run this again in a later cell"):
        asked.requests.get(0)
    asked.requests.receive({"type": "rooms", "rooms": [LISTED]})

    asked.now += 59
    assert asked.requests.get(0) == [LISTED]
    with pytest.raises(NotConnected):
        asked.requests.get(0)
    asked.requests.receive({"type": "rooms", "rooms": [LISTED]})
    asked.now += 61
    with pytest.raises(NotConnected):
        asked.requests.get(0)
    assert len(asked.said) == 3


def test_the_reason_of_the_page_is_raised() -> None:
    asked = Asked()
    asked.requests.receive({"type": "rooms", "rooms": "Log in again."})

    with pytest.raises(ServerError, match="Log in again"):
        asked.requests.get(0)


@pytest.fixture
def no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "find", lambda: Search(None, "There is none."))


@pytest.mark.usefixtures("no_list")
def test_the_magic_prints_the_rooms_that_the_page_has_sent(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    editor = join_room(ROOM)
    said = refusal(shell, "%pairedit list --all", capsys)
    assert said.startswith("the list of rooms needs the open page")
    assert "There is none." in said
    page.report(editor, status="live")
    page.say(editor, type="rooms", rooms=[LISTED])

    run(shell, "%pairedit list --all")

    heads, row = capsys.readouterr().out.splitlines()
    assert heads.split() == ["room", "name", "title", "language", "people", "url"]
    assert row.split() == [OTHER, "-", "Ours", "python", "Ann", LISTED["url"]]
    page.say(editor, type="rooms", rooms=[{"roomId": 1}])
    assert "something else" in refusal(shell, "%pairedit list --all", capsys)
