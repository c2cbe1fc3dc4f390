"""A1, A4: what a person does once in a notebook, many times in JupyterLab."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext

from tests.e2e.conftest import jp_asyncio_loop, jp_server_cleanup
from tests.e2e.editing import connections
from tests.field.lab.test_assignments import TwoPages, assign_while_one_sleeps
from tests.field.lab.test_life import Pair
from tests.jupyter import Server

from .figures import Plan

__all__ = ["jp_asyncio_loop", "jp_server_cleanup"]

SignIn = Callable[..., BrowserContext]


def test_a1_a_cell_that_is_run_again_and_again_has_one_socket_and_one_caret(
    plan_of: Callable[[str], Plan],
    lab: Server,
    sign_in: SignIn,
    record_property: Callable[[str, object], None],
) -> None:
    plan = plan_of("A1")
    pair = Pair(lab, sign_in, "campaign-a1")
    pair.open()
    most = 0
    for _ in range(plan.count):
        pair.show()
        # Before the view of the earlier run is gone.
        most = max(most, connections(lab, pair.room_id))
        pair.has(sockets=1)
    record_property("figure", f"1 socket, 1 caret each; at most {most} with Bob's")


def test_a4_each_assignment_is_written_once(
    plan_of: Callable[[str], Plan],
    lab: Server,
    sign_in: SignIn,
    record_property: Callable[[str, object], None],
) -> None:
    plan = plan_of("A4")
    pages = TwoPages(lab, sign_in, "campaign-a4", "")
    for number in range(1, plan.count + 1):
        assign_while_one_sleeps(pages, number)
    record_property("figure", f"{pages.writes()} writes for {plan.count} assignments")
