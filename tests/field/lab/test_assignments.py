"""Complaints about ``ed.code = …`` in a notebook that is open in two pages."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.editing import Line, NotebookPage, RoomPage, new_room, stored_code
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]

RUNS = 5
KEYS = "0123456789" * 7 + "0123456"
"""77 of them."""


class TwoPages:
    """A notebook that is open in two pages, and a guest in its room."""

    def __init__(self, server: Server, sign_in: SignIn, name: str, *cells: str) -> None:
        self.server = server
        self.room_id = new_room(server, "old\n", limit=4)
        path = server.write_notebook(
            f"{name}.ipynb",
            f"%load_ext jupyter_pairedit\ned = %pairedit join {self.room_id}\ned",
            *cells,
        )
        tabs = sign_in(server)
        self.awake = NotebookPage(tabs.new_page(), path)
        self.awake.run(0)
        self.awake.editor().ready()
        self.awake.save()
        page = tabs.new_page()
        self.room_line = Line(page)
        self.kernel_line = Line(page, "**/api/kernels/*/channels*")
        # Another workspace, or the two pages would open what the other one has open.
        other = path.replace(f"workspaces/{name}", f"workspaces/{name}-2")
        self.asleep = NotebookPage(page, other)
        self.asleep.editor().ready()
        self.guest = RoomPage(sign_in(server).new_page(), self.room_id)
        self.guest.ready()

    def sleep(self, *lines: Line) -> None:
        """Cut lines of the second page."""
        for line in lines:
            line.refusing = True
            line.cut()
        expect(self.asleep.editor().words).to_contain_text("Reconnecting")

    def wake(self) -> None:
        """Let the second page connect again, and wait until it has all."""
        for line in (self.room_line, self.kernel_line):
            line.refusing = False
        self.asleep.page.evaluate("dispatchEvent(new Event('online'))")
        self.asleep.kernel_is_idle()
        self.asleep.editor().ready()

    def writes(self) -> int:
        """Count the whole-file writes of the room."""
        path = f"pairedit/rooms/{self.room_id}/revisions"
        kinds: list[str] = []
        version = 0
        while page := self.server.call(f"{path}?after={version}")["revisions"]:
            kinds += [each["kind"] for each in page]
            version = page[-1]["version"]
        return kinds.count("write")


def test_my_laptop_woke_up_and_wrote_over_what_my_guest_had_typed(
    lab: Server, sign_in: SignIn
) -> None:
    pages = TwoPages(lab, sign_in, "asleep", "")
    for number in range(1, RUNS + 1):
        assign_while_one_sleeps(pages, number)


def assign_while_one_sleeps(pages: TwoPages, number: int) -> None:
    """Assign in one page, type as the guest, wake the other; check what is there."""
    # The kernel's messages reach the page at once, or when the browser resumes it.
    lines = (pages.room_line, pages.kernel_line)
    pages.sleep(*lines[: 1 + number % 2])
    pages.awake.run_code(1, f"ed.code = 'v{number}\\n'")
    pages.guest.shows(f"v{number}\n")
    pages.guest.click().type(KEYS)
    pages.guest.ready()

    pages.wake()

    code = f"v{number}\n{KEYS}"
    pages.asleep.editor().shows(code)
    assert stored_code(pages.server, pages.room_id) == code
    assert pages.writes() == number


def test_ten_assignments_wrote_twelve_times(lab: Server, sign_in: SignIn) -> None:
    loop = (
        "import time\n"
        "for number in range(10):\n"
        "    ed.code = f'{word} {number}\\n'\n"
        "    time.sleep(pause)"
    )
    pages = TwoPages(lab, sign_in, "ten", "", loop, "print(ed.code)")
    for word, pause in (("slowly", 0.3), ("at once", 0)):
        before = pages.writes()
        pages.awake.run_code(1, f"word, pause = {word!r}, {pause}")

        pages.awake.run(2)

        for editor in (pages.awake.editor(), pages.asleep.editor(), pages.guest):
            editor.shows(f"{word} 9\n")
            editor.ready()
        assert stored_code(lab, pages.room_id) == f"{word} 9\n"
        # Of those that are made at once, a page may leave some out.
        assert pages.writes() - before == 10 if pause else pages.writes() > before
        seen = (pages.awake.run(3).inner_text() for _ in range(20))
        assert any(f"{word} 9" in code for code in seen)
