"""The Jupyter server of a kernel: the one that the user gives, else its own."""

from __future__ import annotations

import secrets
import ssl
import string
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from .credentials import Credential, Secret
from .entry import (
    BadLink,
    Entry,
    InsecureAddress,
    MemberEntry,
    is_private,
    server_of,
    token_of,
)
from .environment import server_from_environment, token_from_environment
from .ownserver import NotOurs, is_running, prove, read_own_file
from .rest import request
from .tokenentry import TokenEntry

T = TypeVar("T")

KERNEL_ID = "".join(
    secrets.choice(string.ascii_letters + string.digits) for _ in range(22)
)
"""The id of this process, by which a server counts its connections."""

BY_USE = "%pairedit use"
BY_ENVIRONMENT = "environment"
BY_OWN_FILE = "this server's own file"
BY_PASS = "a pass of the open page"


class OwnName:
    """The name that the person at this process gave themselves."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Be as if no name was ever given."""
        self.name, self._given = "", False

    def give(self, name: str) -> None:
        """Use a name from the next connection on; "" forgets it."""
        self.name, self._given = name, True

    def greeting(self) -> str | None:
        """Return what a connection says; None if no name was ever given."""
        return self.name if self._given else None


own_name = OwnName()


@dataclass(frozen=True, slots=True)
class Server:
    """A Jupyter server that this process may use."""

    url: str
    """The base URL, with a slash at its end."""
    how: str
    """How it was found: ``BY_USE``, ``BY_ENVIRONMENT`` or ``BY_OWN_FILE``."""
    credential: Credential = field(repr=False)
    ssl_context: ssl.SSLContext | None = field(default=None, repr=False)
    """How to speak TLS with it; None for the system's authorities."""
    is_own: bool = False
    """Whether connections are those of the kernel: they take no seat."""

    def headers(self) -> dict[str, str]:
        """Return the headers of a request."""
        return self.credential.headers()

    async def request(
        self, method: str, path: str, kind: type[T], body: object = None
    ) -> T:
        """Make a request, such as ``request("POST", "pairedit/rooms", Made, {})``.

        ``kind`` is the type of the answer (a ``msgspec.Struct``, or ``NoneType`` for
        none), ``body`` what is sent as JSON, or None. Raises ``NotConnected``,
        ``Forbidden`` or ``ServerError``.
        """
        url = self.url + path
        return await request(self.credential, self.ssl_context, method, url, kind, body)

    def entry(self, room: str) -> MemberEntry:
        """Return the way into a room, for ``AsyncRoom(entry, server.ssl_context)``."""
        return MemberEntry(self.url, room, self.credential, own_name.greeting)

    def kernel_entry(self, room: str) -> Entry:
        """Return the way into a room for a kernel, which takes no seat."""
        entry = self.entry(room)
        return entry if self.is_own else TokenEntry(entry, self.ssl_context)


@dataclass(frozen=True, slots=True)
class Search:
    """What ``find_server`` has found."""

    server: Server | None
    reason: str = ""
    """Why there is no server, as a sentence; "" if there is one."""


async def find_server(use: str = "", *, insecure: bool = False) -> Search:
    """Return the server of this kernel, on any event loop.

    The first of these that there is: ``use``, the URL that the user gives, with the
    token of the environment; the server that the environment names, with its token;
    the server that started this kernel. A mistake in what the user gives raises
    ``BadLink``. Whatever does not hold of the server's own file makes it be ignored,
    with the reason. No other server is searched for.
    """
    given = server_of(use) if use else None
    if given is not None:
        return Search(
            _with_token(given, token_from_environment(given), BY_USE, insecure)
        )
    named = server_from_environment()
    if named is not None:
        return Search(_with_token(*named, BY_ENVIRONMENT, insecure))
    try:
        file = read_own_file()
        context = await prove(file)
    except NotOurs as problem:
        return Search(None, str(problem))
    secret = Secret(file.secret, KERNEL_ID, partial(is_running, file))
    return Search(Server(file.url, BY_OWN_FILE, secret, context, is_own=True))


def _with_token(url: str, token: str, how: str, insecure: bool) -> Server:
    if not token:
        raise BadLink(
            "expected a token of the Jupyter server in PAIREDIT_TOKEN_FILE or "
            "PAIREDIT_TOKEN, found none"
        )
    if not insecure and not is_private(url):
        raise InsecureAddress
    return Server(url, how, token_of(token))
