"""Who gets in where: every route of the running server, for every kind of asker."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.auth.security import passwd
from jupyter_server.base.handlers import JupyterHandler
from tornado.routing import PathMatches, RuleRouter
from tornado.web import RequestHandler
from websockets.exceptions import InvalidStatus

from jupyter_pairedit.stores.records import Point

from .conftest import Start
from .guests import guest, knock, revoke, share
from .kernels import kernel_headers, open_to_kernels
from .serving import GUARD, Reply, Server

ASKERS = (
    "anonymous",
    "token",
    "cookie, no XSRF",
    "cookie and XSRF",
    "not authorised",
    "foreign origin",
    "kernel",
    "kernel, not authorised",
    "kernel's secret on a page",
    "wrong secret",
)
GUESTS = (
    "who may view",
    "who may edit",
    "whose link has expired",
    "whose link was revoked",
    "of another room",
    "who resumes by a link that was revoked",
)
"""They are nobody to Jupyter, with whatever they have: as if they were anonymous."""

# For each of the askers, in that order:
PAGE = (302, 200, 200, 200, 403, 403, 302, 302, 302, 200)
READ = (403, 200, 200, 200, 403, 403, 200, 403, 403, 403)
MADE = (403, 201, 403, 201, 403, 403, 201, 403, 403, 403)
UNKNOWN = (403, 404, 404, 404, 403, 403, 404, 403, 403, 403)
NO_SUCH = (403, 404, 403, 404, 403, 403, 404, 403, 403, 403)
CHANGE = (403, 200, 403, 200, 403, 403, 200, 403, 403, 403)
DELETE = (403, 204, 403, 204, 403, 403, 204, 403, 403, 403)
CONFLICT = (403, 409, 403, 409, 403, 403, 409, 403, 403, 403)
SOCKET = (403, 101, 101, 101, 403, 403, 101, 403, 403, 403)
PUBLIC = (200, 200, 200, 200, 200, 200, 200, 200, 200, 200)
PROVE = (200, 200, 200, 200, 200, 403, 200, 200, 403, 200)
GUEST_SOCKET = (101, 101, 101, 101, 101, 403, 101, 101, 101, 101)
PREFLIGHT = (403, 204, 204, 204, 403, 403, 204, 403, 403, 403)
QUESTION = {"code": "", "cursorPosition": 0, "language": "python"}
ROOM = ID = r"([^/]+)"

MATRIX: dict[str, dict[str, tuple[int, ...]]] = {
    r"/pairedit/?": {"GET": PAGE},
    rf"/pairedit/room/{ROOM}/?": {"GET": PAGE},
    r"/pairedit/static/(.+)": {"GET": PUBLIC, "HEAD": PUBLIC},
    r"/pairedit/guest": {"GET": PUBLIC},
    r"/pairedit/guest/ws": {"GET": GUEST_SOCKET},
    r"/pairedit/prove": {"POST": PROVE},
    r"/pairedit/me": {"GET": READ, "PUT": CHANGE, "OPTIONS": PREFLIGHT},
    r"/pairedit/rooms": {"GET": READ, "POST": CHANGE, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}": {
        "GET": READ,
        "PUT": CHANGE,
        "PATCH": CHANGE,
        "DELETE": DELETE,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/code": {
        "GET": READ,
        "PUT": CHANGE,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/revisions": {"GET": READ, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/revisions/([0-9]{{1,15}})": {
        "GET": READ,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/restore": {"POST": CHANGE, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/changes": {"GET": READ, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/blame": {"GET": READ, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/points": {
        "GET": READ,
        "POST": CHANGE,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/points/([0-9]{{1,15}})": {
        "DELETE": DELETE,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/history": {"GET": READ, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/invites": {
        "GET": READ,
        "POST": MADE,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/invites/renew": {"POST": CHANGE, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/invites/{ID}": {
        "PUT": NO_SUCH,
        "DELETE": NO_SUCH,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/lock": {"PUT": CHANGE, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/people/{ID}": {"DELETE": NO_SUCH, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/kernel": {
        "GET": READ,
        "PUT": NO_SUCH,
        "DELETE": DELETE,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/kernel/names": {"POST": CONFLICT, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/kernel/inspect": {"POST": CONFLICT, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/runs": {
        "GET": READ,
        "POST": CONFLICT,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/runs/([0-9]{{1,15}})/stop": {
        "POST": NO_SUCH,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/runs/([0-9]{{1,15}})/outputs": {
        "GET": UNKNOWN,
        "OPTIONS": PREFLIGHT,
    },
    rf"/pairedit/rooms/{ROOM}/pass": {"POST": MADE, "OPTIONS": PREFLIGHT},
    rf"/pairedit/rooms/{ROOM}/pass/{ID}": {"DELETE": NO_SUCH, "OPTIONS": PREFLIGHT},
    r"/pairedit/autocomplete": {"POST": CHANGE, "OPTIONS": PREFLIGHT},
    r"/pairedit/debug/rooms": {"GET": READ, "OPTIONS": PREFLIGHT},
    r"/pairedit/debug/rooms/bytes": {"GET": READ, "OPTIONS": PREFLIGHT},
    r"/pairedit/debug/rooms/kernels": {"GET": READ, "OPTIONS": PREFLIGHT},
    r"/pairedit/health": {"GET": READ, "OPTIONS": PREFLIGHT},
    rf"/pairedit/login/{ID}": {"GET": UNKNOWN, "OPTIONS": PREFLIGHT},
    rf"/pairedit/ws/{ROOM}": {"GET": SOCKET},
}


@dataclass(frozen=True)
class Route:
    """One address of ours, as the server has it."""

    pattern: str
    handler: type[RequestHandler]

    @property
    def methods(self) -> Iterator[str]:
        """What the handler answers."""
        for method in self.handler.SUPPORTED_METHODS:
            answer = getattr(self.handler, method.lower())
            if answer is not RequestHandler._unimplemented_method:
                yield method

    def is_public(self, method: str) -> bool:
        """Whether Jupyter lets anybody through to the method."""
        answer = getattr(self.handler, method.lower())
        return bool(getattr(answer, "__allow_unauthenticated", False))


def routes(server: Server) -> list[Route]:
    """Read our routes off the running server."""
    base = server.app.base_url.rstrip("/")

    def walk(router: RuleRouter) -> Iterator[Route]:
        for rule in router.rules:
            if isinstance(rule.target, RuleRouter):
                yield from walk(rule.target)
            elif rule.target.__module__.startswith("jupyter_pairedit"):
                assert isinstance(rule.matcher, PathMatches)
                pattern = rule.matcher.regex.pattern.removesuffix("$")
                yield Route(pattern.removeprefix(base), rule.target)

    return list(walk(server.app.web_app.default_router))


class Nobody(Authorizer):
    """Lets nobody do anything of ours."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        return resource != "pairedit"


