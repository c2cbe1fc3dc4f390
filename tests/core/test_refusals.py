"""M9, M13: lines in the log that nobody can forge, and not too many."""

from __future__ import annotations

from jupyter_pairedit.core.refusals import Refusals
from tests.making import ROOM


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
