"""Title, language and limit of a room that a notebook sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from traitlets import TraitError

from jupyter_pairedit.kernel.widget import PairEditor, join_room, new_room

if TYPE_CHECKING:
    from ..conftest import Page

ROOM = "Zx81Commodore64Amiga50"
GUEST = f"https://h/pairedit/guest#{ROOM}.{'I' * 22}.{'s' * 43}"


def shown(page: Page, **room: object) -> PairEditor:
    """Return an editor whose room a page has reported."""
    editor = join_room(ROOM)
    state = {"title": "T", "language": "python", "limit": 2, "status": "live"}
    page.report(editor, **{**state, **room})
    page.forget()
    return editor


def test_what_a_notebook_sets_reaches_the_page_with_its_count(page: Page) -> None:
    editor = shown(page)

    editor.title = "New"

    (sent,) = page.heard
    assert sent == {"title": "New", "_wanted": {"title": "New"}, "_wants": 1}


def test_what_no_page_has_sent_yet_is_kept_together(page: Page) -> None:
    editor = shown(page)
    editor.title = "New"
    editor.limit = 3
    assert editor._wanted == {"title": "New", "limit": 3}

    page.report(editor, title="New", limit=3, _wants_done=2)
    editor.language = "sql"

    assert (editor._wanted, editor._wants) == ({"language": "sql"}, 3)


def test_a_report_from_before_does_not_undo_what_was_set(page: Page) -> None:
    editor = shown(page)
    editor.title = "New"

    page.report(editor, title="T", limit=4)
    assert (editor.title, editor.limit) == ("New", 2)

    page.report(editor, title="New", limit=4, _wants_done=1)
    assert (editor.title, editor.limit) == ("New", 4)


def test_what_a_page_reports_is_no_requested_change(page: Page) -> None:
    editor = shown(page)

    page.report(editor, title="Theirs", language="json", limit=9)

    assert (editor.title, editor.language, editor.limit) == ("Theirs", "json", 9)
    assert (editor._wanted, editor._wants) == ({}, 0)


def test_a_new_room_has_no_requested_changes(page: Page) -> None:
    editor = new_room(title="T", language="sql", limit=3)

    assert (editor._wanted, editor._wants) == ({}, 0)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("title", "x" * 121, "expected a title of at most 120 characters, found 121"),
        ("language", "cobol", "expected a language, one of .*, found 'cobol'"),
        ("limit", 0, "expected a limit from 1 to 300 people, found 0"),
        ("limit", None, "expected a limit from 1 to 300 people, found None"),
    ],
)
def test_a_value_that_the_server_would_refuse_is_refused_here(
    page: Page, name: str, value: Any, sentence: str
) -> None:
    editor = shown(page)

    with pytest.raises(TraitError, match=sentence):
        setattr(editor, name, value)

    assert (editor.title, editor.language, editor.limit) == ("T", "python", 2)
    assert editor._wants == 0


@pytest.mark.usefixtures("no_server")
def test_a_guest_cannot_change_the_room(page: Page) -> None:
    editor = join_room(GUEST)
    page.report(editor, title="T", language="python", limit=2)

    with pytest.raises(TraitError, match="a guest cannot change the room"):
        editor.title = "New"

    assert editor.title == "T"


def test_a_page_may_report_that_it_does_not_know_the_limit(page: Page) -> None:
    editor = shown(page)

    page.report(editor, limit=None)

    assert editor.limit is None
    assert editor._wants == 0


def test_a_limit_that_nobody_has_reported_cannot_be_set_to_none_either(
    page: Page,
) -> None:
    editor = join_room(ROOM)

    with pytest.raises(TraitError, match="from 1 to 300 people, found None"):
        editor.limit = None

    assert (editor.limit, editor._wants) == (None, 0)
