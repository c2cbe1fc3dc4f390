"""Links to rooms, guest links and lifetimes."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.links import (
    BadLink,
    GuestLink,
    is_guest_link,
    masked,
    parse_duration,
    parse_guest_link,
    parse_room_link,
    without_keys,
)

ROOM = "Zx81Commodore64Amiga50"
KEY = "k-_9" * 10
LINK = f"https://host.example:8888/user/ann/pairedit/guest#{ROOM}.inv1.{KEY}"


def test_a_guest_link_has_a_server_a_room_an_invite_and_a_key() -> None:
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
        f"http://[{LINK}",
        f"{LINK}\u00e9",
    ],
)
def test_an_incomplete_guest_link_is_refused_and_its_key_not_shown(text: str) -> None:
    with pytest.raises(BadLink, match="expected a whole guest link") as caught:
        parse_guest_link(text)
    assert KEY[:8] not in str(caught.value)


def test_the_page_of_a_room_is_not_a_guest_link() -> None:
    for text in (ROOM, f"http://x/pairedit/room/{ROOM}", "http://[", ""):
        assert not is_guest_link(text)


def test_masked_links_do_not_show_the_key() -> None:
    assert KEY not in repr(parse_guest_link(LINK))
    assert KEY not in masked(LINK)
    assert masked(LINK).startswith(
        f"https://host.example:8888/user/ann/pairedit/guest#{ROOM}"
    )
    assert without_keys(f"join '{LINK} --name Ann") == (
        "join 'https://host.example:8888/user/ann/pairedit/guest#… --name Ann"
    )


def test_a_lifetime_has_a_unit_and_is_from_1_minute_to_30_days() -> None:
    lives = {"1m": 60, "90 m": 5400, "24h": 86_400, "30d": 2_592_000}
    assert {life: parse_duration(life) for life in lives} == lives


@pytest.mark.parametrize("life", ["", "24", "0m", "31d", "1y", "-1h", "1.5h", "٣h x"])
def test_another_lifetime_is_refused_with_what_was_expected(life: str) -> None:
    with pytest.raises(ValueError, match="expected a time from 1m to 30d"):
        parse_duration(life)


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
def test_an_id_and_the_address_of_a_room_page_are_room_links(link: str) -> None:
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
def test_another_link_is_refused_with_what_was_expected_and_found(link: str) -> None:
    with pytest.raises(BadLink, match="expected a room id") as refusal:
        parse_room_link(link)
    assert f"found {link!r}"[:40] in str(refusal.value)


def test_a_refusal_does_not_quote_the_fragment() -> None:
    with pytest.raises(BadLink) as caught:
        parse_room_link(f"https://hub.example/pairedit/guset#{ROOM}.invite.secret")
    assert "guset" in str(caught.value)
    assert "secret" not in str(caught.value)
