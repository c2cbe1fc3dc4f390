"""An argument of another type is refused by name, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets import TraitError

from jupyter_pairedit import join_room, new_room, open_editors, open_room

if TYPE_CHECKING:
    from ..conftest import Page

ROOM = "Zx81Commodore64Amiga50"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: new_room(5), "a str or None for code, found an int"),  # type: ignore[arg-type]
        (lambda: new_room(title=5), "a str for title, found an int"),  # type: ignore[arg-type]
        (lambda: new_room(language=None), "a str for language, found None"),  # type: ignore[arg-type]
        (lambda: new_room(limit="2"), "an int or None for limit, found a str"),  # type: ignore[arg-type]
        (lambda: new_room(limit=2.5), "an int or None for limit, found a float"),  # type: ignore[arg-type]
        (lambda: join_room(5), "a str for link, found an int"),  # type: ignore[arg-type]
        (lambda: join_room(ROOM, name=5), "a str for name, found an int"),  # type: ignore[arg-type]
        (lambda: open_room(5), "a str for name, found an int"),  # type: ignore[arg-type]
        (lambda: open_room("a", 5), "a str or None for code, found an int"),  # type: ignore[arg-type]
        (lambda: open_room("a", limit="2"), "an int or None for limit, found a str"),  # type: ignore[arg-type]
    ],
)
def test_no_room_is_made_with_an_argument_of_another_type(
    page: Page, make: Callable[[], object], message: str
) -> None:
    with pytest.raises(TypeError, match=f"expected {message}"):
        make()

    assert open_editors() == []
    assert page.heard == []


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("wait_for", {"predicate": 5}, "a function for predicate, found an int"),
        (
            "wait_for",
            {"predicate": bool, "timeout": "x"},
            "seconds or None for timeout, found a str",
        ),
        ("share", {"role": 5}, "a str for role, found an int"),
        ("share", {"expires": 24}, "a str for expires, found an int"),
        ("share", {"label": 5}, "a str for label, found an int"),
        ("run", {"share": "no"}, "a bool for share, found a str"),
        ("run", {"unread": "no"}, "a bool for unread, found a str"),
        ("run", {"part": 5}, "a start and an end, or None, for part, found an int"),
        ("run", {"part": ("a", "b")}, "an int for the start of part, found a str"),
        ("prepare_run", {"part": "ab"}, "a start and an end, or None, for part"),
        ("coauthors", {"emails": 5}, "a Mapping or None for emails, found an int"),
        (
            "coauthors",
            {"emails": {"Ann": 5}},
            "a str or None for an address of emails, found an int",
        ),
    ],
)
def test_no_method_of_an_editor_takes_another_type(
    shell: InteractiveShell,
    page: Page,
    name: str,
    arguments: dict[str, Any],
    message: str,
) -> None:
    editor = new_room("x = 1")
    editor.set_trait("status", "live")
    before = len(page.heard)

    with pytest.raises(TypeError, match=f"expected {message}"):
        getattr(editor, name)(**arguments)

    assert editor.code == "x = 1"
    assert len(page.heard) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code", 5),
        ("code", b"x"),
        ("code", None),
        ("title", 5),
        ("language", 5),
        ("limit", "2"),
        ("disabled", "no"),
        ("autocomplete", "no"),
        ("autocomplete_delay", "1"),
    ],
)
def test_no_trait_of_an_editor_takes_another_type(
    page: Page, name: str, value: object
) -> None:
    editor = new_room("x = 1")
    before, sent = getattr(editor, name), len(page.heard)

    with pytest.raises(TraitError) as refusal:
        setattr(editor, name, value)

    message = str(refusal.value)
    assert f"The '{name}' trait" in message and " expected " in message
    assert type(value).__name__ in message or "None" in message
    assert getattr(editor, name) == before
    assert len(page.heard) == sent
