"""Texts: units, chunks and sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.text import (
    CHUNK,
    Text,
    from_units,
    to_units,
    unify_line_ends,
    utf8_size,
)


@given(st.text())
def test_units_are_those_of_javascript(text: str) -> None:
    units = to_units(text)

    assert len(units) == len(text.encode("utf-16-le")) // 2
    assert from_units(units) == text
    assert utf8_size(units) == len(text.encode())


@pytest.mark.parametrize(
    "text",
    ["a\ud83db", "\ude00\ud83d", "\ud83d\n\ude00", 'a"\\\ud83d"', "\\ud83d\\ude00"],
)
def test_a_lone_surrogate_is_unchanged(text: str) -> None:
    assert from_units(text) == text
    assert to_units(text) == text
    assert from_units(to_units(text + "👋")) == text + "👋"


@pytest.mark.parametrize("code", ["a\r\nb\rc\n\r", "a\nb\nc\n\n"])
def test_line_ends_become_line_feeds(code: str) -> None:
    assert unify_line_ends(code) == "a\nb\nc\n\n"


@given(st.data())
def test_splicing_a_text_equals_splicing_a_string(data: st.DataObject) -> None:
    letter = data.draw(st.sampled_from("aé👋"))
    code = letter * data.draw(st.sampled_from([0, 3, CHUNK - 1, CHUNK, 3 * CHUNK + 1]))
    text, expected = Text.of(code), to_units(code)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(expected)))
        end = data.draw(st.integers(start, len(expected)))
        insert = data.draw(st.sampled_from(["", "x", "y" * CHUNK, "z" * 5 * CHUNK]))
        text = text.splice([(start, end, insert)])
        expected = expected[:start] + insert + expected[end:]

    assert text.units == expected
    assert text.length == len(expected)
    assert text.slice(start, len(expected)) == expected[start:]
    assert all(0 < len(chunk) <= 2 * CHUNK for chunk in text.chunks)


def test_the_size_is_updated_by_edits() -> None:
    text = Text.of("a👋é")

    text = text.splice([(1, 3, "漢")])

    assert (str(text), text.size) == ("a漢é", 6)


def test_an_edit_shares_unchanged_chunks() -> None:
    text = Text.of("x" * 10 * CHUNK)

    after = text.splice([(0, 0, "y")])

    shared = {id(chunk) for chunk in text.chunks} & {
        id(chunk) for chunk in after.chunks
    }
    assert len(shared) == 9
