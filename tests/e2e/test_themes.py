"""Colours follow JupyterLab's theme and the system's."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from .editing import (
    NotebookPage,
    RoomPage,
)


def _ground(editor: Locator) -> tuple[str, str]:
    colours = editor.evaluate("""editor => {
      const code = getComputedStyle(editor.querySelector(".cm-editor"));
      return [code.backgroundColor, code.color];
    }""")
    return colours[0], colours[1]


def _brightness(colour: str) -> float:
    numbers = [float(n) for n in re.findall(r"[\d.]+", colour)[:3]]
    return sum(numbers) / (3 if colour.startswith("color(") else 3 * 255)


def test_a_theme_change_in_jupyterlab_shows_at_once(shared: NotebookPage) -> None:
    shared.run_code(1, "ed = %pairedit new\ned")
    editor = shared.editor().ready()
    editor.click().type("x = 'text'")
    editor.root.evaluate("root => { root.before = true; }")
    ground, text = _ground(editor.root)
    assert _brightness(ground) > 0.8 > 0.5 > _brightness(text)
    page = shared.page
    for theme, dark in (("JupyterLab Dark", "false"), ("JupyterLab Light", "true")):
        entry = page.locator(".lm-Menu-itemLabel")
        page.get_by_role("menuitem", name="Settings").click()
        entry.get_by_text("Theme", exact=True).hover()
        entry.get_by_text(theme, exact=True).click()
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", dark)
        if dark == "false":
            expect(editor.root.locator(".cm-editor")).not_to_have_css(
                "background-color", ground
            )
            dark_ground, dark_text = _ground(editor.root)
            assert _brightness(dark_ground) < 0.3 < 0.6 < _brightness(dark_text)
    expect(editor.root.locator(".cm-editor")).to_have_css("background-color", ground)
    assert editor.root.evaluate("root => root.before")  # the same element


def test_the_pages_follow_the_system(ann: RoomPage) -> None:
    ann.ready()
    assert _brightness(_ground(ann.root)[0]) > 0.8
    ann.page.emulate_media(color_scheme="dark")
    ground, text = _ground(ann.root)
    assert _brightness(ground) < 0.3 < 0.6 < _brightness(text)
