"""How often somebody may do something."""

from __future__ import annotations

from jupyter_pairedit.core.ratelimit import Budget, Rate


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
