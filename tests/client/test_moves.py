"""Edits of an earlier code, positions, and the revisions that readers have not read."""

from __future__ import annotations

import random

import pytest

from jupyter_pairedit.client import recent
from jupyter_pairedit.client.errors import Moved, TooOld
from jupyter_pairedit.client.feed import Feed
from jupyter_pairedit.client.positions import (
    find_once,
    lines_span,
    position_of,
    units_at,
)
from jupyter_pairedit.client.recent import Recent
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.replica import LogEntry, Replica, Step
from jupyter_pairedit.core.text import Text

LENGTH = 10


@pytest.mark.parametrize(
    ("edit", "change", "expected"),
    [
        # A replacement of 3 to 6, and what others did.
        ((3, 6, "X"), (1, 1, "ab"), (5, 8, "X")),
        ((3, 6, "X"), (3, 3, "ab"), (5, 8, "X")),
        ((3, 6, "X"), (6, 6, "ab"), (3, 6, "X")),
        ((3, 6, "X"), (0, 3, ""), (0, 3, "X")),
        ((3, 6, "X"), (6, 9, "ab"), (3, 6, "X")),
        ((3, 6, "X"), (4, 4, "ab"), None),
        ((3, 6, "X"), (5, 6, ""), None),
        ((3, 6, "X"), (2, 4, "ab"), None),
        ((3, 6, "X"), (0, 10, ""), None),
        # An insertion at 5.
        ((5, 5, "X"), (5, 5, "ab"), (7, 7, "X")),
        ((5, 5, "X"), (3, 5, "ab"), (5, 5, "X")),
        ((5, 5, "X"), (5, 8, "ab"), (5, 5, "X")),
        ((5, 5, "X"), (4, 6, "ab"), None),
    ],
)
def test_an_edit_is_moved_or_refused(
    edit: tuple[int, int, str],
    change: tuple[int, int, str],
    expected: tuple[int, int, str] | None,
) -> None:
    changes = Recent()
    changes.add(ChangeSet.replacing(LENGTH, [change]))

    if expected is None:
        with pytest.raises(Moved):
            changes.moved([edit], 0)
    else:
        assert changes.moved([edit], 0) == [expected]
    assert changes.moved([edit], 1) == [edit]


def test_a_moved_replacement_still_replaces_the_same_text() -> None:
    rng = random.Random(1)
    moved = 0
    for _ in range(2_000):
        text = old = "".join(rng.choice("abcdef") for _ in range(20))
        changes = Recent()
        start = rng.randint(0, 19)
        end = rng.randint(start + 1, 20)
        for _ in range(rng.randint(1, 4)):
            first = rng.randint(0, len(text))
            last = rng.randint(first, min(len(text), first + 3))
            insert = rng.choice(("", "x", "yz"))
            changes.add(ChangeSet.replacing(len(text), [(first, last, insert)]))
            text = text[:first] + insert + text[last:]
        try:
            [(first, last, _)] = changes.moved([(start, end, "")], 0)
        except Moved:
            continue
        moved += 1
        assert text[first:last] == old[start:end]
    assert moved > 500


def test_a_view_from_before_what_is_kept_is_too_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recent, "_MOST", 3)
    changes = Recent()
    for _ in range(4):
        changes.add(ChangeSet.replacing(LENGTH, [(0, 1, "x")]))

    assert changes.moved([(5, 6, "")], 1) == [(5, 6, "")]
    with pytest.raises(Moved, match="Take a new view"):
        changes.moved([(5, 6, "")], 0)


def test_positions_count_code_points() -> None:
    code = "a😀\n\nxyz"

    assert [position_of(code, *at) for at in ((1, 2), (2, 0), (3, 3))] == [2, 3, 7]
    assert [units_at(code, at) for at in (1, 2, 7)] == [1, 3, 8]
    assert lines_span(code, 1, 2) == (0, 4)
    assert lines_span(code, 3, 3) == (4, 7)
    assert find_once(code, "😀\n") == (1, 3)


@pytest.mark.parametrize(("line", "column"), [(0, 0), (4, 0), (1, 3), (2, -1)])
def test_a_position_outside_of_the_code_is_refused(line: int, column: int) -> None:
    with pytest.raises(ValueError, match="expected a"):
        position_of("a😀\n\nxyz", line, column)


def test_a_reader_begins_after_a_version_and_not_before_a_reset() -> None:
    feed = Feed()
    text, empty = Text.of(""), ChangeSet.replacing(0, [])
    for version, reset in [(4, False), (5, False), (2, True), (3, False)]:
        feed.add(Step(version, "a", False, reset, empty, text, text))

    assert [each.version for each in feed.at(feed.place_after(2, 3))] == [3]
    assert feed.at(feed.place_after(3, 3)) == []
    with pytest.raises(TooOld):
        feed.place_after(1, 3)
    with pytest.raises(ValueError, match="expected a version up to 3"):
        feed.place_after(4, 3)


def test_texts_of_changes_are_computed_from_the_text_of_their_segment() -> None:
    feed, replica = Feed(), Replica()
    replica.on_step.append(feed.add)
    texts = [""]
    for number in range(120):
        changes = ChangeSet.replacing(replica.doc.length, [(0, 0, f"{number}\n")])
        replica.receive([LogEntry("a", changes, False)], number + 1)
        texts.append(str(replica.doc))
        if number == 70:
            replica.reset("new", 71)
            texts[-1] = "new"

    records = [each for each in feed.at(0) if not each.reset]

    after = [str(each.segment.text(each.index + 1)) for each in records]
    before = [str(each.segment.text(each.index)) for each in records]
    assert after[:70] == texts[1:71] and after[71:] == texts[72:]
    assert before == texts[:-1]
    assert len({id(each.segment) for each in records}) == 3
