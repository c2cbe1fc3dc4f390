"""The newest revisions in memory, by number and size."""

from __future__ import annotations

from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.rooms.log import Tail, slice_of
from tests.making import insert, revision


def typed(count: int, text: str = "x") -> list[Revision]:
    """Return revisions with one section each."""
    return [revision(number, insert(0, 0, text)) for number in range(1, count + 1)]


def test_the_tail_has_the_newest_revisions_in_order() -> None:
    log, tail = typed(5), Tail(3, 1_000)

    tail.extend(log[:2])
    tail.extend(log[2:])

    assert len(tail) == 3
    assert tail.last(3) == log[2:]
    assert tail.last(1) == log[4:]
    assert tail.last(0) == []
    assert tail.last(4) is None


def test_the_tail_has_fewer_revisions_if_they_are_large() -> None:
    log, tail = typed(10, "x" * 100), Tail(2_000, 450)

    tail.extend(log)
    assert tail.last(3) == log[7:]
    assert tail.last(4) is None

    tail.extend(typed(1, "x" * 1_000))
    assert len(tail) == 0
    tail.extend(log)
    assert len(tail) == 3


def test_a_cleared_tail_has_size_0() -> None:
    log, tail = typed(3, "x" * 100), Tail(9, 450)

    tail.extend(log)
    tail.clear()
    tail.extend(log)

    assert tail.last(3) == log


def test_a_slice_has_one_revision_or_as_many_as_fit() -> None:
    log = typed(5, "x" * 100)

    sizes = (10, 263, 264, 660, 1_000)
    assert [len(slice_of(log, size)) for size in sizes] == [1, 1, 2, 5, 5]
    assert slice_of(log[:1], 10) == log[:1]
    assert slice_of([], 10) == []


def test_sections_add_to_the_size_of_a_change_set() -> None:
    assert insert(5, 2, "xyz").size == 3 * 32 + 3
