"""The rates of one server's sockets."""

from __future__ import annotations

import pytest

from jupyter_pairedit.connections.throttle import ConnectionLimits
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms.counters import Counters


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> ConnectionLimits:
    limits = Limits(connects=2, connects_per=10.0)
    return ConnectionLimits(limits, Counters(clock), clock)


def test_a_person_who_connects_too_often_gets_the_time_to_wait(
    throttle: ConnectionLimits, clock: Clock
) -> None:
    delays = [throttle.connect_delay("ann") for _ in range(3)]

    assert delays == [0.0, 0.0, 5.0]
    assert throttle.connect_delay("bob") == 0.0
    clock.seconds = 10.0
    assert throttle.connect_delay("ann") == 0.0


def test_carets_that_are_placed_too_often_exceed_the_rate(
    throttle: ConnectionLimits, clock: Clock
) -> None:
    most = Limits().carets
    exceeding = [throttle.caret_exceeds("one") for _ in range(most + 2)]

    assert exceeding == [False] * most + [True] * 2
    assert not throttle.caret_exceeds("another")
    clock.seconds += 1.0
    assert not throttle.caret_exceeds("one")


def test_a_refusal_is_counted_by_its_code(clock: Clock) -> None:
    counters = Counters(clock)
    throttle = ConnectionLimits(Limits(), counters, clock)

    throttle.record_refusal("malformed", "room", "Ann", "no JSON")

    assert counters.refusals == {"malformed": 1}


@pytest.mark.parametrize(("clients", "places"), [(300, 64), (2_000, 400)])
def test_a_server_of_many_clients_admits_many_of_them_at_once(
    clock: Clock, clients: int, places: int
) -> None:
    pending = ConnectionLimits(Limits(clients=clients), Counters(clock), clock).pending

    admitted = [pending.admit(f"person {number}") for number in range(500)]

    assert admitted.count(True) == places
