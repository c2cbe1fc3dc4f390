"""Marks of a revision, and what merging revisions makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from jupyter_pairedit.core.blame import Blame, Source
from jupyter_pairedit.core.marks import (
    NAMES,
    NO_MARKS,
    Marks,
    from_bits,
    given_names,
    marks_of,
    merged_marks,
    names_of,
    own_names,
    to_bits,
)
from jupyter_pairedit.core.retention import Keep, Row, due, merge
from jupyter_pairedit.core.revisions import Revision, first_digest, intact
from tests.making import chain, insert, revision

DAY = 24 * 3600.0
NOW = 100_000.0 * DAY
KEEP = Keep(exact=30 * DAY, hourly=90 * DAY, revisions=1_000, size=1_000_000)
SUGGESTED = marks_of(["suggested"])
GUEST = marks_of(["guest"])


def typed(*marks: Marks) -> list[Revision]:
    """Return a log of one letter a version, in a line of its own, with these marks."""
    return chain(
        *(
            revision(n, insert(2 * n - 2, 2 * n - 2, f"{n}\n"), marks=names_of(each))
            for n, each in enumerate(marks, 1)
        )
    )


def test_each_set_of_marks_has_a_number_that_is_read_back() -> None:
    numbers = range(1 << len(NAMES))

    assert [to_bits(from_bits(number)) for number in numbers] == list(numbers)
    assert [names_of(from_bits(1 << n)) for n in range(len(NAMES))] == [
        ["guest"],
        ["python"],
        ["suggested"],
        ["agent"],
        ["partly"],
    ]


def test_marks_that_are_not_known_are_left_out() -> None:
    assert from_bits(1 << len(NAMES)) == NO_MARKS
    assert from_bits(4 | 1 << 20) == SUGGESTED
    assert marks_of(["suggested", "blessed"]) == SUGGESTED


def test_the_server_sets_some_marks_and_clients_the_others() -> None:
    every = from_bits(-1)

    assert given_names(every) == ["guest", "python"]
    assert own_names(every) == ["suggested", "agent"]


def test_equal_marks_are_merged_to_the_same_and_different_ones_say_partly() -> None:
    assert merged_marks([SUGGESTED, SUGGESTED]) == SUGGESTED
    assert merged_marks([NO_MARKS]) == NO_MARKS
    assert names_of(merged_marks([SUGGESTED, NO_MARKS, GUEST])) == [
        "guest",
        "suggested",
        "partly",
    ]


def test_marks_change_no_digest_so_that_older_servers_read_the_log() -> None:
    plain, marked = typed(NO_MARKS, NO_MARKS), typed(SUGGESTED, GUEST)

    assert [each.digest for each in marked] == [each.digest for each in plain]
    assert intact(first_digest("epoch"), marked) == 2
    merged = merge(first_digest("epoch"), marked)
    assert merged.follows(first_digest("epoch"))
    assert merged.marks == marks_of(["guest", "suggested", "partly"])


def test_blame_shows_the_marks_of_the_last_change_of_a_line() -> None:
    blame = Blame("", Source("Host", 0.0, "write"))
    log = typed(NO_MARKS, SUGGESTED, SUGGESTED)
    blame.extend([structs.replace(each, at=5.0) for each in log])

    runs = [(run.line, run.count, run.source.marks) for run in blame.runs()]

    # One person at one time: only the marks tell the lines apart.
    assert runs == [(1, 1, NO_MARKS), (2, 2, SUGGESTED), (4, 1, NO_MARKS)]


def row(version: int, age: float, marks: Marks) -> Row:
    return Row(version, 1, "edit", ("Ann",), NOW - age, 200, marks)


@pytest.mark.parametrize("age", [0.0, 40 * DAY, 400 * DAY])
def test_revisions_with_different_marks_are_not_merged_within_the_limits(
    age: float,
) -> None:
    kinds = [NO_MARKS, NO_MARKS, SUGGESTED, SUGGESTED, NO_MARKS, GUEST]
    rows = [row(n, age, marks) for n, marks in enumerate(kinds, 1)]
    few = replace(KEEP, revisions=5) if not age else KEEP

    parts = due(rows, (), few, NOW, 1_200)

    assert parts, "something was to be merged"
    assert all(len({rows[n].marks for n in part}) == 1 for part in parts)


def test_the_limits_are_kept_even_if_marks_alternate() -> None:
    rows = [row(n, 1.0, SUGGESTED if n % 2 else NO_MARKS) for n in range(1, 9)]

    (part,) = due(rows, (), replace(KEEP, revisions=4), NOW, 1_600)

    assert len(part) == 5


def test_a_merged_revision_keeps_its_marks_when_it_is_merged_again() -> None:
    log = typed(SUGGESTED, NO_MARKS, NO_MARKS)
    first = first_digest("epoch")

    again = merge(first, [merge(first, log[:2]), log[2]])

    assert names_of(again.marks) == ["suggested", "partly"]
