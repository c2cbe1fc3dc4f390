"""The menu of names with those of a live kernel, in rooms and in notebooks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import NotebookPage, RoomPage, new_room
from .running import SLOW, RunView
from .test_names import Names

# Names that the code of the room does not have.
VARIABLES = """import os, time
exec("kernel_value = 41\\ndef kernel_task(first):\\n    'What it does.'\\n")
globals()["kernel_" + "list"] = []
"""

# Keys of which the code has one as a word.
KEYS = "d = eval(bytes.fromhex('{keys}').decode())\nprint('assigned')\n".format(
    keys=b"""{'assigned': 0, "key 'one'": 1, 'key "two"': {'inside': 2}}""".hex()
)


def until(act: Callable[[], object], found: Locator) -> None:
    """Do something again until it has an effect: a kernel's first answers are late."""
    for _ in range(20):
        act()
        with suppress(AssertionError):
            return expect(found).to_be_visible(timeout=2000)
    expect(found).to_be_visible()


def hover(word: Locator) -> None:
    """Move the mouse to a word from elsewhere."""
    word.page.mouse.move(1, 1)
    word.hover()


def begins(names: Names, *labels: str) -> None:
    """Wait until the menu has all its names, first of all these."""
    expect(names.menu).not_to_have_class(re.compile("-disabled"))
    shown = names.menu.locator(".cm-completionLabel")
    for place, label in enumerate(labels):
        expect(shown.nth(place)).to_have_text(label)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[str]:
    """Code that runs until the end of the test."""
    end = tmp_path / "end"
    yield f"while not os.path.exists({str(end)!r}): time.sleep(0.01)\n"
    end.touch()


def test_the_kernel_of_a_room_gives_names_to_who_chose_it_also_while_it_runs(
    lab: Server, sign_in: SignIn, running: str
) -> None:
    room_id = new_room(lab, f"{VARIABLES}print('running')\n{running}", limit=5)
    ann = RoomPage(sign_in(lab).new_page(), room_id).ready()
    view = RunView(ann)
    view.start()
    view.shows("Running", "running")
    ann.click().type("kernel_")
    names = Names(ann)
    until(lambda: ann.press("Control+Space"), names.menu)
    names.lists("kernel_list", "kernel_task", "kernel_value")
    expect(names.options.nth(1)).to_contain_text("(first)")
    ann.press("ArrowDown", "Enter")
    about = ann.root.locator(".pairedit-documentation")
    until(lambda: ann.press("Control+Shift+Space"), about)
    expect(about).to_contain_text("kernel_task")
    expect(about).to_contain_text("What it does.")
    ann.press("Escape")
    expect(about).to_have_count(0)
    until(lambda: hover(ann.content.locator(".cm-line").last), about)
    expect(about).to_contain_text("What it does.")

    bob = RoomPage(sign_in(lab).new_page(), room_id).ready()
    asked: list[str] = []
    bob.page.on("request", lambda request: asked.append(request.url))
    bob.highlights("python")
    bob.click().type("\no")
    for _ in range(2):
        Names(bob).open("os")
        bob.press("Escape")
    assert len([url for url in asked if url.endswith("/kernel/names")]) == 1


def test_the_kernel_of_a_room_gives_the_keys_of_a_dictionary(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, KEYS, limit=5)
    ann = RoomPage(sign_in(lab).new_page(), room_id).ready()
    view = RunView(ann)
    view.start()
    view.shows("Done", "assigned")
    names = Names(ann)
    key = names.menu.locator(".cm-completionIcon-property")
    ann.click().type('d["')
    until(lambda: ann.press("Control+Space"), key.first)
    begins(names, "assigned", "key 'one'", r"key \"two\"")
    ann.type("key ")
    begins(names, "key 'one'", r"key \"two\"", "assigned")
    ann.press("ArrowDown", "Enter")
    ann.shows(KEYS + r'd["key \"two\"')
    ann.type("\"]['")
    until(lambda: ann.press("Control+Space"), key)
    begins(names, "inside")
    ann.press("Enter")
    ann.shows(KEYS + r'd["key \"two\""][' + "'inside")


def test_a_notebooks_kernel_gives_names_also_while_a_cell_runs(
    shared: NotebookPage, running: str
) -> None:
    shared.run_code(1, f"{VARIABLES}%pairedit new")
    editor = shared.editor().ready()
    editor.click().type("kernel_v")
    names = Names(editor)
    until(lambda: editor.press("Control+Space"), names.menu)
    names.lists("kernel_value")
    editor.press("Enter", "Enter")
    shared.run_code(2, running, wait=False)
    expect(shared.kernel).to_have_attribute("data-status", "busy", timeout=SLOW)
    editor.click().type("kernel_")
    until(lambda: editor.press("Control+Space"), names.menu)
    names.lists("kernel_list", "kernel_task", "kernel_value")
    editor.press("Escape")
    editor.type("task")
    about = editor.root.locator(".pairedit-documentation")
    until(lambda: editor.press("Control+Shift+Space"), about)
    expect(about).to_contain_text("kernel_task(first)")
    expect(shared.kernel).to_have_attribute("data-status", "busy")


def test_the_kernel_of_a_room_gives_magics_at_the_beginning_of_a_line(
    lab: Server, sign_in: SignIn
) -> None:
    code = "import time\ntimer = 1\nprint('done')\n"
    ann = RoomPage(sign_in(lab).new_page(), new_room(lab, code, limit=5)).ready()
    view = RunView(ann)
    view.start()
    view.shows("Done", "done")
    names = Names(ann)
    magic = names.menu.locator(".cm-completionIcon-keyword")
    ann.click().type("%tim")
    until(lambda: ann.press("Control+Space"), magic.first)
    begins(names, "time", "timeit", "timer")
    ann.press("ArrowDown", "Enter")
    ann.shows(f"{code}%timeit")
