"""Running a part of a text says nothing of the rest."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.runs import Part
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.core.unread import GuestText, Shown
from tests.making import revision


@pytest.mark.parametrize("part", [Part(0, 0), Part(0, 4), Part(1, 3)])
def test_a_part_without_text_of_guests_leaves_the_rest_unread(part: Part) -> None:
    text = Text.of("own\nevil\n")
    guests = GuestText(0, 4)
    changes = ChangeSet.from_json([4, [0, "evil", ""]])
    guests.follow([revision(1, changes, marks=["guest"])])
    # A list that was sent, and not looked at.
    assert guests.unread(text, None, Shown()).lines

    read = guests.unread(text, part, Shown())
    assert read.lines == []

    rest = guests.unread(text, None, Shown().plus(read))
    assert [each.text for each in rest.lines] == ["evil"]
