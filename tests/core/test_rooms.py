"""Room ids and links: what is one, what is not, and what is said about it."""

from __future__ import annotations

import math
import re
import secrets
from pathlib import Path

import pytest

from jupyter_pairedit.core.rooms import (
    ALPHABET,
    LANGUAGES,
    ROOM_ID_LENGTH,
    NotARoom,
    is_room_id,
    mint_room_id,
    parse_room_link,
)

ID = "Zx81Commodore64Amiga50"


def test_a_minted_id_is_a_room_id() -> None:
    room_id = mint_room_id(secrets.choice)
    assert is_room_id(room_id)
    assert len(room_id) == 22


def test_a_minted_id_holds_128_random_bits() -> None:
    assert ROOM_ID_LENGTH * math.log2(len(set(ALPHABET))) >= 128
    assert len({mint_room_id(secrets.choice) for _ in range(1000)}) == 1000


def test_every_character_comes_from_the_given_choice() -> None:
    assert mint_room_id(lambda alphabet: alphabet[-1]) == "9" * 22


@pytest.mark.parametrize("text", ["a" * 16, "Z9" * 16, ID])
def test_16_to_32_letters_and_digits_are_a_room_id(text: str) -> None:
    assert is_room_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "a" * 15, "a" * 33, "a" * 20 + "\n", "a" * 20 + "-", "é" * 20, "٣" * 20],
)
def test_anything_else_is_no_room_id(text: str) -> None:
    assert not is_room_id(text)


@pytest.mark.parametrize(
    "link",
    [
        ID,
        f"  {ID}\n",
        f"http://localhost:8888/pairedit/room/{ID}",
        f"http://localhost:8888/pairedit/room/{ID}/",
        f"https://hub.example/user/ann%40b/pairedit/room/{ID}",
        f"https://hub.example/user/ann/pairedit/room/{ID}?token=secret#top",
        f"localhost:8888/pairedit/room/{ID}",
        f"/user/ann/pairedit/room/{ID}",
        f"pairedit/room/{ID}",
    ],
)
def test_the_address_of_a_room_page_gives_the_id(link: str) -> None:
    assert parse_room_link(link) == ID


@pytest.mark.parametrize(
    "link",
    [
        "",
        "room",
        f"http://localhost:8888/room/{ID}",
        f"http://localhost:8888/pairedit/rooms/{ID}",
        f"http://localhost:8888/pairedit/room/{ID}/code",
        f"http://localhost:8888/unpairedit/room/{ID}",
        "http://localhost:8888/pairedit/room/short",
        f"ftp://localhost/pairedit/room/{ID}",
        f"http://[bad/pairedit/room/{ID}",
        f"https://hub.example/?next=/pairedit/room/{ID}",
    ],
)
def test_anything_else_is_refused_with_what_was_expected_and_found(link: str) -> None:
    with pytest.raises(NotARoom, match="expected a room id") as refusal:
        parse_room_link(link)
    assert f"found {link!r}"[:40] in str(refusal.value)


def test_a_refusal_quotes_nothing_that_follows_the_path_of_a_link() -> None:
    with pytest.raises(NotARoom) as caught:
        parse_room_link(f"https://hub.example/pairedit/guset#{ID}.invite.secret")
    assert "guset" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_browser_offers_the_same_languages(root: Path) -> None:
    source = (root / "js" / "src" / "editor" / "languagenames.ts").read_text("utf-8")
    listed = source.partition("LANGUAGES")[2].partition("}")[0]
    assert tuple(re.findall(r"^  (\w+):", listed, re.M)) == LANGUAGES
