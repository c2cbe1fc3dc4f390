"""Which text of guests a person was not shown, against a model of each character."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import count

import msgspec
import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.guestlines import Guest, UnreadLine
from jupyter_pairedit.core.runs import Part
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.core.unread import MOST, GuestText, Shown
from tests.making import insert, revision

NOBODY = Shown()


class Room:
    """A text that members and guests edit, and what follows it."""

    def __init__(self, code: str = "") -> None:
        self.text = Text.of(code)
        self.followed = GuestText(0, self.text.length)

    def edit(self, start: int, end: int, new: str, *marks: str) -> ChangeSet:
        change = ChangeSet.replacing(self.text.length, [(start, end, new)])
        version = self.followed.version + 1
        self.followed.follow([revision(version, change, marks=marks)])
        self.text = change.apply(self.text)
        return change

    def lines(self, shown: Shown = NOBODY, part: Part | None = None) -> list[str]:
        found = self.followed.unread(self.text, part, shown)
        return [f"{'-' if x.removed else ''}{x.number} {x.text}" for x in found.lines]


def test_text_of_members_is_never_unread() -> None:
    room = Room("a\nb\n")
    room.edit(0, 1, "x = 1")
    room.edit(1, 3, "", "python")

    assert room.followed.unread(room.text, None, NOBODY).lines == []


@pytest.mark.parametrize("marks", [["guest"], ["guest", "partly"], ["guest", "agent"]])
def test_a_line_that_a_guest_has_changed_is_unread(marks: list[str]) -> None:
    room = Room("a\nb\nc")
    room.edit(3, 3, "!", *marks)

    read = room.followed.unread(room.text, None, NOBODY)

    assert read.lines == [UnreadLine(2, "b!", (Guest("ann", "Ann"),))]


@pytest.mark.parametrize(
    ("start", "end", "new", "lines"),
    [
        (1, 1, "\nnew", ["2 new"]),  # a line typed after one
        (0, 0, "new\n", ["1 new"]),  # a line pasted before one
        (1, 1, "\n", ["2 "]),
        (3, 3, "\n", ["2 b", "3 c"]),  # splits a line
        (3, 4, "", ["-2 b"]),
        (1, 2, "", ["-1 abc"]),  # joins two
        (2, 4, "d", ["2 d", "-2 d"]),
    ],
)
def test_the_lines_that_differ_by_it_are_listed(
    start: int, end: int, new: str, lines: list[str]
) -> None:
    room = Room("a\nbc\nd")
    room.edit(start, end, new, "guest")

    assert room.lines() == lines


def test_what_was_shown_is_not_listed_and_what_is_written_later_is() -> None:
    room = Room("a\nb\n")
    room.edit(0, 1, "x", "guest")
    shown = NOBODY.plus(room.followed.unread(room.text, None, NOBODY))
    assert room.lines(shown) == []
    room.edit(2, 2, "y", "guest")

    assert room.lines(shown) == ["2 yb"]
    assert room.lines() == ["1 x", "-1 x", "2 yb"]


def test_the_rest_of_a_paste_is_unread_after_a_part_was_shown() -> None:
    room = Room()
    room.edit(0, 0, "a\nb\nc", "guest")

    read = room.followed.unread(room.text, Part(0, 1), NOBODY)
    nothing = room.followed.unread(room.text, Part(0, 1), NOBODY.plus(read))
    shown = NOBODY.plus(read).plus(nothing)

    assert [each.text for each in read.lines] == ["a"]
    assert room.lines(shown, Part(0, 1)) == []
    assert room.lines(shown, Part(2, 3)) == ["2 b"]
    assert room.lines(shown) == ["2 b", "3 c"]


def test_a_line_has_all_guests_who_have_written_in_it_as_authors() -> None:
    room = Room("= 1")
    for place, author in ((0, "Gus"), (4, "Eve"), (5, "Gus")):
        change = insert(room.text.length, place, "x")
        new = revision(room.followed.version + 1, change, marks=["guest"])
        room.followed.follow([msgspec.structs.replace(new, author=author)])
        room.text = change.apply(room.text)

    (line,) = room.followed.unread(room.text, None, NOBODY).lines

    assert (line.text, line.author) == ("x= 1xx", "Gus, Eve")


def test_guests_of_one_name_are_told_apart_by_their_clients() -> None:
    room = Room("= 1")
    # The last revision stands for several, so that its client is not known.
    for client_id in ("gus", "other", ""):
        change = insert(room.text.length, room.text.length, "x")
        new = revision(room.followed.version + 1, change, client_id, marks=["guest"])
        room.followed.follow([new])
        room.text = change.apply(room.text)

    (line,) = room.followed.unread(room.text, None, NOBODY).lines

    assert (line.text, line.author) == ("= 1xxx", "Ann")
    assert line.clients == ["gus", "other", ""]


def test_a_guest_s_own_correction_leaves_no_trace_until_somebody_has_read_it() -> None:
    room = Room("a")
    room.edit(1, 1, "xy", "guest")
    room.edit(2, 3, "", "guest")
    assert room.lines() == ["1 ax"]
    room.edit(1, 2, "", "guest")

    assert room.lines() == ["-1 a"]


def test_beyond_the_bound_the_whole_text_is_unread() -> None:
    room = Room("\n" * (3 * MOST))
    for number in range(MOST + 1):
        room.edit(3 * number, 3 * number, "x", "guest")

    assert len(room.lines()) > 3 * MOST
    read = room.followed.unread(room.text, None, NOBODY)
    assert {*read.lines[0].clients} == {"ann"}
    shown = NOBODY.plus(read)
    assert room.lines(shown) == []


@dataclass
class Char:
    """A character of the model."""

    unit: str
    guest: bool
    seen: set[int] = field(default_factory=set)


@pytest.mark.parametrize("seed", range(60))
def test_random_schedules_list_every_line_with_text_that_was_not_shown(
    seed: int,
) -> None:
    chance = random.Random(seed)
    room, numbers = Room("ab\ncd\nef\n"), count()
    model = [Char(unit, False) for unit in room.text.units]
    shown = {person: Shown() for person in range(3)}
    for _ in range(120):
        size = len(model)
        start = chance.randint(0, size)
        if chance.random() < 0.75:
            end = min(size, start + chance.choice([0, 0, 1, 2, 5]))
            new = "".join(
                chance.choice("xyz\n") for _ in range(chance.choice([0, 1, 2, 6]))
            )
            guest = chance.random() < 0.5
            if new or end > start:
                room.edit(start, end, new, *(["guest"] if guest else []))
                model[start:end] = [Char(unit, guest) for unit in new]
            continue
        person = next(numbers) % 3
        part = None
        if chance.random() < 0.5:
            part = Part(start, chance.randint(start, size))
        where = range(part.start, part.end) if part else range(size)
        unread = [
            at for at in where if model[at].guest and person not in model[at].seen
        ]
        read = room.followed.unread(room.text, part, shown[person])
        listed = {each.number for each in read.lines if not each.removed}
        if part is None:
            assert bool(listed) == bool(unread)
        units = "".join(each.unit for each in model)
        assert units == room.text.units
        for at in unread:
            line = units.count("\n", 0, at) + 1
            if model[at].unit != "\n":
                assert line in listed
            else:
                assert {line, line + 1} & listed
        if chance.random() < 0.7:
            shown[person] = shown[person].plus(read)
            for at in where:
                model[at].seen.add(person)
