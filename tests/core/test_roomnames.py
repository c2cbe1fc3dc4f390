"""The names by which rooms are opened."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.roomnames import BadRoomName, RoomName, room_name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("lesson 3", "lesson 3"),
        ("  lesson\t 3\n", "lesson 3"),
        ("a\u202eb\u200b\0c", "abc"),
        ("u\u0308bung", "\u00fcbung"),
        ("👩\u200d🚀 launch", "👩\u200d🚀 launch"),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_name_is_a_line_that_can_be_seen(text: str, shown: str) -> None:
    assert room_name(text).shown == shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lesson 3", "lESSON 3"),
        ("Stra\u00dfe", "STRASSE"),
        ("\u00dcbung", "u\u0308bung"),
        ("\u0130", "i\u0307"),
        ("\u1f80", "\u1f08\u0399"),
        ("a  b", " a b "),
    ],
)
def test_names_that_differ_in_case_and_composition_are_one(
    one: str, other: str
) -> None:
    assert room_name(one).key == room_name(other).key


def test_other_names_are_others() -> None:
    keys = {room_name(each).key for each in ("a", "b", "a b", "ab", "ä", "á")}

    assert len(keys) == 6


def test_a_name_that_is_shown_again_is_the_same_name() -> None:
    once = room_name(" Stra\u00dfe \u202e1 ")

    assert room_name(once.shown) == once == RoomName("Stra\u00dfe 1", "strasse 1")


@pytest.mark.parametrize(
    ("text", "found"), [("", "none"), (" \u200b\n", "none"), ("x" * 81, "81")]
)
def test_a_name_that_is_none_is_refused_in_one_sentence(text: str, found: str) -> None:
    with pytest.raises(BadRoomName) as refused:
        room_name(text)

    assert str(refused.value) == (
        f"expected a room's name of 1 to 80 visible characters, found {found}"
    )