async def headers_of(asker: str, server: Server) -> dict[str, str]:
    """The headers of each request."""
    match asker:
        case "anonymous":
            return {}
        case "token" | "not authorised":
            return server.token
        case "cookie, no XSRF":
            return (await server.login()).cookie
        case "cookie and XSRF":
            return (await server.login()).headers
        case "foreign origin":
            person = await server.login()
            return {**person.headers, "Origin": "http://evil.example"}
        case "kernel" | "kernel, not authorised":
            return kernel_headers(server)
        case "kernel's secret on a page":
            return {**kernel_headers(server), "Origin": server.origin}
        case "wrong secret":
            # Where the secret counts, a login does not help.
            cookie = (await server.login()).cookie
            return {**cookie, **kernel_headers(server, "x" * 43)}
        case _:
            return await headers_of_guest(asker, server)


async def headers_of_guest(asker: str, server: Server) -> dict[str, str]:
    """What a guest could send, in the hope to be taken for somebody."""
    room_id, _ = await server.hub.create("Ann")
    role = "view" if asker == "who may view" else "edit"
    link = await share(server, room_id, role=role)
    _, welcome = await guest(server, link)
    resumes = asker == "who resumes by a link that was revoked"
    if resumes or asker == "whose link was revoked":
        await revoke(server, room_id, link)
    if asker == "whose link has expired":
        await server.hub.store.invites.age(2.0**40)
    key = welcome["resume"] if resumes else link.fields["secret"]
    return {
        "Authorization": f"token {key}",
        "Cookie": f"username-localhost-{server.port}={key}; _xsrf={key}",
        "X-XSRFToken": key,
    }


