"""Whole-file writes of members over text of guests that nobody was shown."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec
import pytest

from jupyter_pairedit.core.diff import smallest_change
from jupyter_pairedit.core.revisions import Kind
from jupyter_pairedit.core.runs import Part
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.core.unread import GuestText, Shown, UnreadText
from tests.making import revision

MANY = [f"line {number} = {number * 7919}" for number in range(700)]


class Room:
    """A text that is written as a whole, and what follows it."""

    def __init__(self, code: str) -> None:
        self.text = Text.of(code)
        self.guests = GuestText(0, self.text.length)

    def write(
        self,
        code: str,
        marks: Sequence[str] = (),
        kind: Kind = "write",
        author: str = "Ann",
        client_id: str = "ann",
    ) -> None:
        """Replace the text, as a room does."""
        change = smallest_change(self.text, code)
        version = self.guests.version + 1
        new = revision(version, change, client_id, kind, marks=marks)
        self.guests.follow([msgspec.structs.replace(new, author=author)])
        self.text = change.apply(self.text)
        assert str(self.text) == code

    def read(self, shown: Shown, part: Part | None = None) -> UnreadText:
        return self.guests.unread(self.text, part, shown)

    def listed(self, shown: Shown | None = None) -> list[str]:
        """Return the lines that somebody would be shown."""
        lines = self.read(shown or Shown()).lines
        return [each.text for each in lines if not each.removed]


def test_the_characters_that_a_write_keeps_stay_the_guests() -> None:
    room = Room("a = 1\nb = 2\n")
    room.write("a = 1\nb = evil()\n", ["guest"])

    room.write("import os\na = 1\n\nb = evil(2)\n")

    assert room.listed() == ["b = evil(2)"]


def test_a_line_in_the_middle_of_a_large_difference_stays_the_guests() -> None:
    room = Room("\n".join(MANY))
    room.write("\n".join([*MANY[:350], "evil()", *MANY[350:]]), ["guest"])

    other = [each.upper() for each in MANY]
    room.write("\n".join([*other[:350], "evil()", *other[350:]]))

    assert "evil()" in room.listed()


def test_a_line_that_a_write_moves_stays_the_guests() -> None:
    room = Room("import b\nimport c\nimport d\n\nb.x()\n")
    room.write("import evil\nimport b\nimport c\nimport d\n\nb.x()\n", ["guest"])

    room.write("import b\nimport c\nimport d\nimport evil\n\nb.x()\n")

    assert "import evil" in room.listed()


def test_what_was_shown_is_not_listed_again_after_a_write() -> None:
    room = Room("a\nb\n")
    room.write("a\nevil()\nb\n", ["guest"])
    room.write("a\nevil()\nb\nmore()\n", ["guest"])
    shown = Shown().plus(room.read(Shown()))
    assert room.listed(shown) == []

    room.write("more()\nother\na\n")

    assert room.listed(shown) == []
    assert room.listed() != []


def test_a_write_over_text_of_which_some_was_not_shown_is_listed() -> None:
    room = Room("a\n")
    room.write("evil()\na\n", ["guest"])
    shown = Shown().plus(room.read(Shown()))
    room.write("evil()\na\nworse()\n", ["guest"])

    room.write("x\n")

    assert room.listed(shown) == ["x"]


def test_lists_of_parts_count_for_a_write_if_each_of_them_was_shown() -> None:
    room = Room("a\n")
    room.write("one\na\n", ["guest"])
    first = Shown().plus(room.read(Shown(), Part(0, 3)))
    room.write("one\na\ntwo\n", ["guest"])
    both = first.plus(room.read(first, Part(0, 9)))
    assert room.read(both, Part(0, 9)).lines == []

    room.write("x\n")

    assert room.listed(both) == ["x"], "the end of the last line was not shown"
    assert room.listed(first) == ["x"]


def test_what_a_guest_removes_of_a_write_leaves_a_trace() -> None:
    room = Room("safe()\n")
    room.write("evil()\n", ["guest"])
    room.write("check()\nassert True\n")

    room.write("", ["guest"])

    assert [each.removed for each in room.read(Shown()).lines] == [True]


def test_what_a_member_types_is_the_members() -> None:
    room = Room("a\n")
    room.write("b\n", ["guest"])

    room.write("c\n", kind="edit")

    assert room.listed() == []


def test_a_guest_who_writes_over_another_is_an_author_beside() -> None:
    room = Room("a\n")
    room.write("evil()\n", ["guest"])
    room.write("x = 2\n", ["guest"], author="Eve")

    (line,) = [each for each in room.read(Shown()).lines if not each.removed]
    assert set(line.author.split(", ")) == {"Ann", "Eve"}


@pytest.mark.parametrize(
    "seed",
    [
        *range(12),
        *(pytest.param(each, marks=pytest.mark.whole) for each in range(12, 60)),
    ],
)
def test_no_write_hides_a_character_of_a_guest(seed: int) -> None:
    chance = random.Random(seed)
    room = Room("one\ntwo\nthree\n")
    typed = 0
    for _ in range(40):
        lines = str(room.text).split("\n")
        if chance.random() < 0.4:
            at = chance.randint(0, len(room.text.units))
            code = str(room.text)
            new = chr(0x4E00 + typed) + chance.choice(["", "\n"])
            typed += 1
            room.write(code[:at] + new + code[at:], ["guest"], "edit")
        else:
            chance.shuffle(lines)
            del lines[chance.randint(0, len(lines)) :][:2]
            lines += chance.choices(["one", "three", "ab" * 40], k=2)
            room.write("\n".join(lines))
        listed = "".join(room.listed())
        missing = [c for c in str(room.text) if c >= "\u4e00" and c not in listed]
        assert missing == []


@pytest.mark.parametrize("marks", [[], ["guest"]])
def test_a_write_over_text_of_a_guest_is_of_that_guest_s_client_too(
    marks: list[str],
) -> None:
    room = Room("a\n")
    room.write("evil()\n", ["guest"], "edit", "Gus", "other")
    room.write("safe()\n", marks, "write", "Gus", "gus")

    clients = {each for line in room.read(Shown()).lines for each in line.clients}

    assert clients == {"other", *(["gus"] if marks else [])}


def test_of_very_many_guests_who_write_over_each_other_some_are_not_known() -> None:
    room = Room("a\n")
    for number in range(30):
        code = chr(ord("A") + number)
        room.write(code, ["guest"], "write", f"Gus {number}", f"gus-{number}")

    line, *_ = room.read(Shown()).lines

    assert len(line.clients) == 9
    assert line.clients[-1] == ""
    assert line.author.endswith(", …")
