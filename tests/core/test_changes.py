"""Change sets: cases in a short notation, and properties of random ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.storable import BadChange
from jupyter_pairedit.core.text import Text, to_units


def change(words: str) -> ChangeSet:
    """Parse ``"2 0:ab 3 1:"``: keep 2, insert ab, keep 3, delete 1."""
    json: list[Any] = []
    for word in words.split():
        length, colon, insert = word.partition(":")
        lines = insert.split("/") if insert else []
        json.append([int(length), *lines] if colon else int(length))
    return ChangeSet.from_json(json)


def words(changes: ChangeSet) -> str:
    """Return the notation of a change set."""
    return " ".join(
        str(section.length)
        if section.insert is None
        else f"{section.length}:{section.insert}".replace("\n", "/")
        for section in changes.sections
    )


@pytest.mark.parametrize(
    ("first", "then", "both"),
    [
        ("2 0:a 2", "5", "2 0:a 2"),
        ("2 0:a 2", "2 1: 2", "4"),
        ("4", "1 2:x 1", "1 2:x 1"),
        ("0:ab", "1 0:x 1", "0:axb"),
        ("3:", "0:new", "3: 0:new"),
        ("2:ab 2", "1 2:z 1", "3:az 1"),
        ("0:a/b", "1 1: 1", "0:ab"),
    ],
)
def test_compose_has_the_effect_of_both_changes(
    first: str, then: str, both: str
) -> None:
    assert words(change(first).compose(change(then))) == both


@pytest.mark.parametrize(
    ("mine", "theirs", "after"),
    [
        ("2 0:me 2", "0:you 4", "5 0:me 2"),
        ("2 0:me 2", "2 0:you 2", "5 0:me 2"),
        ("1 2: 1", "4:", ""),
        ("1 2:me 1", "4:", "0:me"),
        ("2 0:me 2", "1 2:you 1", "4 0:me 1"),
        ("4:", "2 0:you 2", "2: 3 2:"),
    ],
)
def test_a_change_is_mapped_over_another(mine: str, theirs: str, after: str) -> None:
    assert words(change(mine).map(change(theirs))) == after


def test_map_before_puts_an_insertion_first_at_the_same_position() -> None:
    mine, theirs = change("2 0:me 2"), change("2 0:you 2")

    assert words(mine.map(theirs, before=True)) == "2 0:me 5"


@pytest.mark.parametrize(
    "json",
    [
        [-1],
        [True],
        [1.5],
        ["a"],
        [[]],
        [[-1, "a"]],
        [["a"]],
        [[1, 2]],
        [[0, None]],
        [[0, "a\nb"]],
        [[0, "a\rb"]],
        [[0, "a\0b"]],
        [[0, "\ud83d"]],
        [{}],
        [0],
        [[0]],
        [[0, ""]],
        [0, [0, "x"]],
        [2**53],
        [2**64],
        [[2**53, "a"]],
        [[2**63]],
        [10**4_299],
        [[0, "a", "b\nc"]],
        [[0, "a", "\n", "c"]],
    ],
)
def test_an_invalid_change_set_is_refused_with_expected_and_found(json: Any) -> None:
    with pytest.raises(BadChange, match=r"expected .* found"):
        ChangeSet.from_json(json)


def test_a_change_of_another_length_is_refused() -> None:
    three, four = change("3"), change("4")

    with pytest.raises(BadChange, match="expected a length of 3 UTF-16 units, found 4"):
        three.apply(Text.of("four"))
    with pytest.raises(BadChange, match="length"):
        three.compose(four)
    with pytest.raises(BadChange, match="length"):
        three.map(four)
    with pytest.raises(BadChange, match="position"):
        three.map_position(4)


def test_lengths_count_utf16_units() -> None:
    waves = ChangeSet.from_json([[0, "👋👋"]])

    assert (waves.length, waves.new_length) == (0, 4)
    assert str(waves.apply(Text.of(""))) == "👋👋"
    assert waves.to_json() == [[0, "👋👋"]]


@pytest.mark.parametrize(
    ("edit", "splits"),
    [
        ((1, 1, "x"), False),
        ((2, 2, "x"), True),
        ((1, 3, ""), False),
        ((0, 2, ""), True),
    ],
)
def test_a_change_inside_an_astral_character_is_detected(
    edit: tuple[int, int, str], splits: bool
) -> None:
    text = Text.of("a👋b")

    assert ChangeSet.replacing(text.length, [edit]).splits_pair(text) is splits


codes = st.text(alphabet="ab\n👋", max_size=20)


@st.composite
def edits_of(draw: st.DrawFn, length: int) -> ChangeSet:
    edits, position = [], 0
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(position, length))
        end = draw(st.integers(start, min(length, start + 4)))
        edits.append(
            (start, end, to_units(draw(st.text(alphabet="xy\n👋", max_size=3))))
        )
        position = end
    return ChangeSet.replacing(length, edits)


@given(st.data(), codes)
def test_two_changes_lead_to_one_text_in_either_order(
    data: st.DataObject, code: str
) -> None:
    text = Text.of(code)
    a = data.draw(edits_of(text.length))
    b = data.draw(edits_of(text.length))

    left = a.compose(b.map(a)).apply(text)
    right = b.compose(a.map(b, before=True)).apply(text)

    assert left.units == right.units
    assert left.units == b.map(a).apply(a.apply(text)).units
