"""A kernel without a server of its own, and a page that gives it a pass."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_pairedit.client.servers import Search
from jupyter_pairedit.kernel import entering, finding
from jupyter_pairedit.kernel.editor import PairEditor
from jupyter_pairedit.kernel.listing import editor_table
from jupyter_pairedit.kernel.widget import join_room, new_room
from tests.client.conftest import CODE, Place
from tests.jupyter import Server

from .test_session import SOON, stored

if TYPE_CHECKING:
    from ..conftest import Page


@pytest.fixture
def place(jupyter: Server, monkeypatch: pytest.MonkeyPatch, page: Page) -> Place:
    """A room that the page of the notebook reaches, and the kernel does not."""
    for module in (entering, finding):
        monkeypatch.setattr(module, "find", lambda: Search(None, "There is none."))
    body = {"code": CODE, "limit": 20}
    room = jupyter.call("pairedit/rooms", "POST", body)["roomId"]
    return Place(jupyter, str(room))


def make(place: Place) -> dict[str, str]:
    path = f"pairedit/rooms/{place.id}/pass"
    made: dict[str, str] = place.server.call(path, "POST", {})
    return made


def give(page: Page, editor: PairEditor, place: Place, **other: Any) -> dict[str, str]:
    """Send a pass as a page does, and wait until the kernel has used it or not."""
    made = make(place)
    message = {"server": place.server.url, "room": place.id, **other}
    page.say(
        editor, type="pass", id=made["passId"], **{"pass": made["pass"]}, **message
    )
    settle()
    return made


def said(page: Page) -> list[dict[str, Any]]:
    """Return the messages of the kernel."""
    return [{k: v for k, v in each.items() if k != "buffers"} for each in page.told]


def settle() -> None:
    """Wait for the threads in which passes are used."""
    for each in threading.enumerate():
        if each.name == "jupyter_pairedit pass":
            each.join(SOON)


def test_a_kernel_without_a_server_asks_for_the_pass_that_a_page_offers(
    place: Place, page: Page
) -> None:
    editor = join_room(place.id)

    page.say(editor, type="offer_pass", page="p")
    settle()

    assert said(page) == [{"type": "make_pass", "page": "p"}]


def test_a_kernel_that_has_a_server_asks_for_none(
    place: Place, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = join_room(place.id)
    monkeypatch.setattr(finding, "has_server", lambda: True)

    page.say(editor, type="offer_pass", page="p")
    settle()

    assert page.told == []


def test_with_a_pass_the_kernel_is_in_the_room_itself(place: Place, page: Page) -> None:
    editor = join_room(place.id)
    assert editor.connection == "the page reports: There is none."

    give(page, editor, place)

    assert editor.connection == f"a pass of the open page: {place.server.url}"
    assert f"a pass of the open page: {place.server.url}" in editor_table([editor])
    assert editor.wait_for(lambda ed: ed.code == CODE, SOON)
    place.put("x = 2\n")
    assert editor.wait_for(lambda ed: ed.code == "x = 2\n", SOON)
    editor.code = "x = 3\n"
    stored(editor)
    assert place.code() == "x = 3\n"
    assert [line["line"] for line in editor.blame()] == [1, 2]
    assert page.heard[-1]["_writes_done"] == 1


def test_what_python_set_before_the_pass_is_written(place: Place, page: Page) -> None:
    editor = join_room(place.id)
    editor.code = "set before\n"

    give(page, editor, place)

    stored(editor)
    assert place.code() == editor.code == "set before\n"


def test_links_and_properties_are_asked_of_the_page(place: Place, page: Page) -> None:
    editor = join_room(place.id)
    give(page, editor, place)
    assert editor.wait_for(lambda ed: ed.status == "live", SOON)

    link = editor.share("view")
    editor.title = "Ours"
    place.put("x = 2\n")
    assert editor.wait_for(lambda ed: ed.code == "x = 2\n", SOON)

    assert page.told[-1]["type"] == "share"
    assert "not created" not in repr(link)
    assert (editor.title, editor._wanted) == ("Ours", {"title": "Ours"})
    page.report(editor, _wants_done=1, title="older")
    place.put("x = 3\n")
    assert editor.wait_for(lambda ed: ed.title == "", SOON)


def test_after_stop_the_page_reports_again_and_no_other_pass_is_used(
    place: Place, page: Page
) -> None:
    editor = join_room(place.id)
    made = give(page, editor, place)
    assert editor.wait_for(lambda ed: ed.status == "live", SOON)
    page.forget()

    path = f"pairedit/rooms/{place.id}/pass/{made['passId']}"
    place.server.call(path, "DELETE")

    assert editor.wait_for(lambda ed: "the page reports" in ed.connection, SOON)
    assert "It was stopped in the Share panel" in editor.connection
    assert editor.wait_for(
        lambda ed: any(each.get("_follows") is False for each in page.heard), SOON
    )
    page.report(editor, code="of the page", status="live")
    assert editor.code == "of the page"
    page.say(editor, type="offer_pass", page="p")
    unused = give(page, editor, place)
    assert said(page) == [{"type": "unused_pass", "id": unused["passId"]}]


def test_a_page_writes_what_the_kernel_could_not_store(
    place: Place, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = join_room(place.id)
    made = give(page, editor, place)
    assert editor._session is not None
    # The connection is lost, and the pass ends before it is back.
    participant = editor._session._room._participant
    editor._session._thread.call(
        lambda: monkeypatch.setattr(participant._connection, "send", lambda _: None)
    )
    editor.code = "unsent\n"
    page.forget()

    path = f"pairedit/rooms/{place.id}/pass/{made['passId']}"
    place.server.call(path, "DELETE")

    assert editor.wait_for(
        lambda ed: any(each.get("_follows") is False for each in page.heard), SOON
    )
    told: dict[str, Any] = {}
    for each in page.heard:
        told |= each
    assert (told["code"], told["_writes_done"], editor._writes) == ("unsent\n", 0, 1)


def test_after_the_page_has_left_another_pass_is_used(place: Place, page: Page) -> None:
    editor = join_room(place.id)
    made = give(page, editor, place)

    path = f"pairedit/rooms/{place.id}/pass/{made['passId']}?left=1"
    place.server.call(path, "DELETE")
    assert editor.wait_for(lambda ed: "has left the room" in ed.connection, SOON)
    give(page, editor, place)

    assert editor.connection.startswith("a pass of the open page")


def test_a_pass_that_does_not_fit_is_given_back_with_the_reason(
    place: Place, page: Page
) -> None:
    other = Place(place.server, "A" * 22)
    for fields, reason in (
        ({"room": other.id}, "There is none."),
        ({"server": "http://192.0.2.1/"}, "The kernel sends no key by http://"),
        ({"server": "nonsense"}, "expected the base URL"),
    ):
        editor = join_room(place.id)
        made = give(page, editor, place, **fields)
        assert said(page)[-1] == {"type": "unused_pass", "id": made["passId"]}
        assert reason in editor.connection
        editor.close()
    editor = new_room()
    page.say(editor, type="no_pass", message="Too many.")
    assert editor.connection == "the page reports: The page gets no pass: Too many."


def test_a_closed_editor_and_a_guest_use_no_pass(place: Place, page: Page) -> None:
    editor = join_room(place.id)
    editor.close()
    guest = join_room(place.link())
    for each in (editor, guest):
        assert not each.wants_pass


def test_a_pass_is_in_no_state_and_no_message_of_the_kernel(
    place: Place, page: Page
) -> None:
    editor = join_room(place.id)
    secret = give(page, editor, place)["pass"]
    editor.code = "x\n"
    stored(editor)

    shown = [
        repr(editor),
        editor.connection,
        json.dumps(editor.get_state(), default=str),
    ]
    shown += [json.dumps(each, default=str) for each in (*page.heard, *page.told)]
    shown += [repr(editor._session), repr(editor._session and editor._session._room)]
    assert all(secret not in text for text in shown)
