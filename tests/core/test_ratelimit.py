"""How often somebody may do something."""

from __future__ import annotations

from jupyter_pairedit.core.ratelimit import Budget, Rate, Refusals
from tests.making import ROOM


def test_a_burst_gets_through_and_then_a_steady_trickle() -> None:
    rate = Rate(burst=2, per=8.0)

    assert [rate.wait("ann", 0.0) for _ in range(3)] == [0.0, 0.0, 4.0]
    assert rate.wait("ann", 3.0) == 1.0
    assert rate.wait("ann", 4.0) == 0.0


def test_people_do_not_wait_for_each_other() -> None:
    rate = Rate(burst=1, per=10.0)
    rate.wait("ann", 0.0)

    assert rate.wait("bob", 0.0) == 0.0
    assert rate.wait("ann", 0.0) > 0.0


def test_who_has_spent_more_than_there_is_waits_until_it_is_paid_off() -> None:
    budget = Budget(most=100, per=10.0, longest=60.0)

    budget.spend("ann", 99, 0.0)
    assert budget.wait("ann", 0.0) == 0.0
    budget.spend("ann", 201, 0.0)  # as long as any is left, however much

    assert budget.wait("ann", 0.0) == 20.0
    assert budget.wait("ann", 15.0) == 5.0
    assert budget.wait("ann", 20.0) == 0.0
    assert budget.wait("bob", 0.0) == 0.0


def test_a_debt_is_forgiven_as_far_as_it_would_take_too_long() -> None:
    budget = Budget(most=100, per=10.0, longest=5.0)

    budget.spend("ann", 10_000, 0.0)

    assert budget.wait("ann", 0.0) == 5.0


def test_quiet_does_not_save_up_more_than_the_budget() -> None:
    budget = Budget(most=100, per=10.0, longest=60.0)
    budget.spend("ann", 100, 0.0)

    budget.spend("ann", 150, 1_000.0)

    assert budget.wait("ann", 1_000.0) == 5.0


def test_a_line_says_what_of_whom_where_and_why() -> None:
    line = Refusals().line("malformed", ROOM, "Ann", "Expected an object", 0.0)

    assert line == f"Refused malformed of 'Ann' in room {ROOM}: Expected an object"


def test_a_line_is_one_line_of_at_most_200_characters_without_anything_hidden() -> None:
    evil = "x\n[C 12:00] Logged in as root\x1b[31m\r\u2028\u202e\x00" + "y" * 10**6

    line = Refusals().line("malformed", ROOM, evil, evil, 0.0)

    assert line is not None and len(line) <= 200
    assert line.isprintable()
    assert ROOM in line


def test_of_each_code_ten_a_second_are_worded() -> None:
    refusals = Refusals()

    first = [refusals.line("malformed", ROOM, "Ann", "x", 0.0) for _ in range(30)]
    assert [line is not None for line in first] == [True] * 10 + [False] * 20
    assert refusals.line("forbidden", ROOM, "Ann", "x", 0.0)
    second = [refusals.line("malformed", ROOM, "Ann", "x", 1.0) for _ in range(30)]
    assert sum(line is not None for line in second) == 10
