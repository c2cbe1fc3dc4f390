"""The activity that keeps a server running."""

from __future__ import annotations

import pytest

from jupyter_pairedit.rooms.activity import Activity
from tests.making import Clock

HOUR = 3_600.0


@pytest.fixture
def clock() -> Clock:
    return Clock(1_000.0)


@pytest.fixture
def activity(clock: Clock) -> Activity:
    return Activity(clock, unattended=4 * HOUR)


def test_the_last_edit_is_the_last_activity(activity: Activity, clock: Clock) -> None:
    assert activity.last == 1_000.0

    clock.seconds = 2_000.0
    activity.record_edit()
    clock.seconds = 3_000.0

    assert activity.last == 2_000.0


def test_a_connection_without_edits_is_no_activity(
    activity: Activity, clock: Clock
) -> None:
    clock.seconds = 2_000.0
    activity.member_joined()

    assert activity.last == 1_000.0


def test_edits_of_guests_count_while_a_member_is_connected(
    activity: Activity, clock: Clock
) -> None:
    activity.member_joined()
    clock.seconds += 100 * HOUR
    activity.record_edit(guest=True)

    assert activity.last == clock.seconds


def test_edits_of_guests_count_for_some_hours_after_the_last_member_left(
    activity: Activity, clock: Clock
) -> None:
    activity.member_joined()
    clock.seconds += 10 * HOUR
    activity.member_left()

    clock.seconds += 3.9 * HOUR
    activity.record_edit(guest=True)
    last = activity.last
    clock.seconds += 0.2 * HOUR
    activity.record_edit(guest=True)

    assert last == activity.last == clock.seconds - 0.2 * HOUR


def test_a_short_visit_of_a_member_extends_the_time_for_guests(
    activity: Activity, clock: Clock
) -> None:
    clock.seconds += 5 * HOUR
    activity.member_joined()
    activity.member_left()
    clock.seconds += HOUR
    activity.record_edit(guest=True)

    assert activity.last == clock.seconds
