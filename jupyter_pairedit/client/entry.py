"""The ways into a room: a guest link, or a token of the Jupyter server.

Keys and tokens are in no ``repr``, no message and no URL of these entries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import parse_qs, quote, urlsplit

from msgspec import UNSET
from msgspec.structs import replace

from ..core.identifiers import is_room_id
from ..core.links import BadLink, GuestLink, is_guest_link, parse_guest_link
from ..protocol import GuestHello, Hello, PassHello, Welcome
from .credentials import Credential, Token

_ROOM_PATH = re.compile(r"((?:/.*)?/)pairedit/room/([A-Za-z0-9]{16,32})/?")


class InsecureAddress(BadLink):
    """The address is http:// on another machine: everybody between can read it."""

    def __init__(self) -> None:
        super().__init__(
            "expected https:// for a server on another machine, found http://. "
            "Pass insecure=True to send the key or token unencrypted"
        )


class Entry(Protocol):
    """A way into a room."""

    @property
    def server(self) -> str:
        """The base URL of the Jupyter server, with a slash at its end."""

    @property
    def room(self) -> str:
        """The room's id."""

    @property
    def guest(self) -> bool:
        """Whether it is a guest link."""

    @property
    def socket_url(self) -> str:
        """The address of the socket."""

    def headers(self) -> dict[str, str]:
        """Return the headers of a request."""

    def socket_headers(self) -> dict[str, str]:
        """Return the headers of the request that opens the socket."""

    async def prepare(self) -> None:
        """Get what the next socket needs. Raises ``NotConnected``."""

    def renews(self, code: int) -> bool:
        """Whether another credential takes the place of one that ended with a close."""

    def greet(self, hello: Hello) -> Hello | GuestHello | PassHello:
        """Return the first message on a socket."""

    def welcomed(self, welcome: Welcome) -> None:
        """Keep what the next connection needs."""

    def accepted(self, cookies: Sequence[str]) -> None:
        """Keep the cookies of a reply, as the values of its ``Set-Cookie`` headers."""


class Lasting:
    """The part of an entry whose credential is the same for each socket."""

    __slots__ = ()

    def headers(self) -> dict[str, str]:
        """See ``Entry``. The credential is in the first message."""
        return {}

    def socket_headers(self) -> dict[str, str]:
        """See ``Entry``."""
        return self.headers()

    async def prepare(self) -> None:
        """See ``Entry``."""

    def renews(self, code: int) -> bool:
        """See ``Entry``."""
        return False

    def welcomed(self, welcome: Welcome) -> None:
        """See ``Entry``."""

    def accepted(self, cookies: Sequence[str]) -> None:
        """See ``Entry``."""


@dataclass(slots=True)
class GuestEntry(Lasting):
    """For a program that has a guest link."""

    link: GuestLink
    name: str
    """The name that the others see."""
    _resume: str = field(default="", repr=False)
    """Admits the guest again in the place of the link's key."""
    guest = True

    @property
    def server(self) -> str:
        """See ``Entry``."""
        return self.link.server

    @property
    def room(self) -> str:
        """See ``Entry``."""
        return self.link.room

    @property
    def socket_url(self) -> str:
        """See ``Entry``."""
        return guests_socket(self.server)

    def greet(self, hello: Hello) -> GuestHello:
        """See ``Entry``."""
        return GuestHello(
            room=self.room,
            invite=self.link.invite,
            name=self.name,
            secret=UNSET if self._resume else self.link.secret,
            resume=self._resume or UNSET,
            key=hello.key,
            version=hello.version,
            epoch=hello.epoch,
            runs=hello.runs,
        )

    def welcomed(self, welcome: Welcome) -> None:
        """See ``Entry``."""
        self._resume = welcome.resume or self._resume


