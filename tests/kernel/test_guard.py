"""A widget that several threads change."""

from __future__ import annotations

import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from jupyter_pairedit.kernel.follower import follower
from jupyter_pairedit.kernel.widget import new_room

if TYPE_CHECKING:
    from ..conftest import Page

SOON = 20
"""Seconds that no test waits, unless it fails."""


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as Python permits it."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def in_threads(*loops: Callable[[], None]) -> list[BaseException]:
    """Run functions at the same time. Return their errors."""
    errors: list[BaseException] = []

    def run(loop: Callable[[], None]) -> None:
        try:
            loop()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(loop,)) for loop in loops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_each_assignment_counts_while_a_page_reports(page: Page, hasty: None) -> None:
    editor = new_room("")
    page.forget()

    def assign() -> None:
        for number in range(300):
            editor.code = f"ours {number}"

    def report() -> None:
        for number in range(300):
            page.report(editor, code=f"theirs {number}", message=str(number))

    errors = in_threads(assign, report)

    assert errors == []
    assert editor._writes == 300
    written = [state for state in page.heard if "_writes" in state]
    assert [state["_writes"] for state in written] == [*range(1, 301)]
    assert [state["code"] for state in written] == [f"ours {n}" for n in range(300)]


def test_an_observer_may_wait_for_a_thread_that_sets_code(page: Page) -> None:
    editor = new_room()
    waited: list[bool] = []

    def answer(change: dict[str, str]) -> None:
        if change["new"] != "typed":
            return
        other = threading.Thread(target=lambda: setattr(editor, "code", "answered"))
        other.start()
        other.join(SOON)
        waited.append(other.is_alive())

    editor.observe(answer, "code")
    page.report(editor, code="typed")

    assert waited == [False]
    assert editor.code == "answered"


def test_what_an_observer_thread_sets_is_sent_at_the_end_of_a_cell(page: Page) -> None:
    editor = new_room()
    page.forget()
    done = threading.Event()

    def set_it() -> None:
        editor.autocomplete_delay = 50
        editor.disabled = True
        done.set()

    follower().put(editor, set_it)
    assert done.wait(SOON)

    assert page.heard == []
    editor.send_rest()
    editor.send_rest()
    assert page.heard == [{"autocomplete_delay": 50, "disabled": True}]


def test_an_observer_that_fails_is_reported_and_the_next_one_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    errors: list[BaseException | None] = []
    monkeypatch.setattr(
        threading, "excepthook", lambda problem: errors.append(problem.exc_value)
    )
    done = threading.Event()

    def fail() -> None:
        raise ValueError("of an observer")

    follower().put("first", fail)
    follower().put("second", done.set)

    assert done.wait(SOON)
    assert [str(error) for error in errors] == ["of an observer"]


def test_an_editor_says_what_to_send_to_another_process(page: Page) -> None:
    with pytest.raises(TypeError, match="found a PairEditor: send its code"):
        pickle.dumps(new_room("x"))


def test_only_the_newest_news_of_a_room_waits() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()
    called: list[int] = []

    def occupy() -> None:
        begun.set()
        go_on.wait(SOON)

    follower().put("other", occupy)
    assert begun.wait(SOON)
    for number in range(5):
        follower().put("room", lambda number=number: called.append(number))  # type: ignore[misc]
    follower().put("end", done.set)
    go_on.set()

    assert done.wait(SOON)
    assert called == [4]
