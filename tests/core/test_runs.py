"""The code that a run executes, and the states of a run."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.runs import (
    OtherText,
    OutsideText,
    Part,
    code_of,
    digest_of,
)
from jupyter_pairedit.core.text import Text

TEXT = Text.of("a😀b\n")


def test_a_part_with_an_astral_character_is_code_of_whole_characters() -> None:
    assert code_of(TEXT, Part(1, 4), digest_of("😀b")) == "😀b"


def test_a_part_that_splits_a_character_or_is_outside_is_refused() -> None:
    for part in (Part(0, 2), Part(2, 4), Part(0, 6), Part(3, 1)):
        with pytest.raises(OutsideText):
            code_of(TEXT, part, digest_of("a"))


def test_code_with_another_digest_is_refused() -> None:
    with pytest.raises(OtherText):
        code_of(TEXT, None, digest_of("a😀b"))
