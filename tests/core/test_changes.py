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


@pytest.mark.parametrize(
    ("whole", "most", "first", "second"),
    [
        ("2 0:a 3 1: 4 2:b", 3, "2 0:a 10", "6 1: 4 2:b"),
        ("2 0:a 3 1: 4 2:b", 4, "2 0:a 10", "6 1: 4 2:b"),
        ("2 0:a 3 1: 4 2:b", 5, "2 0:a 3 1: 6", "10 2:b"),
        ("2 0:a 3 1: 4 2:b", 99, "2 0:a 3 1: 6", "10 2:b"),
        ("0:a 1: 3 0:b", 1, "0:a 1: 3", "4 0:b"),
    ],
)
def test_a_change_is_split_at_kept_text(
    whole: str, most: int, first: str, second: str
) -> None:
    two = change(whole).split(most)

    assert two is not None
    assert (words(two[0]), words(two[1])) == (first, second)


@pytest.mark.parametrize("whole", ["", "5", "2 0:a 3", "2:a", "1 0:a 1: 3", "0:a 3"])
def test_a_change_of_one_place_is_not_split(whole: str) -> None:
    assert change(whole).split(2) is None


PIECES = ["a", "😀", "\n", "äb"]


@st.composite
def edits_of_text(draw: st.DrawFn) -> tuple[str, ChangeSet]:
    """Draw a text and edits of it, made one after the other and composed."""
    words = st.lists(st.sampled_from(PIECES), max_size=12)
    before = draw(words)
    after, changes = before, ChangeSet.replacing(len(to_units("".join(before))), ())
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(after)))
        end = draw(st.integers(start, min(len(after), start + 2)))
        insert = draw(words)
        units = [to_units("".join(part)) for part in (after[:start], after[start:end])]
        at, rest = len(units[0]), len(to_units("".join(after[end:])))
        edit = (at, at + len(units[1]), to_units("".join(insert)))
        changes = changes.compose(ChangeSet.replacing(edit[1] + rest, [edit]))
        after = [*after[:start], *insert, *after[end:]]
    return "".join(before), changes


@given(edits_of_text(), st.integers(1, 8))
def test_the_parts_of_a_change_have_its_effect_and_split_no_character(
    drawn: tuple[str, ChangeSet], most: int
) -> None:
    text, changes = Text.of(drawn[0]), drawn[1]
    after, rest, whole = text, changes, None
    while (two := rest.split(most)) is not None:
        first, rest = two
        assert not first.empty and not rest.empty
        assert len(first.sections) <= most or first.split(1) is None
        assert not first.splits_pair(after)
        after = first.apply(after)
        whole = first if whole is None else whole.compose(first)

    assert not rest.splits_pair(after)
    assert str(rest.apply(after)) == str(changes.apply(text))
    assert whole is None or whole.compose(rest) == changes
