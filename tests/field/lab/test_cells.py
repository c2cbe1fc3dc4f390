"""Complaints about cells that run while somebody else types."""

from __future__ import annotations

import os
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.editing import NotebookPage, RoomPage, new_room
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]

RUNS = int(os.environ.get("PAIREDIT_FIELD_RUNS", "4"))
KEYS = 15
"""Of a partner, a second."""

# Half of the figures are shown by the cell, the others after its end. The cell sends
# the page nothing: after that, ipykernel 7.4 takes the widget's next message between
# cells. Else it takes all in the middle of a cell.
FIGURES = f"""\
import time
import matplotlib.pyplot as plt

for number in range({RUNS}):
    plt.figure(figsize=(2, 2))
    plt.plot([1, 2, 3])
    time.sleep(0.5)
    plt.plot([3, 2, 1])
    if number % 2:
        plt.show()
print("drawn")
"""
HOOKS = """\
calls = []
for event in ("pre_execute", "post_execute", "pre_run_cell", "post_run_cell"):
    get_ipython().events.register(event, lambda *_: calls.append(time.monotonic()))
"""
COUNT = """\
before = len(calls)
time.sleep(3)
print(len(calls) - before, "calls")
"""


class Owner:
    """A notebook that shows a room, which a partner has open as well."""

    def __init__(
        self, server: Server, sign_in: SignIn, name: str, kernel: str, *cells: str
    ) -> None:
        self.server = server
        self.room_id = new_room(server, "x = 1\n", limit=4)
        self.sign_in = sign_in
        path = server.write_notebook(
            f"{name}-{kernel}.ipynb",
            f"%load_ext jupyter_pairedit\ned = %pairedit join {self.room_id}\ned",
            *cells,
            kernel=kernel,
        )
        self.notebook = NotebookPage(sign_in(server).new_page(), path)
        self.notebook.run(0)
        self.notebook.editor().ready()

    def partner(self) -> RoomPage:
        """Open the room's page as somebody else."""
        return RoomPage(self.sign_in(self.server).new_page(), self.room_id)

    def run_while_others_type(self, cell: int, end: str) -> str:
        """Run a cell while people come, type and go; return what was typed."""
        bob, cem = self.partner(), self.partner()
        cem.ready()
        bob.ready().click()
        bob.write_by_itself("bob", 1000 // KEYS)
        output = self.notebook.run(cell, wait=False)
        expect(output).not_to_contain_text(end)  # What it had printed before.
        cem.page.close()
        expect(output).to_contain_text(end, timeout=60_000)
        self.notebook.kernel_is_idle()
        return bob.stop()


def figures(owner: Owner, cell: int) -> list[str | None]:
    images = owner.notebook.cells.nth(cell).locator(".jp-OutputArea img")
    expect(images).to_have_count(RUNS)
    return [image.get_attribute("src") for image in images.all()]


def test_my_figures_lose_their_lines_while_my_partner_types(
    lab: Server, sign_in: SignIn, kernel: str
) -> None:
    owner = Owner(lab, sign_in, "figures", kernel, FIGURES)
    expect(owner.notebook.run(1)).to_contain_text("drawn", timeout=60_000)
    alone = figures(owner, 1)

    typed = owner.run_while_others_type(1, "drawn")

    assert len(typed) > RUNS
    assert figures(owner, 1) == alone
    assert len(set(alone)) == 1


def test_my_hooks_are_called_in_the_middle_of_a_cell_and_ed_code_is_new_after_it(
    lab: Server, sign_in: SignIn, kernel: str
) -> None:
    import_version = "import ipykernel, time\nprint(ipykernel.__version__)"
    owner = Owner(
        lab, sign_in, "hooks", kernel, import_version, HOOKS, COUNT, "print(ed.code)"
    )
    version = owner.notebook.run(1).inner_text()
    assert version.startswith("6.") == (kernel != "python3")
    owner.notebook.run(2)

    typed = owner.run_while_others_type(3, "calls")

    expect(owner.notebook.cells.nth(3).locator(".jp-OutputArea")).to_contain_text(
        "0 calls"
    )
    # The page reports four times a second.
    seen = (owner.notebook.run(4).inner_text() for _ in range(20))
    assert any(typed.rstrip() in code for code in seen)


def test_my_page_fetches_who_wrote_what_each_second_though_nobody_asks(
    lab: Server, sign_in: SignIn, unreachable: str
) -> None:
    owner = Owner(lab, sign_in, "blame", unreachable, "print(len(ed.blame()), 'lines')")
    page = owner.notebook.page
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))

    def blames() -> int:
        return sum(url.endswith("/blame") for url in fetched)

    bob = owner.partner()
    bob.ready().click().press("Enter")
    bob.write_by_itself("bob", 1000 // KEYS)
    page.wait_for_timeout(3_000)  # Bob types.
    typed = bob.stop()
    owner.notebook.editor().holds(typed.strip())
    page.wait_for_timeout(3_000)  # Nobody types.
    assert blames() == 0

    # Each cell that asks causes one request; a later one has the answer.
    with page.expect_response("**/blame"):
        expect(owner.notebook.run(1)).to_contain_text("run this cell again")
    asked = 1
    for _ in range(20):
        output = owner.notebook.run(1).inner_text()
        if "3 lines" in output:
            break
        asked += 1
    assert "3 lines" in output
    assert 1 <= blames() <= asked
