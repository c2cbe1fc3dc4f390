"""T5b, T5c: invalid messages and frames, while three clients type."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
from websockets.exceptions import ConnectionClosed

from jupyter_pairedit.protocol import decode
from tests.handlers.conftest import Start
from tests.handlers.serving import GUARD, Server, Socket

from .figures import Plan
from .live import Company, Typist
from .messages import messages
from .processes import type_on
from .schedule import Hands
from .sockets import check_room, seat

CODE = "Āāăą"
MIB = 1024 * 1024

ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 1.5, 2**31, 2**53, 2**64, 10**300, "", "x", "\0", "\ud800"),
    *([], {}, [[]], [[-1]], [[0, "a\nb"]], [1, [0]], ["x"], {"a": 1}, "é" * 300),
    *(float("nan"), float("inf"), [[1, [2, "👋"]]], [[[[[[]]]]]]),
)


def a_message(
    rng: random.Random, version: int, made: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return a message of one of the right shapes; half of them fit the room."""
    if rng.random() < 0.5:
        return rng.choice(made)
    return rng.choice(
        (
            {"type": "hello", "key": "k" * 22, "version": version, "epoch": "e"},
            {"type": "code_change", "version": version, "updates": [[0, [0, "x"]]]},
            {"type": "code_change", "version": 0, "updates": [[5, [0, "x"]]]},
            {"type": "code_change", "version": version, "code": CODE},
            {"type": "presence", "version": version, "anchor": 0, "head": 1},
            {"type": "check", "version": version, "hash": "00000000"},
        )
    )


def spoil(rng: random.Random, message: dict[str, Any]) -> str | bytes:
    """Change a message, as JSON or as bytes; or leave it, now and then."""
    message = dict(message)
    for _ in range(rng.randint(0, 3)):
        name = rng.choice([*message, "code", "more"])
        if rng.random() < 0.2:
            message.pop(name, None)
        else:
            message[name] = rng.choice(ODD)
    text = json.dumps(message)
    match rng.randrange(8):
        case 0:
            at = rng.randrange(len(text))
            return text[:at]
        case 1:
            at = rng.randrange(len(text))
            return text[:at] + rng.choice('{}[]",:\\x00 9e') + text[at:]
        case 2:
            return text.encode()
        case 3:
            return "[" * rng.choice((3, 3000)) + text
        case 4:
            return text[:-1] + ', "type": "check"}'
        case _:
            return text


@contextmanager
def no_errors(server: Server) -> Iterator[None]:
    """Fail if the server logs an error: it should know what it was sent."""
    found: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            message = record.getMessage()
            if "showed another text" not in message:  # as some say that they do
                found.append(message)

    handler = Handler(logging.ERROR)
    loggers = [server.app.log, logging.getLogger("tornado.application")]
    loggers.append(logging.getLogger("asyncio"))
    for each in loggers:
        each.addHandler(handler)
    try:
        yield
    finally:
        for each in loggers:
            each.removeHandler(handler)
    assert not found, found[:3]


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def _answers(socket: Socket) -> tuple[list[str], bool]:
    """Return the refusals that came until a pong, and whether the server closed."""
    errors: list[str] = []
    connection = socket.connection
    try:
        async with asyncio.timeout(GUARD):
            pong = asyncio.ensure_future(await connection.ping())
            while True:
                frame = asyncio.ensure_future(connection.recv())
                await asyncio.wait([pong, frame], return_when="FIRST_COMPLETED")
                if not frame.done():
                    frame.cancel()
                    with suppress(asyncio.CancelledError):
                        await frame
                    return errors, False
                message = json.loads(frame.result())
                if message["type"] in {"error", "run_refused"}:
                    errors.append(message["code"])
    except ConnectionClosed:
        return errors, True


