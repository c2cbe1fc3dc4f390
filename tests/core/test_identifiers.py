"""Room ids, and the languages of a room."""

from __future__ import annotations

import math
import re
import secrets
from pathlib import Path

import pytest

from jupyter_pairedit.core.identifiers import (
    ALPHABET,
    LANGUAGES,
    ROOM_ID_LENGTH,
    is_room_id,
    mint_room_id,
)

ID = "Zx81Commodore64Amiga50"


def test_a_minted_id_is_a_room_id() -> None:
    room_id = mint_room_id(secrets.choice)
    assert is_room_id(room_id)
    assert len(room_id) == 22


def test_a_minted_id_holds_128_random_bits() -> None:
    assert ROOM_ID_LENGTH * math.log2(len(set(ALPHABET))) >= 128
    assert len({mint_room_id(secrets.choice) for _ in range(1000)}) == 1000


def test_every_character_is_picked_by_the_given_function() -> None:
    assert mint_room_id(lambda alphabet: alphabet[-1]) == "9" * 22


@pytest.mark.parametrize("text", ["a" * 16, "Z9" * 16, ID])
def test_16_to_32_letters_and_digits_are_a_room_id(text: str) -> None:
    assert is_room_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "a" * 15, "a" * 33, "a" * 20 + "\n", "a" * 20 + "-", "é" * 20, "٣" * 20],
)
def test_another_text_is_not_a_room_id(text: str) -> None:
    assert not is_room_id(text)


def test_the_browser_offers_the_same_languages(root: Path) -> None:
    source = (root / "js" / "src" / "editor" / "languagenames.ts").read_text("utf-8")
    listed = source.partition("LANGUAGES")[2].partition("}")[0]
    assert tuple(re.findall(r"^  (\w+):", listed, re.M)) == LANGUAGES


def test_the_api_document_lists_the_same_languages(root: Path) -> None:
    source = (root / "jupyter_pairedit" / "openapi.yaml").read_text("utf-8")
    found = re.findall(r"language: \{type: string, enum: \[(.*?)\]", source)
    assert set(found) == {", ".join(LANGUAGES)}
