"""What a press of Run runs while a kernel starts for the room."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .cable import Cable
from .editing import RoomPage, new_room
from .running import SLOW, RunView


class HeldStart:
    """Holds the requests of a page that start kernels, until the test lets them go."""

    def __init__(self, page: Page) -> None:
        self.held: list[Route] = []
        self.asked = 0
        self._page = page
        page.route("**/kernel", self._take)

    def _take(self, route: Route) -> None:
        if route.request.method != "PUT":
            return route.continue_()
        self.asked += 1
        self.held.append(route)

    def let_go(self) -> None:
        """Let the first one go, and wait for the answer."""
        route = self.held.pop(0)
        with self._page.expect_response(
            lambda response: response.request == route.request, timeout=SLOW
        ):
            route.continue_()


def runs_of(server: Server, room_id: str) -> list[Any]:
    """Return all runs of a room."""
    runs: list[Any] = server.call(f"pairedit/rooms/{room_id}/runs")["runs"]
    return runs


def test_what_is_cancelled_while_the_kernel_starts_does_not_run(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "print('cancelled')\n")
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    start, run = HeldStart(owner.page), RunView(owner)
    run.start()
    expect(run.kernels).to_be_visible()
    run.kernels.get_by_role("button", name="Cancel").click()
    expect(run.kernels).to_be_hidden()
    start.let_go()

    lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "print('wanted')\n"})
    owner.shows("print('wanted')\n")
    run.button.click()
    run.shows("Done", "wanted")
    assert len(runs_of(lab, room_id)) == 1
    assert start.asked == 1


def test_run_pressed_again_while_the_kernel_starts_runs_once_what_is_there_then(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "print('first')\n")
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    start, run = HeldStart(owner.page), RunView(owner)
    run.start()
    expect(run.kernels).to_contain_text("A kernel is starting")
    # No second one can be started.
    expect(owner.root.locator(".pairedit-kernel")).to_have_count(0)
    expect(owner.content).to_be_focused()

    lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "print('second')\n"})
    owner.shows("print('second')\n")
    run.button.click()
    expect(run.kernels).to_contain_text("A kernel is starting")
    start.let_go()
    run.shows("Done", "second")
    expect(run.kernels).to_be_hidden()
    assert len(runs_of(lab, room_id)) == 1
    assert start.asked == 1


def test_text_of_others_that_comes_while_the_kernel_starts_is_not_run(
    lab: Server, sign_in: SignIn
) -> None:
    code = "print('safe')\nimport os\nos._exit(1)\n"
    room_id = new_room(lab, code)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    run = RunView(owner)
    run.start()
    # Only a room whose kernel has ended can be asked to run a part and has none.
    expect(run.state).to_have_text("The kernel has ended", timeout=SLOW)
    start = HeldStart(owner.page)
    owner.click().press("Control+Home")
    owner.press("Alt+Shift+Enter")
    expect(run.kernels).to_contain_text("has ended")
    owner.root.locator(".pairedit-kernel").first.click()

    changed = f"print('evil')\n{code}"
    lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": changed})
    owner.shows(changed)
    start.let_go()
    run.shows("Done", "safe")
    expect(run.outputs).not_to_contain_text("evil")
    assert len(runs_of(lab, room_id)) == 2


def test_a_kernel_that_cannot_be_started_is_no_kernel_that_starts(
    lab: Server, sign_in: SignIn
) -> None:
    owner = RoomPage(sign_in(lab).new_page(), new_room(lab, "print('run')\n")).ready()
    start, run = HeldStart(owner.page), RunView(owner)
    run.start()
    expect(run.kernels).to_contain_text("A kernel is starting")
    start.held.pop().abort()
    expect(run.problem).to_be_visible()
    expect(run.kernels).to_be_hidden()

    run.start()
    expect(run.problem).to_be_hidden()
    expect(run.kernels).to_contain_text("A kernel is starting")
    start.let_go()
    run.shows("Done", "run")


def test_a_connection_that_is_lost_while_the_kernel_starts_is_said(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "print('not sent')\n")
    with closing(Cable(lab)) as cable:
        page = sign_in(lab, base_url=cable.url).new_page()
        owner = RoomPage(page, room_id).ready()
        start, run = HeldStart(page), RunView(owner)
        run.start()
        expect(run.kernels).to_contain_text("A kernel is starting")
        cable.pull_out(rooms_only=True)
        cable.cut_rooms()
        expect(owner.words).to_contain_text("Reconnecting")
        start.let_go()
        expect(run.problem).to_contain_text("Nothing runs: the connection is lost.")
        expect(run.kernels).to_be_hidden()
