"""``%pairedit`` in JupyterLab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.jupyter import Server

from .editing import (
    Editor,
    NotebookPage,
    newest_room,
)


def test_the_magic_shows_one_editor_and_joins_by_address(
    shared: NotebookPage, lab: Server
) -> None:
    output = shared.run_code(1, '%pairedit new --title "One room"')
    expect(output.locator(".pairedit")).to_have_count(1)
    # Another test may have made a room with this cell, which a line then names.
    outputs = output.locator(".jp-OutputArea-child")
    expect(outputs.filter(has_not_text="This cell had the room")).to_have_count(1)
    first = Editor(shared.page, output.locator(".pairedit")).ready()
    first.click().type("to join").ready()
    room_id = newest_room(lab)
    assert lab.call("pairedit/rooms")[0]["title"] == "One room"
    output = shared.run_code(2, f"%pairedit join {lab.url}pairedit/room/{room_id}")
    second = Editor(shared.page, output.locator(".pairedit")).ready()
    second.shows(first.text)
    output = shared.run_code(2, "%pairedit link")
    expect(output).to_have_text(f"{lab.url}pairedit/room/{room_id}")


def test_help_lists_what_there_is_and_a_mistake_is_one_line(
    shared: NotebookPage,
) -> None:
    output = shared.run_code(2, "%pairedit?")
    for word in ("pairedit new", "positional arguments", "--title", "--language"):
        expect(output).to_contain_text(word)
    output = shared.run_code(2, "%pairedit nwe")
    expect(output).to_have_text(
        re.compile(r"\s*UsageError: expected one of new, .* found 'nwe'\s*"),
        use_inner_text=True,
    )
    expect(output).not_to_contain_text("Traceback")


@pytest.mark.parametrize("magic", ["%pairedit ", "ed = %pairedit ", "%%pairedit "])
def test_tab_completes_the_verbs(shared: NotebookPage, magic: str) -> None:
    content = shared.cells.nth(2).locator(".jp-InputArea .cm-content")
    content.click()
    shared.page.keyboard.press("Control+a")
    shared.page.keyboard.insert_text(magic)
    shared.page.keyboard.press("Tab")
    # The verbs come before the words of the notebook.
    offers = shared.page.locator(".jp-Completer-item[title=magic]")
    expect(offers.locator(".jp-Completer-match")).to_have_text(
        [
            "close",
            "join",
            "link",
            "list",
            "me",
            "new",
            "open",
            "run",
            "save",
            "share",
            "use",
        ]
    )
    expect(shared.page.locator(".jp-Completer-item").first).to_contain_text("close")
    shared.page.keyboard.press("Escape")