async def ask(
    server: Server, pattern: str, method: str, headers: dict[str, str]
) -> tuple[int, Reply | None]:
    """Ask about a new room; return the status, and the reply where there is one."""
    room_id, _ = await server.hub.create("Ann")
    path = pattern.replace(ROOM, room_id).replace("(.+)", "editor.js").rstrip("/?")
    path = path.replace("([0-9]{1,15})", "0")
    if path.endswith("/guest/ws"):
        return await ask_for_guests_socket(server, headers), None
    if "/ws/" in path:
        origin = headers.get("Origin")
        sent = {k: v for k, v in headers.items() if k != "Origin"}
        try:
            socket = await server.socket(room_id, headers=sent, origin=origin)
        except InvalidStatus as refused:
            return refused.response.status_code, None
        await socket.close()
        return 101, None
    if "/points/" in path:
        await server.hub.store.name_version(room_id, Point(0, "x", "Ann", 0.0), 9)
    if method == "PATCH":
        headers = {**headers, "If-Match": "*"}
    reply = await server.fetch(
        method, path.lstrip("/"), body_for(method, path), headers
    )
    return reply.status, reply


def body_for(method: str, path: str) -> object:
    """Give a body that the path takes."""
    if method not in {"POST", "PUT", "PATCH"}:
        return None
    if method == "PUT" and "/invites/" in path:
        return {"role": "view"}
    bodies: dict[str, object] = {
        "code": {"code": "x"},
        "autocomplete": QUESTION,
        "restore": {"version": 0},
        "points": {"name": "x"},
        "lock": {"locked": True},
        "kernel": {"name": "no such kernel"},
        **{key: {"code": "x", "at": 1} for key in ("names", "inspect")},
        "runs": {"epoch": "another", "version": 0, "digest": "0" * 64},
        "prove": {"nonce": "N" * 22},
        "me": {"name": "Ann"},
    }
    return bodies.get(path.rpartition("/")[2], {})


async def ask_for_guests_socket(server: Server, headers: dict[str, str]) -> int:
    """Return the status of a guest's handshake."""
    sent = {k: v for k, v in headers.items() if k != "Origin"}
    try:
        socket = await knock(server, origin=headers.get("Origin"), headers=sent)
    except InvalidStatus as refused:
        return refused.response.status_code
    await socket.close()
    return 101


async def test_every_route_of_the_server_has_its_row_here(server: Server) -> None:
    found = {route.pattern: set(route.methods) for route in routes(server)}

    assert found == {pattern: set(rows) for pattern, rows in MATRIX.items()}


@pytest.mark.parametrize("asker", ASKERS + GUESTS)
async def test_each_asker_gets_what_the_table_says(
    start: Start, built: Path, asker: str
) -> None:
    denied = {"ServerApp": {"authorizer_class": Nobody}}
    server = await start(denied if asker.endswith("not authorised") else None)
    open_to_kernels(server)
    headers = await headers_of(asker, server)
    expected = {
        f"{method} {pattern}": statuses[0 if asker in GUESTS else ASKERS.index(asker)]
        for pattern, rows in MATRIX.items()
        for method, statuses in rows.items()
    }

    found = {}
    for pattern, rows in MATRIX.items():
        for method in rows:
            status, reply = await ask(server, pattern, method, headers)
            found[f"{method} {pattern}"] = status
            if reply:
                owned = server.app.identity_provider.token.encode()
                assert owned not in reply.body + str(reply.headers).encode()

    assert found == expected


async def test_a_refusal_is_json_with_a_code_and_a_sentence(server: Server) -> None:
    reply = await server.fetch("GET", "pairedit/rooms", headers={})

    assert reply.json == {
        "code": "forbidden",
        "message": "Log in to this Jupyter server first.",
    }


async def test_what_is_public_is_exactly_four_handlers(server: Server) -> None:
    public = {
        (route.handler.__name__, method)
        for route in routes(server)
        for method in route.methods
        if route.is_public(method)
    }

    assert public == {
        ("StaticFiles", "GET"),
        ("StaticFiles", "HEAD"),
        ("GuestPage", "GET"),
        ("GuestSocket", "GET"),
        ("ProveHandler", "POST"),
    }