async def test_t5b_invalid_messages_affect_only_their_sender(
    plan_of: Callable[[str], Plan],
    start: Start,
    record_property: Callable[[str, object], None],
) -> None:
    plan = plan_of("T5b")
    rng = random.Random(plan.seed)
    made = messages(plan.count // 5, plan.seed)
    server = await start(
        limits={
            "malformed": 50,
            "edits": 10**6,
            "edit_size": 10**9,
            "pings": 10**6,
            "mismatches": 50,
        }
    )
    room_id = await server.new_room(code=CODE, limit=100)
    typists = seat(3, room_id, lambda: server, lambda: server.port)
    async with Company(typists) as working:
        await working.until(lambda: all(each.loaded for each in working.clients))
        typing = asyncio.create_task(type_on(working, Hands(rng), 0.02))
        before = _resident()
        socket: Socket | None = None
        with no_errors(server):
            for number in range(plan.count):
                if socket is None:
                    socket, _ = await server.seated(room_id, f"m{number:021}")
                version = working.clients[0].version
                frame = spoil(rng, a_message(rng, version, made))
                try:
                    await socket.send_frame(frame)
                except (UnicodeEncodeError, ConnectionClosed):
                    frame = "{}"
                try:
                    errors, closed = await _answers(socket)
                except TimeoutError as error:
                    error.add_note(f"{frame!r:.300}, seed {plan.seed}, {number}")
                    raise
                if not errors and not closed:
                    assert isinstance(frame, str), "took a binary frame"
                    _expect_valid(frame, plan.seed, number)
                if closed:
                    server.sockets.remove(socket)
                    socket = None
            assert not typing.done()
            typing.cancel()
            await working.settled()
        await check_room(server, room_id, CODE, working, strangers=True)
        assert not any(each.codes for each in typists), "an honest one was cut off"
        # This process has the clients as well.
        grown = _resident() - before
        assert grown < 64 * MIB
        record_property("figure", _words(typists, grown))


def _words(typists: Sequence[Typist], grown: int) -> str:
    waited = sorted(1000 * each for typist in typists for each in typist.waited)
    p95 = waited[len(waited) * 95 // 100]
    return (
        f"honest ones answered within p95 {p95:.1f}, at most {waited[-1]:.1f} ms; "
        f"{grown / MIB:.0f} MiB more"
    )


def _expect_valid(frame: str, seed: int, number: int) -> None:
    try:
        decode(frame)
    except msgspec.DecodeError:
        raise AssertionError(f"took {frame!r:.200}, seed {seed}, {number}") from None


def a_stream(rng: random.Random) -> bytes:
    """Return frames of which each is wrong in some way, or may be."""
    stream = b""
    for _ in range(rng.randint(1, 6)):
        opcode = rng.choice((0, 1, 1, 2, 3, 7, 8, 9, 10, 11, 15))
        first = rng.choice((0x80, 0x80, 0x00, 0x40, 0xF0)) | opcode
        length = rng.choice((0, 1, 5, 125, 126, 300))
        body = rng.randbytes(length)
        masked = rng.choice((0x80, 0x80, 0x80, 0x00))
        stream += bytes([first])
        match rng.randrange(6):
            case 0:  # a length that does not come
                stream += bytes([masked | 127]) + rng.randbytes(8)
            case 1:  # a long form of a short length
                stream += bytes([masked | 126]) + length.to_bytes(2, "big")
            case _:
                stream += bytes([masked | min(length, 125)])
                body = body[:125]
        stream += (rng.randbytes(4) if masked else b"") + body
    return stream if rng.random() < 0.8 else rng.randbytes(rng.randint(1, 400))


async def test_t5c_invalid_frames_affect_only_their_sender(
    plan_of: Callable[[str], Plan], start: Start
) -> None:
    plan = plan_of("T5c")
    server = await start()
    room_id = await server.new_room(code=CODE, limit=100)
    typists = seat(3, room_id, lambda: server, lambda: server.port)
    async with Company(typists) as working:
        await working.until(lambda: all(each.loaded for each in working.clients))
        rng = random.Random(plan.seed)
        typing = asyncio.create_task(type_on(working, Hands(rng), 0.02))
        with no_errors(server):
            for seed in plan.seeds:
                await _send_stream(server, room_id, random.Random(seed))
            assert not typing.done()
            typing.cancel()
            await working.settled()
        await check_room(server, room_id, CODE, working)
        assert not any(each.codes for each in typists), "an honest one was cut off"


async def _send_stream(server: Server, room_id: str, rng: random.Random) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = [
        f"GET {server.app.base_url}pairedit/ws/{room_id} HTTP/1.1",
        f"Host: {server.host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: pairedit.v1",
        *(f"{name}: {value}" for name, value in server.token.items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    with suppress(OSError):
        writer.write(a_stream(rng))
        await writer.drain()
        writer.write_eof()
        async with asyncio.timeout(GUARD):
            await reader.read()
    writer.transport.abort()
