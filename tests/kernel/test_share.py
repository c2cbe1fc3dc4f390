"""Guest links requested from a notebook: which page creates one, where its key is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_pairedit.client.errors import NotConnected
from jupyter_pairedit.kernel import editor as editors
from jupyter_pairedit.kernel.share import LinkRequests, NotMade, NotShared
from jupyter_pairedit.kernel.widget import PairEditor, join_room, new_room

if TYPE_CHECKING:
    from ..conftest import Page

ROOM = "Zx81Commodore64Amiga50"
KEY = "canary-" + "k" * 36
URL = f"http://localhost:8888/user/ann/pairedit/guest#{ROOM}.inv1.{KEY}"


def shown(page: Page) -> PairEditor:
    """An editor that a page shows."""
    editor = new_room()
    page.report(editor, status="live")
    page.forget()
    return editor


def told(page: Page, kind: str) -> list[dict[str, Any]]:
    return [message for message in page.told if message["type"] == kind]


def test_the_first_page_that_claims_a_request_creates_the_link(page: Page) -> None:
    editor = shown(page)
    link = editor.share("view", "2d", "class 9b")
    (sent,) = told(page, "share")
    assert sent["wish"] == {"role": "view", "expiresIn": 172_800, "label": "class 9b"}
    with pytest.raises(NotMade, match=r"read \.url in a later cell"):
        _ = link.url
    for name in ("tab-1", "tab-2"):
        page.say(editor, type="claim", id=sent["id"], page=name)
    (make,) = told(page, "make")
    assert (make["id"], make["page"]) == (sent["id"], "tab-1")
    page.say(editor, type="made", id=sent["id"], url=URL)
    assert link.url == str(link) == URL


def test_another_page_creates_a_link_that_the_first_page_did_not() -> None:
    sent, now = list[dict[str, Any]](), 0.0
    requests = LinkRequests(sent.append, lambda: now)
    link = requests.request("edit", "", "")

    def read() -> list[dict[str, Any]]:
        sent.clear()
        with pytest.raises(NotMade):
            _ = link.url
        return sent

    requests.receive({"type": "claim", "id": 1, "page": "closed"})
    now = 9.9
    assert read() == []
    now = 10.0
    (again,) = read()
    assert (again["type"], again["id"], again["wish"]["role"]) == ("share", 1, "edit")
    assert read() == [], "the pages have time to answer"

    requests.receive({"type": "claim", "id": 1, "page": "open"})
    requests.receive({"type": "claim", "id": 1, "page": "third"})
    assert sent == [{"type": "make", "id": 1, "page": "open"}]
    requests.receive({"type": "made", "id": 1, "url": URL})
    assert link.url == URL
    requests.receive({"type": "made", "id": 1, "url": "from the first, slow page"})
    assert link.url == URL


def test_a_request_that_no_page_has_claimed_is_sent_again() -> None:
    """A page that was reloaded does not know of it."""
    sent, now = list[dict[str, Any]](), 0.0
    link = LinkRequests(sent.append, lambda: now).request("view", "", "")

    for seconds in (10.0, 15.0, 20.0):
        now = seconds
        with pytest.raises(NotMade):
            str(link)

    assert [each["type"] for each in sent] == ["share"] * 3


def test_each_role_has_its_own_default_expiry(page: Page) -> None:
    editor = shown(page)
    editor.share()
    editor.share("view")
    lives = [message["wish"]["expiresIn"] for message in told(page, "share")]
    assert lives == [86_400, 604_800]


def test_a_key_is_in_no_state_and_in_no_repr(page: Page) -> None:
    editor = shown(page)
    link = editor.share()
    assert "Share panel" in repr(link)
    page.say(editor, type="made", id=1, url=URL)
    assert KEY not in repr(link) + repr(editor)
    assert KEY not in json.dumps([page.heard, editor.get_state()], default=str)


def test_reading_the_url_raises_the_reason_of_the_server(page: Page) -> None:
    editor = shown(page)
    link = editor.share()
    page.say(editor, type="refused", id=1, message="Too many links.")
    with pytest.raises(NotShared, match="Too many links"):
        _ = link.url
    assert "Too many links" in repr(link)


def test_sharing_without_a_page_raises(page: Page) -> None:
    editor = new_room()
    with pytest.raises(NotConnected, match="Show the editor first"):
        editor.share()
    page.report(editor, status="live")
    editor.close()
    with pytest.raises(NotConnected, match="Show the editor first"):
        editor.share()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("owner",), "expected a role, one of edit, view, found 'owner'"),
        (("edit", "soon"), "expected a time from 1m to 30d"),
        (("edit", "", "x" * 81), "at most 80 characters, found 81"),
    ],
)
def test_a_bad_argument_is_refused_at_once(
    page: Page, arguments: tuple[str, ...], sentence: str
) -> None:
    editor = shown(page)
    with pytest.raises(ValueError, match=sentence):
        editor.share(*arguments)
    assert page.told == []


def test_messages_that_answer_no_request_are_ignored(page: Page) -> None:
    editor = shown(page)
    link = editor.share()
    for strange in (
        {},
        {"type": "made"},
        {"type": "made", "id": 7, "url": URL},
        {"type": "made", "id": [1], "url": URL},
        {"type": "made", "id": 1, "url": 5},
        {"type": "enter", "page": "p"},
    ):
        page.say(editor, **strange)
    with pytest.raises(NotMade):
        _ = link.url
    assert told(page, "enter") == []


@pytest.mark.usefixtures("no_server")
def test_a_guests_page_gets_the_key_and_the_editor_in_a_message_only(
    page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(editors, "STATIC", tmp_path)
    files = editors.EDITOR_FILES
    for name in files:
        (tmp_path / name).write_text(name, "utf-8")
    editor = join_room(URL, name="Bob")
    assert (editor.room_id, editor.create) == (ROOM, False)
    assert editor.server == "http://localhost:8888/user/ann/"
    page.say(editor, type="enter", page="p")
    (answer,) = told(page, "enter")
    assert answer == {
        "type": "enter",
        "page": "p",
        "name": "Bob",
        "guest": {
            "baseUrl": "http://localhost:8888/user/ann/",
            "room": ROOM,
            "invite": "inv1",
            "secret": KEY,
        },
        "files": files,
        "buffers": [name.encode() for name in files],
    }
    assert KEY not in json.dumps([page.heard, editor.get_state()], default=str)
    assert KEY not in repr(editor)


@pytest.mark.usefixtures("no_server")
def test_a_guest_cannot_share(page: Page) -> None:
    editor = join_room(URL)
    page.report(editor, status="live")
    with pytest.raises(NotShared, match="a guest cannot share"):
        editor.share()
