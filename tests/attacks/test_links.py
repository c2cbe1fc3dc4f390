"""X: who holds a link that has expired, was revoked, or leaked; and who guesses."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from jupyter_pairedit.protocol import Close
from tests.handlers.conftest import Start
from tests.handlers.guests import (
    Link,
    change,
    guest,
    hello,
    knock,
    line_of,
    refusal_of,
    revoke,
    share,
    stream_of,
)
from tests.handlers.serving import GUARD, KEYS, Server, Socket

from .conftest import Clock, logged

HOUR = 3_600.0
DAY = 24 * HOUR


async def test_x1_a_link_that_has_expired_stays_invalid(
    clock: Clock, start: Start
) -> None:
    server = await start()
    room_id = await server.new_room()
    link = await share(server, room_id, expiresIn=60)

    clock.shift = 60.0
    assert await refusal_of(server, link) == Close.INVITE_EXPIRED
    clock.shift = -DAY
    assert await refusal_of(server, link) == Close.INVITE_EXPIRED
    server = await start()
    assert await refusal_of(server, link) == Close.INVITE_EXPIRED


async def test_x1_a_connected_guest_is_closed_with_the_reason_when_the_link_expires(
    clock: Clock, start: Start
) -> None:
    server = await start()
    room_id = await server.new_room()
    link = await share(server, room_id, expiresIn=60)
    # What is left is counted by a clock that only goes forward.
    clock.shift = 57.5
    socket, _ = await guest(server, link)
    clock.shift = -DAY

    assert (await socket.ending())[0] == Close.INVITE_EXPIRED


async def listen(socket: Socket) -> list[str]:
    """Return all frames until the server closes."""
    frames: list[str] = []
    with suppress(ConnectionClosed):
        while True:
            frames.append(str(await socket.connection.recv()))
    assert socket.connection.close_code == Close.INVITE_REVOKED
    return frames


@pytest.mark.parametrize("edits", [True, False], ids=["edit", "whole file"])
async def test_x2_nothing_reaches_who_was_revoked_after_the_owner_is_answered(
    server: Server, edits: bool
) -> None:
    room_id = await server.new_room(code="", limit=5)
    link, other = await share(server, room_id), await share(server, room_id)
    out = [(await guest(server, link, key=key, edits=edits))[0] for key in KEYS[:2]]
    stays, _ = await guest(server, other, key=KEYS[2])
    owner = await server.writer(room_id)
    heard = [asyncio.create_task(listen(each)) for each in out]

    assert await revoke(server, room_id, link) == 2
    await owner.write("secret")
    update = await stays.expect("code_update")

    assert update["updates"][0][1] == [[0, "secret"]]
    async with asyncio.timeout(GUARD):
        frames = [frame for each in heard for frame in await each]
    assert "secret" not in "".join(frames)


async def test_x2_a_revoked_client_that_does_not_read_is_disconnected(
    start: Start,
) -> None:
    server = await start(limits={"slow": 3_600.0})
    room_id = await server.new_room(code="x" * 1_000_000)
    link = await share(server, room_id)
    socket = await knock(server)
    socket.connection.transport.pause_reading()
    await socket.send("hello", **link.fields, name="Gus", key=KEYS[1])
    owner, _ = await server.seated(room_id)
    while len((await owner.expect("presence"))["people"]) < 2:
        pass
    line = line_of(server, room_id)
    stream = stream_of(line)

    assert await revoke(server, room_id, link) == 1

    assert line._abort_due is not None
    line._abort()
    assert stream.closed()
    assert len((await owner.expect("presence"))["people"]) == 1
    assert server.hub.connections == {room_id: 1}


async def test_x2_what_a_guest_had_sent_is_stored_before_the_answer_or_not_at_all(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    link = await share(server, room_id)
    socket, _ = await guest(server, link)

    for version in range(50):
        await socket.push(version, [version, [0, "x"]] if version else [[0, "x"]])
    await revoke(server, room_id, link)
    answered = await server.code(room_id)

    await socket.ending()
    assert await server.code(room_id) == answered


async def test_x3_a_resume_token_is_invalid_once_its_link_is_revoked(
    start: Start, server: Server
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    socket, welcome = await guest(server, link)
    await socket.close()
    await revoke(server, room_id, link)
    resume = {"secret": None, "resume": welcome["resume"]}

    assert await refusal_of(server, link, **resume) == Close.INVITE_REVOKED
    again = await start()
    assert await refusal_of(again, link, **resume) == Close.INVITE_REVOKED
    assert await refusal_of(again, link) == Close.INVITE_REVOKED


@contextmanager
def statements(server: Server) -> Iterator[list[str]]:
    """Note the SQL that the server runs."""
    file = getattr(server.hub.store, "file")  # noqa: B009  (only SQLite has one)
    seen: list[str] = []
    database = file._database
    connections: list[sqlite3.Connection] = [database.writing, database.reading]
    for each in connections:
        each.set_trace_callback(seen.append)
    yield seen
    for each in connections:
        each.set_trace_callback(None)


async def answers(server: Server, link: Link, **how: Any) -> tuple[object, list[str]]:
    """Return how a hello is answered, and what SQL that took, without its values."""
    with statements(server) as seen:
        ending = await (await hello(server, link, **how)).ending()
    return ending, [statement.split("where")[0] for statement in seen]


async def test_x4_and_m16_all_that_does_not_fit_is_answered_alike(
    server: Server,
) -> None:
    """The same sentence, after the same work: the clock tells nobody which it was."""
    room_id, other = await server.new_room(), await server.new_room()
    link, of_other = await share(server, room_id), await share(server, other)

    first = await answers(server, link, room=other)
    assert first[0] == (
        Close.INVITE_NOT_VALID,
        "This link is not valid. Ask for a new one.",
    )
    for how in (
        {"room": "A" * 22},
        {"room": ""},
        {"room": "../../etc/passwd"},
        {"invite": "A" * 22},
        {"invite": "' or 1=1 --"},
        {"secret": "A" * 43},
        {"secret": ""},
        {"secret": of_other.fields["secret"]},
        {"invite": of_other.invite_id},
    ):
        assert await answers(server, link, **how) == first
    assert len(first[1]) == 1
    assert len(server.hub.rooms_in_memory) == 0


async def test_x5_who_guesses_has_to_wait_before_the_database_is_queried(
    start: Start,
) -> None:
    server = await start(limits={"guesses": 3, "guesses_per": HOUR, "connects": 1_000})
    link = await share(server, await server.new_room())

    for _ in range(3):
        assert await refusal_of(server, link, secret="wrong") == Close.INVITE_NOT_VALID
    with statements(server) as seen:
        assert await refusal_of(server, link, secret="wrong") == Close.RATE
        # The right key has to wait as well, or it would be told from the others.
        assert await refusal_of(server, link) == Close.RATE
    assert seen == []


async def test_x5_right_keys_are_not_counted(start: Start) -> None:
    server = await start(limits={"guesses": 1, "guesses_per": HOUR})
    room_id = await server.new_room()
    link = await share(server, room_id)

    for _ in range(3):
        socket, _ = await guest(server, link)
        await socket.close()
    await revoke(server, room_id, link)
    for _ in range(2):
        assert await refusal_of(server, link) == Close.INVITE_REVOKED


async def test_x5_many_addresses_have_one_limit_together(start: Start) -> None:
    server = await start(
        limits={"guesses": 100, "guesses_of_all": 2, "guesses_per": HOUR}
    )
    link = await share(server, await server.new_room())

    for _ in range(2):
        assert await refusal_of(server, link, secret="wrong") == Close.INVITE_NOT_VALID
    assert await refusal_of(server, link, secret="wrong") == Close.RATE


async def test_x6_a_key_is_in_no_log_no_file_no_metric_and_no_header(
    server: Server,
    database: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG):
        room_id = await server.new_room()
        link = await share(server, room_id)
        secret = link.fields["secret"]
        socket, welcome = await guest(server, link)
        resume = welcome["resume"]
        await socket.push(0, "nonsense " + secret)
        await socket.send(secret, key=resume)
        for odd in (
            {"secret": None, "resume": secret},
            {"secret": secret, "resume": resume},
            {"invite": secret},
            {"room": secret},
            {"key": secret + resume},
            {"version": secret},
        ):
            code, reason = await (await hello(server, link, **odd)).ending()
            assert code in {Close.MALFORMED, Close.INVITE_NOT_VALID}
            assert secret not in reason
        for query in (secret, f"key={resume}"):
            reply = await server.fetch("GET", f"pairedit/guest?{query}", headers={})
            assert secret not in str(reply)
        headers = {"Authorization": f"token {secret}", "Cookie": f"x={resume}"}
        await server.fetch("GET", "pairedit/rooms", headers=headers)
        listed = await server.fetch("GET", f"pairedit/rooms/{room_id}/invites")
        metrics = await server.fetch("GET", "metrics")
        told = [str(await socket.next()) for _ in range(2)]

    files = b"".join(each.read_bytes() for each in database.parent.glob("rooms.db*"))
    out, err = capfd.readouterr()
    assert link.invite_id.encode() in files
    for key in (secret, resume):
        assert key.encode() not in files
        for text in (logged(caplog), out, err, str(listed), str(metrics), *told):
            assert key not in text


async def test_x7_who_previews_a_link_gets_the_shell_alone(server: Server) -> None:
    link = await share(server, await server.new_room(title="Secret plans"))

    # What is after the # is not sent by anybody who opens it.
    page = await server.fetch("GET", "pairedit/guest", headers={"User-Agent": "bot"})

    assert page.status == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    for known in ("Secret plans", *link.fields.values()):
        assert known.encode() not in page.body


async def test_x8_unsent_text_of_an_old_tab_is_not_taken(
    clock: Clock, start: Start
) -> None:
    server = await start()
    room_id = await server.new_room(code="")
    link = await share(server, room_id, expiresIn=60)
    socket, welcome = await guest(server, link)
    await socket.close()
    clock.shift = 61.0

    late = await knock(server)
    resume = {**link.fields, "resume": welcome["resume"], "name": "Gus"}
    del resume["secret"]
    await late.send("hello", **resume, key=KEYS[1], version=0, epoch=welcome["epoch"])
    await late.push(0, [[0, "x"]])

    assert (await late.ending())[0] == Close.INVITE_EXPIRED
    assert await server.code(room_id) == ""


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY - 1.0, -DAY, -(2.0**31), 0.0])
async def test_t17_a_clock_that_jumps_ends_no_visit_before_its_time_and_revives_nothing(
    clock: Clock, start: Start, jump: float
) -> None:
    server = await start()
    room_id = await server.new_room(limit=5)
    alive = await share(server, room_id, role="view")
    short = await share(server, room_id, expiresIn=60)
    gone = await share(server, room_id)
    await revoke(server, room_id, gone)
    socket, _ = await guest(server, alive)

    clock.shift = jump
    sharing = server.context.sharing
    assert sharing
    await sharing.invites.recheck()

    assert await socket.lives()
    assert await refusal_of(server, gone) == Close.INVITE_REVOKED
    clock.shift = 61.0
    assert await refusal_of(server, short) == Close.INVITE_EXPIRED
    clock.shift = jump
    assert await refusal_of(server, short) == Close.INVITE_EXPIRED


async def test_t17_links_work_after_2038(clock: Clock, start: Start) -> None:
    clock.shift = 2.0**31
    server = await start()
    room_id = await server.new_room()
    link = await share(server, room_id)

    _, welcome = await guest(server, link)

    assert welcome["guest"]
    reply = await change(server, "GET", room_id, "invites")
    assert reply.json["invites"][0]["expiresAt"] > 2.0**31
