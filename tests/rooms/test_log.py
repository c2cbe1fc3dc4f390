"""The newest revisions in memory: so many, and so much."""

from __future__ import annotations

from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.rooms.log import Tail, fitting
from tests.making import insert, revision


def typed(count: int, text: str = "x") -> list[Revision]:
    """Revisions of one section each."""
    return [revision(number, insert(0, 0, text)) for number in range(1, count + 1)]


def test_it_holds_the_newest_in_their_order() -> None:
    log, tail = typed(5), Tail(3, 1_000)

    tail.extend(log[:2])
    tail.extend(log[2:])

    assert len(tail) == 3
    assert tail.last(3) == log[2:]
    assert tail.last(1) == log[4:]
    assert tail.last(0) == []
    assert tail.last(4) is None


def test_it_holds_fewer_where_they_are_large() -> None:
    log, tail = typed(10, "x" * 100), Tail(2_000, 450)

    tail.extend(log)
    assert tail.last(3) == log[7:]
    assert tail.last(4) is None

    tail.extend(typed(1, "x" * 1_000))
    assert len(tail) == 0
    tail.extend(log)
    assert len(tail) == 3


def test_what_is_cleared_takes_no_space() -> None:
    log, tail = typed(3, "x" * 100), Tail(9, 450)

    tail.extend(log)
    tail.clear()
    tail.extend(log)

    assert tail.last(3) == log


def test_what_is_sent_at_a_time_is_one_or_as_much_as_fits() -> None:
    log = typed(5, "x" * 100)

    sizes = (10, 263, 264, 660, 1_000)
    assert [len(fitting(log, size)) for size in sizes] == [1, 1, 2, 5, 5]
    assert fitting(log[:1], 10) == log[:1]
    assert fitting([], 10) == []


def test_many_small_sections_have_a_size_too() -> None:
    assert insert(5, 2, "xyz").size == 3 * 32 + 3