async def test_a_server_that_is_closed_by_default_has_nothing_to_warn_of(
    start: Start, built: Path
) -> None:
    closed = {"ServerApp": {"allow_unauthenticated_access": False}}

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        server = await start(closed)
    open_to_kernels(server)

    assert not [each for each in caught if "pairedit" in str(each.message).lower()]
    for pattern, rows in MATRIX.items():
        for method, statuses in rows.items():
            status, _ = await ask(server, pattern, method, {})
            assert (pattern, method, status) == (pattern, method, statuses[0])


async def test_a_foreign_host_is_refused(server: Server) -> None:
    headers = {**server.token, "Host": "rebound.example"}

    for path in ("pairedit", "pairedit/rooms", "pairedit/health"):
        reply = await server.fetch("GET", path, headers=headers)
        assert reply.status == 403


async def test_a_refused_person_is_not_shown_the_token_of_the_owner(
    start: Start,
) -> None:
    server = await start({"ServerApp": {"authorizer_class": Nobody}})
    person = await server.login()

    reply = await server.fetch("GET", "pairedit/", headers=person.cookie)

    assert reply.status == 403
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert server.app.identity_provider.token.encode() not in reply.body


# --- XSRF, which a token never needs ------------------------------------------------


@pytest.fixture
def password_config() -> dict[str, dict[str, object]]:
    """A server with the password "secret"."""
    hashed = passwd("secret", algorithm="sha256")  # type: ignore[no-untyped-call]
    return {"PasswordIdentityProvider": {"hashed_password": hashed}}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_login_by_password_needs_its_xsrf_value_for_each_change(
    start: Start, password_config: dict[str, dict[str, object]], method: str
) -> None:
    server = await start(password_config)
    person = await server.login("secret")
    room_id, _ = await server.hub.create("Ann")
    path = "pairedit/rooms" if method == "POST" else f"pairedit/rooms/{room_id}"
    body: object = None if method == "DELETE" else {}

    async def status(headers: dict[str, str]) -> int:
        return (await server.fetch(method, path, body, headers)).status

    assert await status(person.cookie) == 403
    assert await status({**person.cookie, "X-XSRFToken": "wrong"}) == 403
    assert await status(person.headers) in {200, 204}


async def test_a_form_of_another_page_changes_nothing(server: Server) -> None:
    person = await server.login()
    form = {"Content-Type": "text/plain", "Origin": "null"}

    reply = await server.fetch(
        "POST", "pairedit/rooms", b'{"title": "x"}', {**person.cookie, **form}
    )

    assert reply.status == 403
    assert await server.hub.store.rooms() == []


async def test_a_login_reads_over_its_socket_and_writes(server: Server) -> None:
    person = await server.login()
    room_id, _ = await server.hub.create("Ann", code="")

    socket = await server.writer(room_id, headers=person.cookie, origin=server.origin)
    other = await server.writer(room_id)
    await socket.write("x")

    assert (await other.expect("code_update"))["code"] == "x"


# --- large bodies -------------------------------------------------------------------


@pytest.mark.parametrize("with_token", [False, True], ids=["anonymous", "token"])
async def test_a_body_of_200_megabytes_is_refused_unread(
    server: Server, with_token: bool
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    token = [f"Authorization: {server.token['Authorization']}"] if with_token else []
    head = [
        f"POST {server.app.base_url}pairedit/rooms HTTP/1.1",
        f"Host: {server.host}",
        "Content-Type: application/json",
        "Content-Length: 200000000",
        *token,
    ]

    writer.write("\r\n".join([*head, "", ""]).encode() + b'{"code": "')
    async with asyncio.timeout(GUARD):
        # To the end: the server does not wait for the rest.
        answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Expected a body of at most" in answer


async def test_a_body_of_unknown_length_is_refused_past_the_limit(
    start: Start,
) -> None:
    server = await start(limits={"frame": 1_000})
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = [
        f"POST {server.app.base_url}pairedit/rooms HTTP/1.1",
        f"Host: {server.host}",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        f"Authorization: {server.token['Authorization']}",
        "Connection: close",
    ]

    writer.write("\r\n".join([*head, "", ""]).encode())
    for _ in range(5):
        writer.write(b"fa\r\n" + b" " * 250 + b"\r\n")
    writer.write(b"0\r\n\r\n")
    async with asyncio.timeout(GUARD):
        answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert await server.hub.store.rooms() == []