@dataclass(slots=True)
class MemberEntry(Lasting):
    """For a program that has a token or the secret of the Jupyter server."""

    server: str
    room: str
    credential: Credential = field(repr=False)
    name: Callable[[], str | None] = lambda: None
    """Returns the name that the person gave themselves; "" to forget it, or None. It
    counts where Jupyter knows none."""
    guest = False

    @property
    def socket_url(self) -> str:
        """See ``Entry``."""
        return f"{_websocket(self.server)}pairedit/ws/{self.room}"

    def headers(self) -> dict[str, str]:
        """See ``Entry``."""
        return self.credential.headers()

    def greet(self, hello: Hello) -> Hello:
        """See ``Entry``."""
        name = self.name()
        return hello if name is None else replace(hello, name=name)

    def accepted(self, cookies: Sequence[str]) -> None:
        """See ``Entry``."""
        self.credential.accepted(cookies)


def read_entry(
    where: str,
    *,
    server: str | None,
    token: str | None,
    name: str,
    insecure: bool,
    default: Callable[[], tuple[str, str] | None] = lambda: None,
) -> Entry:
    """Return the way into a room.

    ``where`` is a guest link, the URL of a room's page (with ``?token=``, or with
    ``token``), or a room id (with ``server`` and ``token``). ``default`` returns a
    server and its token, for what is not given. Raises ``BadLink``.
    """
    where = where.strip()
    entry: Entry
    if is_guest_link(where):
        entry = GuestEntry(parse_guest_link(where), name)
    else:
        entry = _member(where, server, token, default)
    if not insecure and not is_private(entry.server):
        raise InsecureAddress
    return entry


def _member(
    where: str,
    server: str | None,
    token: str | None,
    default: Callable[[], tuple[str, str] | None],
) -> MemberEntry:
    if is_room_id(where):
        room, given = where, ""
        base = None if server is None else server_of(server)
    else:
        base, room, given = _room_url(where)
    token = token or given
    if base is None or not token:
        default_server, default_token = default() or ("", "")
        base = base or default_server
        # A token is for its own server only.
        if base == default_server:
            token = token or default_token
    if not base:
        raise BadLink("expected a server for a room id: server='https://…'")
    if not token:
        raise BadLink("expected a token of the Jupyter server, found none")
    return MemberEntry(base, room, token_of(token))


def token_of(token: str) -> Token:
    """Return a credential. Raises ``BadLink`` for what no header can contain."""
    if not token.isascii() or not token.isprintable():
        raise BadLink("expected a token of printable ASCII characters")
    return Token(token)


def _room_url(where: str) -> tuple[str, str, str]:
    """Return the server, the room and the token in the URL of a room's page."""
    try:
        address = urlsplit(where)
        page = _ROOM_PATH.fullmatch(address.path)
        if page and address.scheme in ("http", "https") and address.hostname:
            token = parse_qs(address.query).get("token", [""])[-1]
            base = server_of(f"{address.scheme}://{address.netloc}{page[1]}")
            return base, page[2], token
    except ValueError:
        pass
    raise BadLink(
        "expected a guest link, the URL of a room (https://…/pairedit/room/<id>) or a "
        "room id with a server, found something else"
    )


def server_of(url: str) -> str:
    """Return the base URL of a server, with a slash at its end. Raises ``BadLink``."""
    try:
        address = urlsplit(url.strip())
        good = address.scheme in ("http", "https") and address.hostname
    except ValueError:
        good = None
    if not good or "@" in address.netloc or address.query or address.fragment:
        raise BadLink(
            "expected the base URL of a Jupyter server, as https://host:8888/, "
            "without a password, a query or a fragment"
        )
    path = quote(address.path.rstrip("/"), safe="/%@:~")
    return f"{address.scheme}://{address.netloc}{path}/"


def is_private(server: str) -> bool:
    """Return whether nobody else can read what is sent to that server."""
    address = urlsplit(server)
    if address.scheme == "https" or address.hostname == "localhost":
        return True
    try:
        return ip_address(address.hostname or "").is_loopback
    except ValueError:
        return False


def guests_socket(server: str) -> str:
    """Return the address of the socket for guests, and for kernels with a pass."""
    return _websocket(server) + "pairedit/guest/ws"


def _websocket(server: str) -> str:
    return server.replace("http", "ws", 1)


__all__ = [
    "BadLink",
    "Entry",
    "InsecureAddress",
    "MemberEntry",
    "is_private",
    "read_entry",
    "server_of",
    "token_of",
]
