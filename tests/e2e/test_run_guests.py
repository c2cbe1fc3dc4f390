"""What guests see of runs, and what they type meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from . import firefox as fox
from .editing import SOON, Editor, RoomPage, new_room, stored_code, waiting
from .guests import VIEWING, GuestPage, invite
from .running import SLOW, RunView, switch

TABLE = """from IPython.display import HTML, Javascript, display
class Table:
    def __repr__(self):
        return "alpha 1"
    def _repr_html_(self):
        return "<table><tr><td>alpha</td><td>1</td></tr></table>"
display(Table())
display(Javascript("document.title = 'tripped'"))
"""
PROBE = """import hashlib, os, time
given = get_ipython().kernel.get_parent()["content"]["code"]
print("given", hashlib.sha256(given.encode()).hexdigest(), flush=True)
while not os.path.exists({path!r}):
    time.sleep(0.01)
print("over")
# """
PLOT = """import matplotlib.pyplot as plt
plt.plot([1, 3, 2])
plt.show()
print("drawn")"""


def types_on(editor: Editor, since: int) -> int:
    """Wait until the page has typed more. Return how much it has typed by then."""
    editor.page.evaluate(waiting("least => writer.typed.length > least"), since + 3)
    typed = len(editor.typed)
    assert typed > since
    return typed


