"""Questions of pages about names of the kernel, and when there is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.kernel import answering, lookups
from jupyter_pairedit.kernel.widget import new_room

if TYPE_CHECKING:
    from ..conftest import Page

QUESTION: dict[str, Any] = {"type": "names", "id": "7", "code": "value.bit_c", "at": 11}


def test_a_page_is_answered_without_the_hooks_of_a_cell(
    shell: InteractiveShell, page: Page
) -> None:
    called: list[str] = []

    def note() -> None:
        called.append("hook")

    shell.user_ns["value"] = 5
    for event in ("pre_execute", "post_execute"):
        shell.events.register(event, note)
    editor = new_room("")
    try:
        page.say(editor, **QUESTION)
        assert called == []
        page.say(editor, type="another message")
        assert called == ["hook", "hook"]
    finally:
        for event in ("pre_execute", "post_execute"):
            shell.events.unregister(event, note)

    [answer] = page.told
    del answer["buffers"]
    name = {"name": "bit_count", "kind": "function", "signature": ""}
    assert answer.pop("names") == [name]
    assert answer == {"type": "names", "id": "7", "from": 6, "to": 11}


@pytest.mark.parametrize("type", ["names", "inspect"])
def test_where_the_server_has_switched_it_off_there_is_no_answer(
    shell: InteractiveShell, page: Page, type: str
) -> None:
    editor = new_room("")

    class Off:
        names = False

    editor._session = Off()  # type: ignore[assignment]
    page.say(editor, **{**QUESTION, "type": type})
    editor._session = None

    assert page.told == []


def test_a_question_while_another_one_is_answered_has_no_names(
    shell: InteractiveShell, page: Page
) -> None:
    editor = new_room("")
    with lookups._answering:
        page.say(editor, **QUESTION)
        page.say(editor, **{**QUESTION, "type": "inspect"})

    names, text = page.told
    assert (names["names"], names["from"], names["to"]) == ([], 11, 11)
    assert text["text"] == ""


def test_outside_of_ipython_there_is_no_answer(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "get_ipython", lambda: None)
    page.say(new_room(""), **QUESTION)

    assert page.told == []
