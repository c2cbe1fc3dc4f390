"""Rate limits, and the log lines of refusals."""

from __future__ import annotations

from jupyter_pairedit.core.ratelimit import Rate, RefusalLog
from tests.making import ROOM


def test_a_burst_is_followed_by_the_steady_rate() -> None:
    rate = Rate(burst=2, per=8.0)

    assert [rate.take("ann", 0.0) for _ in range(3)] == [0.0, 0.0, 4.0]
    assert rate.take("ann", 3.0) == 1.0
    assert rate.take("ann", 4.0) == 0.0


def test_each_key_has_its_own_tokens() -> None:
    rate = Rate(burst=1, per=10.0)
    rate.take("ann", 0.0)

    assert rate.take("bob", 0.0) == 0.0
    assert rate.take("ann", 0.0) > 0.0


def test_a_debt_delays_until_it_is_refilled() -> None:
    rate = Rate(burst=100, per=10.0, max_wait=60.0)

    rate.spend("ann", 99, 0.0)
    assert rate.debt("ann", 0.0) == 0.0
    rate.spend("ann", 201, 0.0)  # Allowed while any token is left.

    assert rate.debt("ann", 0.0) == 20.0
    assert rate.debt("ann", 15.0) == 5.0
    assert rate.debt("ann", 20.0) == 0.0
    assert rate.debt("bob", 0.0) == 0.0


def test_a_debt_is_limited_to_the_longest_wait() -> None:
    rate = Rate(burst=100, per=10.0, max_wait=5.0)

    rate.spend("ann", 10_000, 0.0)

    assert rate.debt("ann", 0.0) == 5.0


def test_tokens_do_not_exceed_the_burst() -> None:
    rate = Rate(burst=100, per=10.0, max_wait=60.0)
    rate.spend("ann", 100, 0.0)

    rate.spend("ann", 150, 1_000.0)

    assert rate.debt("ann", 1_000.0) == 5.0


def test_a_line_has_code_name_room_and_reason() -> None:
    line = RefusalLog().line("malformed", ROOM, "Ann", "Expected an object", 0.0)

    assert line == f"Refused malformed of 'Ann' in room {ROOM}: Expected an object"


def test_a_line_has_at_most_200_characters_all_of_them_printable() -> None:
    evil = "x\n[C 12:00] Logged in as root\x1b[31m\r\u2028\u202e\x00" + "y" * 10**6

    line = RefusalLog().line("malformed", ROOM, evil, evil, 0.0)

    assert line is not None and len(line) <= 200
    assert line.isprintable()
    assert ROOM in line


def test_ten_lines_per_second_are_written_for_each_code() -> None:
    refusals = RefusalLog()

    first = [refusals.line("malformed", ROOM, "Ann", "x", 0.0) for _ in range(30)]
    assert [line is not None for line in first] == [True] * 10 + [False] * 20
    assert refusals.line("forbidden", ROOM, "Ann", "x", 0.0)
    second = [refusals.line("malformed", ROOM, "Ann", "x", 1.0) for _ in range(30)]
    assert sum(line is not None for line in second) == 10