def test_a_guest_types_on_and_the_kernel_gets_exactly_the_text_that_was_approved(
    lab: Server, sign_in: SignIn, visit: Callable[[], Page], tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    code = PROBE.format(path=str(gate))
    room_id = new_room(lab, "ready = 1", limit=3)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    mine = RunView(owner)
    switch(owner, "Guests may ask to run the code")
    mine.start()
    expect(mine.state).to_contain_text("Done", timeout=SLOW)

    guest = GuestPage(visit(), invite(lab, room_id, role="edit")["url"])
    guest.enter("Bob")
    theirs = RunView(guest)
    guest.click().press("Control+a")
    guest.page.keyboard.insert_text(code)
    guest.ready()
    guest.write_by_itself("bob", pause=15)
    typed = types_on(guest, 0)
    theirs.button.click()
    expect(theirs.state).to_contain_text("Waiting for the owner")
    expect(mine.question).to_contain_text("Bob (guest) asks to run")
    typed = types_on(guest, typed)

    listed = mine.question.locator(".pairedit-listing-code").first.text_content() or ""
    assert listed.startswith(code)
    mine.question.get_by_role("button", name="Run once").click()
    expect(mine.state).to_contain_text("Running", timeout=SLOW)
    digest = hashlib.sha256(listed.encode()).hexdigest()
    for view in (mine, theirs):
        expect(view.outputs).to_contain_text(f"given {digest}")
    typed = types_on(guest, typed)

    gate.touch()
    for view in (mine, theirs):
        view.shows("Done", "over")
    types_on(guest, typed)
    everything = code + guest.stop()
    guest.ready()
    owner.shows(everything.replace("\u00a0", " "))
    assert stored_code(lab, room_id) == owner.text
    assert listed != owner.text


def test_a_guest_sees_html_as_its_text_until_the_room_permits_it(
    lab: Server, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    room_id = new_room(lab, TABLE, limit=3)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    guest = GuestPage(visit(), invite(lab, room_id, role="edit")["url"])
    guest.enter("Bob")
    mine, theirs = RunView(owner), RunView(guest)
    mine.button.click()
    mine.bar.get_by_role("button", name="Run", exact=True).click()
    owner.root.locator(".pairedit-kernel").first.click()
    for view in (mine, theirs):
        view.shows("Done", "Shown in the notebook only")
    expect(mine.outputs.locator("iframe")).to_have_count(1)

    expect(theirs.outputs).to_contain_text(
        "HTML is shown to guests only if the owner allows it. Its text:"
    )
    expect(theirs.outputs).to_contain_text("alpha 1")
    expect(theirs.outputs.locator("iframe")).to_have_count(0)
    assert "<table>" not in guest.page.content()

    # What was sent before is sent again, with its markup.
    switch(owner, "Guests see output as HTML")
    frame = theirs.outputs.locator("iframe")
    expect(frame).to_have_count(1)
    expect(frame).to_have_attribute("sandbox", "")
    cells = theirs.outputs.frame_locator("iframe").locator("td")
    expect(cells).to_have_text(["alpha", "1"])
    # Our style is in force in the frame, in spite of the policy of the page.
    expect(cells.first).to_have_css("text-align", "right")
    expect(theirs.outputs).not_to_contain_text("only if the owner allows it")
    for page in (owner.page, guest.page):
        assert page.title() != "tripped"

    switch(owner, "Guests see output as HTML")
    expect(frame).to_have_count(0)
    expect(theirs.outputs).to_contain_text("alpha 1")


def test_earlier_output_and_links_to_read_need_the_permission_of_the_room(
    lab: Server, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    room_id = new_room(lab, "print('early', 1)", limit=4)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    mine = RunView(owner)
    mine.start()
    mine.shows("Done", "early 1")

    editing = GuestPage(visit(), invite(lab, room_id, role="edit")["url"])
    editing.enter("Bob")
    viewing = GuestPage(visit(), invite(lab, room_id, role="view")["url"])
    viewing.enter("Eve", VIEWING)
    bob, eve = RunView(editing), RunView(viewing)
    owner.click().press("Control+a").type("print('late', 2)")
    owner.ready().press("Shift+Enter")
    mine.bar.get_by_role("button", name="Run", exact=True).click()
    for view in (mine, bob):
        view.shows("Done", "late 2")
    # Of the run before they came, not even a line in the list of runs.
    expect(bob.panel.locator(".pairedit-run-choice")).to_be_hidden()
    expect(eve.panel).to_be_hidden()
    expect(eve.button).to_be_hidden()
    assert "late 2" not in (viewing.page.text_content("body") or "")

    switch(owner, "Guests see all output, also by links to read")
    eve.shows("Done", "late 2")
    for view in (bob, eve):
        choice = view.panel.get_by_role("combobox", name="Run")
        expect(choice.get_by_role("option")).to_have_count(2)
        choice.select_option(index=1)
        view.shows("Done", "early 1")
    # They may look, and neither run nor stop.
    expect(eve.button).to_be_hidden()


def test_a_guest_in_firefox_asks_and_sees_text_and_plot(
    lab: Server, sign_in: SignIn, tmp_path: Path
) -> None:
    room_id = new_room(lab, PLOT, limit=3)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    mine = RunView(owner)
    switch(owner, "Guests may ask to run the code")
    mine.start()
    mine.shows("Done", "drawn")
    link = invite(lab, room_id, role="edit", label="fox")["url"]
    with fox.firefox(fox.program(), tmp_path) as guest:
        guest.open(link)
        guest.wait_for("document.activeElement?.id === 'name'")
        guest.type(f"Renard{fox.ENTER}")
        guest.wait_for(_says(".pairedit-status-words", "Live · saved"))
        guest.wait_for(_says(".pairedit-run-button", "Ask to run"))
        guest.type("# ")
        guest.chord(fox.SHIFT, fox.ENTER)
        guest.wait_for(_says(".pairedit-run-state", "Waiting for the owner"))
        expect(mine.question).to_contain_text("Renard (guest) asks to run")
        expect(mine.question).to_contain_text("# import matplotlib")
        mine.question.get_by_role("button", name="Run once").click()
        guest.wait_for(_says(".pairedit-run-state", "Done"))
        assert guest.text(".pairedit-outputs").strip() == "drawn"
        image = "document.querySelector('.pairedit-outputs img')"
        guest.wait_for(f"{image}?.complete && {image}.naturalWidth > 100")
        mine.shows("Done", "drawn")
        shown = mine.outputs.locator("img").get_attribute("src", timeout=SOON)
        assert guest.run(f"{image}.src") == shown


def _says(selector: str, text: str) -> str:
    found = f"document.querySelector('{selector}')"
    return f"({found}?.innerText ?? '').includes('{text}')"
