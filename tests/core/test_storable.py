"""Text that can be stored, and text that is made storable."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.storable import BadChange, made_storable, storable


@pytest.mark.parametrize("text", ["", "a\nb\r\x1b[31m", "é😀\uffff\ufffd", "\x01\x7f"])
def test_what_can_be_stored_stays_as_it_is(text: str) -> None:
    assert storable(text) is text
    assert made_storable(text) is text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("\0", "�"),
        ("a\0\0b", "a��b"),
        ("\ud800", "�"),
        ("😀\udfff\ud83d", "😀��"),
        ("\udc80 of a file name\0", "� of a file name�"),
    ],
)
def test_what_cannot_be_stored_is_replaced(text: str, made: str) -> None:
    with pytest.raises(BadChange):
        storable(text)
    assert made_storable(text) == made
    assert storable(made) == made
