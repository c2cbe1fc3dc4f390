"""The REST routes of a room that a participant with a token uses."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import TypeVar, get_args

import msgspec
from tornado.httpclient import (
    AsyncHTTPClient,
    HTTPClientError,
    HTTPRequest,
    HTTPResponse,
)

from ..core.runs import RunState
from ..protocol import NotedLine, RunChanged, RunError
from .archive import Archive, Blame, Revisions
from .credentials import Credential
from .entry import Entry
from .errors import Forbidden, NotConnected, RoomError, RunRefused, ServerError
from .resolver import LastingResolver
from .runs import RoomRun, run_of, unread_error

T = TypeVar("T")

RUN_ERRORS = get_args(RunError)

_ANSWER_WITHIN = 30.0
"""Seconds."""
_LARGEST = 64 * 1024 * 1024

_NO_HISTORY = (
    "A guest link gives no access to the history of the room. Connect with a token of "
    "the Jupyter server."
)


class _Code(msgspec.Struct):
    code: str


class _Taken(msgspec.Struct):
    run: int
    state: RunState


class _Runs(msgspec.Struct):
    runs: list[RunChanged]


class _Refusal(msgspec.Struct):
    code: str = "unknown"
    message: str = ""
    lines: list[NotedLine] = []


class Rest(Archive):
    """The past of a room, by REST. Each method raises ``Forbidden`` for a guest."""

    def __init__(self, entry: Entry, context: ssl.SSLContext | None) -> None:
        self._entry = entry
        self._context = context

    async def restore(self, version: int, write: Callable[[str], None]) -> int:
        """See ``Archive``. The code is written by this participant."""
        write(await self.code_at(version))
        return 0

    async def _blame(self) -> Blame:
        return await self._get("/blame", Blame)

    async def _revisions(self, after: int) -> Revisions:
        return await self._get(f"/revisions?after={after}", Revisions)

    async def code_at(self, version: int) -> str:
        """Return the code of a version."""
        return (await self._get(f"/revisions/{version}", _Code)).code

    async def run(self, body: dict[str, object]) -> tuple[int, RunState]:
        """Run code; return the number of the run and its state.

        Raises ``Unread`` or ``RunRefused`` as well.
        """
        entry = self._entry
        url = f"{entry.server}pairedit/rooms/{entry.room}/runs"
        taken = await request(entry, self._context, "POST", url, _Taken, body)
        return taken.run, taken.state

    async def runs(self, after: int) -> list[RoomRun]:
        """Return the runs after a number, oldest first."""
        found = await self._get(f"/runs?after={after}", _Runs)
        return [run_of(each) for each in found.runs]

    async def _get(self, path: str, kind: type[T]) -> T:
        entry = self._entry
        if entry.guest:
            raise Forbidden(_NO_HISTORY)
        url = f"{entry.server}pairedit/rooms/{entry.room}{path}"
        return await request(entry, self._context, "GET", url, kind)


async def request(
    credential: Credential,
    context: ssl.SSLContext | None,
    method: str,
    url: str,
    kind: type[T],
    body: object = None,
) -> T:
    """Make a request with a body of JSON, unless it is None; return the answer.

    ``kind`` is ``NoneType`` for an answer without a body. Raises ``NotConnected``,
    ``Forbidden`` or ``ServerError``.
    """
    headers = _headers(credential)
    if body is not None:
        headers["Content-Type"] = "application/json"
    if method == "PATCH":
        headers["If-Match"] = "*"  # Whatever it was.
    asked = HTTPRequest(
        url,
        method=method,
        headers=headers,
        body=None if body is None else msgspec.json.encode(body),
        allow_nonstandard_methods=True,
        follow_redirects=False,
        connect_timeout=_ANSWER_WITHIN,
        request_timeout=_ANSWER_WITHIN,
        ssl_options=context,
    )
    reply = await _fetch(asked)
    if reply.code in (200, 201, 202, 204):
        credential.accepted(reply.headers.get_list("Set-Cookie"))
        return _read(reply.body or b"null", kind)
    raise _error(reply, url)


def _error(reply: HTTPResponse, url: str) -> RoomError:
    """Return the error for a reply that refuses a request."""
    refusal = _refusal(reply.body)
    if refusal.code == "unread":
        return unread_error(refusal.lines)
    if refusal.code in RUN_ERRORS and url.endswith("/runs"):
        return RunRefused(refusal.message, refusal.code)
    if reply.code in (401, 403):
        return Forbidden("The Jupyter server does not permit this.")
    message = refusal.message or f"The server answered {reply.code}."
    return ServerError(message, refusal.code)


def _headers(credential: Credential) -> dict[str, str]:
    try:
        return credential.headers()
    except OSError as ended:
        raise NotConnected(str(ended), "reconnecting") from None


async def _fetch(asked: HTTPRequest) -> HTTPResponse:
    client = AsyncHTTPClient(
        force_instance=True, max_body_size=_LARGEST, resolver=LastingResolver()
    )
    try:
        return await client.fetch(asked, raise_error=False)
    except (HTTPClientError, OSError):
        message = "The server does not answer."
        raise NotConnected(message, "reconnecting") from None
    finally:
        client.close()


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        message = f"The server answered with something else: {error}"
        raise ServerError(message, "reply") from None


def _refusal(body: bytes) -> _Refusal:
    try:
        return msgspec.json.decode(body, type=_Refusal)
    except msgspec.DecodeError:
        return _Refusal()
