"""Complaints about names: changed, cut, turned round, translated; and about times."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.editing import SOON, Editor, NotebookPage, RoomPage, new_room
from tests.e2e.guests import GuestPage, SharePanel, stranger
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]
WINDOW = {"width": 1280, "height": 900}

ALI_REZA = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
FAMILY = "👩\u200d👩\u200d👧\u200d👦"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("👩\u200d💻 Guest", "👩\u200d💻 Guest"),
        (ALI_REZA, ALI_REZA),
        (f"{ENGLAND} Kim", f"{ENGLAND} Kim"),
        ("क\u094d\u200dषमा", "क\u094d\u200dषमा"),
        (FAMILY * 45, FAMILY * 40),
    ],
)
def test_the_editor_calls_me_by_another_name(
    lab: Server, sign_in: SignIn, browser: Browser, name: str, shown: str
) -> None:
    room = RoomPage(sign_in(lab).new_page(), new_room(lab, "x")).ready()
    share = SharePanel(room)
    link = share.make()
    with stranger(browser) as context:
        guest = GuestPage(context.new_page(), link).enter(name)
        chip = room.root.locator("button[aria-pressed] .pairedit-name")
        expect(chip).to_have_text(shown)
        own = guest.people.filter(has_text="you").locator(".pairedit-name")
        expect(own).to_have_text(shown)
        guest.click().type("y").ready()
        expect(room.root.locator(".pairedit-joined")).to_contain_text(shown)
    room.page.get_by_role("button", name="History", exact=True).click()
    who = room.root.locator(".pairedit-who")
    expect(who).to_have_text(f"{shown}, guest, typed")


def edges(element: Locator, words: str) -> tuple[float, float]:
    """Return where ``words`` begin and end in the element, in pixels."""
    left, right = element.evaluate(
        """(element, words) => {
          const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + words.length);
            const {left, right} = range.getBoundingClientRect();
            return [left, right];
          }
        }""",
        words,
    )
    return float(left), float(right)


def test_an_arabic_name_turns_the_sentence_round(
    lab: Server, sign_in: SignIn, browser: Browser
) -> None:
    room = RoomPage(sign_in(lab).new_page(), new_room(lab, "x")).ready()
    share = SharePanel(room)
    link = share.make(label=f"{ALI_REZA} 2")
    with stranger(browser) as context:
        guest = GuestPage(context.new_page(), link).enter(ALI_REZA)
        joined = room.root.locator(".pairedit-joined .pairedit-sentence")
        expect(joined).to_contain_text("joined.")
        assert edges(joined, ALI_REZA)[1] <= edges(joined, " (guest, “")[0] + 1
        assert edges(joined, " (guest, “")[1] <= edges(joined, "”) joined.")[0]
        facts = share.row(ALI_REZA).locator(".pairedit-soft")
        expect(facts).to_contain_text("is here", timeout=SOON)
        assert edges(facts, "expires")[1] < edges(facts, ALI_REZA)[0]
        assert edges(facts, ALI_REZA)[1] <= edges(facts, " is here")[0] + 1
        guest.click().type("y").ready()
    room.page.get_by_role("button", name="History", exact=True).click()
    who = room.root.locator(".pairedit-who")
    expect(who).to_contain_text("typed")
    assert edges(who, ALI_REZA)[1] <= edges(who, "guest")[0] + 1


OFF = {
    "spellcheck": "false",
    "translate": "no",
    "data-gramm": "false",
    "data-gramm_editor": "false",
    "data-enable-grammarly": "false",
    "data-lt-active": "false",
}


def expect_left_alone(surface: Locator) -> None:
    """Expect a place that shows code to keep writing assistants and translators out."""
    for name, value in OFF.items():
        expect(surface).to_have_attribute(name, value)


def test_grammarly_and_languagetool_correct_my_code(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    room = RoomPage(page, new_room(lab, "teh = 1")).ready()
    expect_left_alone(room.content)
    page.get_by_role("button", name="History", exact=True).click()
    expect_left_alone(page.get_by_role("region", name="History").locator(".cm-content"))
    expect_left_alone(room.root.locator(".pairedit-byhand").first)


def test_grammarly_corrects_the_code_that_is_left_without_a_server(
    lab: Server, sign_in: SignIn
) -> None:
    path = lab.write_notebook(
        "fallback.ipynb", "%load_ext jupyter_pairedit", "ed = %pairedit new\ned"
    )
    page = sign_in(lab, viewport=WINDOW).new_page()
    page.route("**/pairedit/static/editor.js*", lambda route: route.abort())
    notebook = NotebookPage(page, path)
    notebook.run(0)
    notebook.run(1)
    expect_left_alone(page.locator(".pairedit-lastcode textarea"))


def test_the_browser_translates_the_names_of_my_colleagues(
    lab: Server, sign_in: SignIn, browser: Browser
) -> None:
    page = sign_in(lab).new_page()
    room_id = new_room(lab, "x", title="Reis")
    room = RoomPage(page, room_id).ready()
    share = SharePanel(room)
    link = share.make(label="Klasse")
    with stranger(browser) as context:
        guest = GuestPage(context.new_page(), link).enter("Rose")
        guest.click()
        names = [
            page.locator("h1", has_text="Reis"),
            guest.page.locator("h1", has_text="Reis"),
            room.people.get_by_text("Rose", exact=True),
            guest.people.get_by_text("Rose", exact=True),
            room.root.locator(".pairedit-joined").get_by_text("Rose", exact=True),
            room.root.locator(".pairedit-joined").get_by_text("Klasse", exact=True),
            share.root.locator(".pairedit-here-name", has_text="Rose"),
            share.row("Klasse").locator(".pairedit-link-name"),
            room.root.locator(".pairedit-flag"),
        ]
        for name in names:
            expect(name).to_have_attribute("translate", "no")
        guest.type("y").ready()
    page.get_by_role("button", name="History", exact=True).click()
    who = room.root.locator(".pairedit-who").get_by_text("Rose", exact=True)
    expect(who).to_have_attribute("translate", "no")
    page.goto("pairedit/")
    listed = page.locator(f"[data-room-id='{room_id}']").get_by_text("Reis", exact=True)
    expect(listed).to_have_attribute("translate", "no")


@pytest.mark.parametrize("days", [2, -2])
def test_my_computers_clock_is_wrong_and_each_new_link_has_expired(
    lab: Server, sign_in: SignIn, days: int
) -> None:
    context = sign_in(lab)
    context.add_init_script(
        f"const now = Date.now; Date.now = () => now() + {days} * 86_400_000;"
    )
    page: Page = context.new_page()
    room_id = new_room(lab, "x", title=f"Clock {days}")
    room: Editor = RoomPage(page, room_id).ready()
    share = SharePanel(room)
    share.make(label="class")
    expect(share.row("class")).to_contain_text("expires tomorrow · not used yet")
    expect(share.made).to_contain_text("expires tomorrow")
    room.root.get_by_role("button", name="Close").click()
    room.click().type("y").ready()
    page.get_by_role("button", name="History", exact=True).click()
    expect(room.root.locator(".pairedit-when")).to_have_text("just now")
    page.goto("pairedit/")
    changed = page.locator(f"[data-room-id='{room_id}'] p")
    expect(changed).to_have_text(re.compile("changed just now$"))
