"""axe-core finds no violation of WCAG 2.2 AA on the pages and in the panels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import RoomPage, new_room
from .guests import GuestPage, SharePanel
from .running import RunView

_RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  });
  if (found.passes.length < 10) throw new Error("axe-core checked almost nothing");
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}`));
}"""

Check = Callable[[Page], list[str]]


@pytest.fixture(scope="session")
def violations(node: Path, root: Path) -> Check:
    """Return what axe-core finds on a page, one line for each element."""
    assert node  # its fixture installs the packages of js/
    script = (root / "js/node_modules/axe-core/axe.min.js").read_text("utf-8")

    def violations(page: Page) -> list[str]:
        page.evaluate(script)
        found = page.evaluate(_RUN)
        assert isinstance(found, list)
        return found

    return violations


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_and_their_panels_have_no_violation(
    lab: Server,
    sign_in: SignIn,
    visit: Callable[[], Page],
    violations: Check,
    scheme: Literal["light", "dark"],
) -> None:
    room_id = new_room(lab, "def f():\n    return 'x'  # comment\n", limit=5)
    page = sign_in(lab, color_scheme=scheme).new_page()
    page.goto("pairedit/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []

    owner = RoomPage(page, room_id).ready()
    owner.highlights("python")
    assert violations(page) == []
    share = SharePanel(owner)
    link = share.make("Can edit", "class 9b")
    assert violations(page) == []
    share.close()

    stranger = visit()
    stranger.emulate_media(color_scheme=scheme)
    guest = GuestPage(stranger, link)
    expect(stranger.get_by_label("Your name")).to_be_visible()
    assert violations(stranger) == []
    guest.enter("Bob")
    guest.highlights("python")
    assert violations(stranger) == []

    page.get_by_role("button", name="History", exact=True).click()
    expect(page.get_by_role("region", name="History")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_output_of_a_run_has_no_violation(
    lab: Server,
    sign_in: SignIn,
    violations: Check,
    scheme: Literal["light", "dark"],
) -> None:
    code = "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))\n"
    code += (
        "print('\\x1b[31mred \\x1b[92mgreen \\x1b[38;5;226myellow\\x1b[0m')\n1 / 0\n"
    )
    page = sign_in(lab, color_scheme=scheme).new_page()
    owner = RoomPage(page, new_room(lab, code)).ready()
    run = RunView(owner)
    run.button.click()
    expect(owner.root.locator(".pairedit-kernel").first).to_be_visible()
    assert violations(page) == []
    owner.root.locator(".pairedit-kernel").first.click()
    run.shows("Failed", "ZeroDivisionError")
    assert violations(page) == []
