"""Who keeps a server running, and for how long."""

from __future__ import annotations

import pytest

from jupyter_pairedit.rooms.activity import Activity

HOUR = 3_600.0


class Clock:
    """A clock that the test winds."""

    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def activity(clock: Clock) -> Activity:
    return Activity(clock, alone=4 * HOUR)


def test_a_server_was_in_use_when_somebody_last_typed(
    activity: Activity, clock: Clock
) -> None:
    assert activity.last == 1_000.0

    clock.seconds = 2_000.0
    activity.typed()
    clock.seconds = 3_000.0

    assert activity.last == 2_000.0


def test_to_be_there_and_not_to_type_is_no_use(
    activity: Activity, clock: Clock
) -> None:
    clock.seconds = 2_000.0
    activity.came()

    assert activity.last == 1_000.0


def test_guests_count_as_long_as_a_host_is_there(
    activity: Activity, clock: Clock
) -> None:
    activity.came()
    clock.seconds += 100 * HOUR
    activity.typed(guest=True)

    assert activity.last == clock.seconds


def test_guests_alone_keep_a_server_for_some_hours(
    activity: Activity, clock: Clock
) -> None:
    activity.came()
    clock.seconds += 10 * HOUR
    activity.left()

    clock.seconds += 3.9 * HOUR
    activity.typed(guest=True)
    last = activity.last
    clock.seconds += 0.2 * HOUR
    activity.typed(guest=True)

    assert last == activity.last == clock.seconds - 0.2 * HOUR


def test_a_host_who_looks_in_gives_the_guests_more_time(
    activity: Activity, clock: Clock
) -> None:
    clock.seconds += 5 * HOUR
    activity.came()
    activity.left()
    clock.seconds += HOUR
    activity.typed(guest=True)

    assert activity.last == clock.seconds
