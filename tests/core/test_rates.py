"""How often somebody may do something."""

from __future__ import annotations

from jupyter_pairedit.core.rates import Rate


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
