"""Guest links: what one is, and that nothing tells its key."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.links import (
    GuestLink,
    NotARoom,
    is_guest_link,
    masked,
    parse_guest_link,
    parse_room_link,
    seconds_of,
    without_key,
)

ROOM = "Zx81Commodore64Amiga50"
KEY = "k-_9" * 10
LINK = f"https://host.example:8888/user/ann/pairedit/guest#{ROOM}.inv1.{KEY}"


def test_a_link_names_its_server_its_room_and_its_key() -> None:
    server = "https://host.example:8888/user/ann/"
    for text in (LINK, f" {LINK}\n", LINK.replace("guest#", "guest/#")):
        assert is_guest_link(text)
        assert parse_guest_link(text) == GuestLink(server, ROOM, "inv1", KEY)


@pytest.mark.parametrize(
    "text",
    [
        LINK.removesuffix(f".{KEY}"),
        LINK.replace("#", "?"),
        LINK.replace(ROOM, "short"),
        LINK.replace("https://host.example:8888", ""),
        LINK.replace("https:", "ftp:"),
        f"{LINK}.more",
        f"{LINK}\u00e9",
    ],
)
def test_what_is_no_whole_link_is_refused_without_a_word_of_its_key(text: str) -> None:
    with pytest.raises(NotARoom, match="expected a whole guest link") as caught:
        parse_guest_link(text)
    assert KEY[:8] not in str(caught.value)


def test_a_page_of_a_room_is_no_guest_link() -> None:
    for text in (ROOM, f"http://x/pairedit/room/{ROOM}", "http://[", ""):
        assert not is_guest_link(text)


def test_nothing_that_is_shown_of_a_link_has_its_key() -> None:
    assert KEY not in repr(parse_guest_link(LINK))
    assert KEY not in masked(LINK)
    assert masked(LINK).startswith(
        f"https://host.example:8888/user/ann/pairedit/guest#{ROOM}"
    )
    assert without_key(f"join '{LINK} --name Ann") == (
        "join 'https://host.example:8888/user/ann/pairedit/guest#… --name Ann"
    )


def test_a_time_to_live_has_a_unit_and_is_a_minute_to_thirty_days() -> None:
    lives = {"1m": 60, "90 m": 5400, "24h": 86_400, "30d": 2_592_000}
    assert {life: seconds_of(life) for life in lives} == lives


@pytest.mark.parametrize("life", ["", "24", "0m", "31d", "1y", "-1h", "1.5h", "٣h x"])
def test_another_time_to_live_is_refused_with_what_was_expected(life: str) -> None:
    with pytest.raises(ValueError, match="expected a time from 1m to 30d"):
        seconds_of(life)


@pytest.mark.parametrize(
    "link",
    [
        ROOM,
        f"  {ROOM}\n",
        f"http://localhost:8888/pairedit/room/{ROOM}",
        f"http://localhost:8888/pairedit/room/{ROOM}/",
        f"https://hub.example/user/ann%40b/pairedit/room/{ROOM}",
        f"https://hub.example/user/ann/pairedit/room/{ROOM}?token=secret#top",
        f"localhost:8888/pairedit/room/{ROOM}",
        f"/user/ann/pairedit/room/{ROOM}",
        f"pairedit/room/{ROOM}",
    ],
)
def test_the_address_of_a_room_page_gives_the_id(link: str) -> None:
    assert parse_room_link(link) == ROOM


@pytest.mark.parametrize(
    "link",
    [
        "",
        "room",
        f"http://localhost:8888/room/{ROOM}",
        f"http://localhost:8888/pairedit/rooms/{ROOM}",
        f"http://localhost:8888/pairedit/room/{ROOM}/code",
        f"http://localhost:8888/unpairedit/room/{ROOM}",
        "http://localhost:8888/pairedit/room/short",
        f"ftp://localhost/pairedit/room/{ROOM}",
        f"http://[bad/pairedit/room/{ROOM}",
        f"https://hub.example/?next=/pairedit/room/{ROOM}",
    ],
)
def test_anything_else_is_refused_with_what_was_expected_and_found(link: str) -> None:
    with pytest.raises(NotARoom, match="expected a room id") as refusal:
        parse_room_link(link)
    assert f"found {link!r}"[:40] in str(refusal.value)


def test_a_refusal_quotes_nothing_that_follows_the_path_of_a_link() -> None:
    with pytest.raises(NotARoom) as caught:
        parse_room_link(f"https://hub.example/pairedit/guset#{ROOM}.invite.secret")
    assert "guset" in str(caught.value)
    assert "secret" not in str(caught.value)
