"""The ways into a room, and that nothing shows their secrets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_pairedit.client import environment
from jupyter_pairedit.client.entry import (
    BadLink,
    Entry,
    InsecureAddress,
    MemberEntry,
    read_entry,
)
from jupyter_pairedit.client.environment import (
    SERVER,
    TOKEN,
    TOKEN_FILE,
    server_from_environment,
)
from jupyter_pairedit.protocol import GuestHello, Hello, Welcome

ROOM = "A" * 22
SECRET = "canary_canary_canary"
LINK = f"https://host/user/ann/pairedit/guest#{ROOM}.invite.{SECRET}"
URL = f"https://host:8888/user/ann/pairedit/room/{ROOM}"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (SERVER, TOKEN, TOKEN_FILE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(environment, "_kept", environment._Kept())


def entry_of(where: str, **arguments: str | bool) -> Entry:
    given = {"server": None, "token": None, "name": "Ann", "insecure": False}
    return read_entry(
        where,
        **(given | arguments),  # type: ignore[arg-type]
        default=server_from_environment,
    )


def test_a_guest_link_sends_its_key_once_and_then_the_token_of_the_welcome() -> None:
    entry = entry_of(LINK)
    hello = Hello("k" * 22)

    first = entry.greet(hello)
    entry.welcomed(Welcome("c", "e", False, "", "python", 2, resume="again"))
    second = entry.greet(hello)

    assert entry.socket_url == "wss://host/user/ann/pairedit/guest/ws"
    assert isinstance(first, GuestHello) and isinstance(second, GuestHello)
    assert (first.room, first.invite, first.name) == (ROOM, "invite", "Ann")
    assert (first.secret, second.resume) == (SECRET, "again")
    assert second.secret != SECRET and entry.headers() == {}


@pytest.mark.parametrize(
    ("where", "arguments"),
    [
        (URL + f"?token={SECRET}", {}),
        (URL + "/", {"token": SECRET}),
        (ROOM, {"server": "https://host:8888/user/ann", "token": SECRET}),
        (ROOM, {"server": "https://host:8888/user/ann/", "token": SECRET}),
    ],
)
def test_a_token_is_sent_in_a_header_only(
    where: str, arguments: dict[str, str]
) -> None:
    entry = entry_of(where, **arguments)

    assert entry.socket_url == f"wss://host:8888/user/ann/pairedit/ws/{ROOM}"
    assert entry.headers() == {"Authorization": f"token {SECRET}"}
    assert SECRET not in entry.server


def test_cookies_of_the_server_are_sent_back() -> None:
    entry = entry_of(URL, token=SECRET)

    entry.accepted(['username-host="2|1:0"; HttpOnly; Path=/', "other=; Path=/"])

    assert entry.headers()["Cookie"] == 'username-host="2|1:0"'


@pytest.mark.parametrize("where", [LINK, URL + f"?token={SECRET}"])
def test_no_secret_is_in_a_repr(where: str) -> None:
    entry = entry_of(where)
    entry.welcomed(Welcome("c", "e", False, "", "python", 2, resume=SECRET))
    entry.accepted([f"name={SECRET}"])

    assert SECRET not in repr(entry)


@pytest.mark.parametrize(
    ("where", "arguments"),
    [
        (f"https://host/pairedit/guest#{SECRET}", {}),
        (f"https://host/lab?token={SECRET}", {}),
        (URL, {}),
        (URL, {"token": "two\nlines"}),
        (ROOM, {"token": SECRET}),
        (ROOM, {"server": f"https://ann:{SECRET}@host/", "token": "t"}),
        (ROOM, {"server": "host:8888", "token": SECRET}),
        (f"ftp://host/pairedit/room/{ROOM}?token={SECRET}", {}),
        (f"https://[host/pairedit/room/{ROOM}?token={SECRET}", {}),
        ("", {}),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_without_repeating_it(
    where: str, arguments: dict[str, str]
) -> None:
    with pytest.raises(BadLink, match="expected") as error:
        entry_of(where, **arguments)

    assert SECRET not in str(error.value)


@pytest.mark.parametrize("host", ["host", "192.168.0.7", "localhost.example.org"])
def test_nothing_secret_goes_unencrypted_to_another_machine(host: str) -> None:
    url = URL.replace("https://host", f"http://{host}")

    with pytest.raises(InsecureAddress):
        entry_of(url, token=SECRET)

    assert entry_of(url, token=SECRET, insecure=True).guest is False


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_this_machine_needs_no_encryption(host: str) -> None:
    url = URL.replace("https://host", f"http://{host}")

    assert isinstance(entry_of(url, token=SECRET), MemberEntry)


def test_the_environment_names_a_server_and_its_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(SERVER, "https://host:8888/user/ann")
    monkeypatch.setenv(TOKEN, SECRET)

    for where in (ROOM, URL, ROOM):
        entry = entry_of(where)
        assert entry.server == "https://host:8888/user/ann/"
        assert entry.headers() == {"Authorization": f"token {SECRET}"}
    assert TOKEN not in os.environ

    file = tmp_path / "token"
    file.write_text("of-the-file\n")
    monkeypatch.setenv(TOKEN_FILE, str(file))
    assert entry_of(ROOM).headers() == {"Authorization": "token of-the-file"}
    assert entry_of(ROOM, token="given").headers() == {"Authorization": "token given"}


@pytest.mark.parametrize(
    "where", [URL.replace("host", "other"), URL.replace("8888", "9999")]
)
def test_the_token_of_the_environment_is_for_its_own_server_only(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv(SERVER, "https://host:8888/user/ann/")
    monkeypatch.setenv(TOKEN, SECRET)

    with pytest.raises(BadLink, match="expected a token"):
        entry_of(where)
    with pytest.raises(BadLink, match="expected a token"):
        entry_of(ROOM, server="https://other/")


def test_a_token_file_that_cannot_be_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(SERVER, "https://host/")
    monkeypatch.setenv(TOKEN_FILE, str(tmp_path / "none"))

    with pytest.raises(BadLink, match="PAIREDIT_TOKEN_FILE"):
        entry_of(ROOM)
