"""``/prove``: the server shows that it knows the secret, and nothing else."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from jupyter_pairedit.core.serverfile import proof

from .conftest import Start
from .kernels import SECRET, open_to_kernels
from .serving import GUARD, Reply, Server

NONCE = "N" * 22
JSON = {"Content-Type": "application/json"}


async def prove(
    server: Server, body: object, headers: dict[str, str] | None = None
) -> Reply:
    return await server.fetch("POST", "pairedit/prove", body, headers or {})


async def test_the_answer_is_the_proof_for_this_nonce_path_process_and_boot(
    server: Server,
) -> None:
    file = open_to_kernels(server)

    reply = await prove(server, {"nonce": NONCE})

    assert reply.status == 200
    path = urlsplit(file.url).path
    assert reply.json == {"proof": proof(file, path, NONCE)}
    assert SECRET.encode() not in reply.body
    others = {
        proof(file, "/other/", NONCE),
        proof(file, path, "M" * 22),
        reply.json["proof"],
    }
    assert len(others) == 3


async def test_without_an_own_file_there_is_nothing(start: Start) -> None:
    server = await start()

    assert (await prove(server, {"nonce": NONCE})).status == 404

    server = await start(allow_guests=False)
    assert (await prove(server, {"nonce": NONCE})).status == 404
    open_to_kernels(server)
    assert (await prove(server, {"nonce": NONCE})).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b'{"nonce": "short"}',
        b'{"nonce": "' + b"N" * 65 + b'"}',
        b'{"nonce": "\\n' + b"N" * 22 + b'"}',
        b'{"nonce": "' + b"N" * 22 + b'", "room": "x"}',
        b"\xff\xfe",
    ],
)
async def test_a_body_that_is_no_nonce_is_refused_with_the_status_alone(
    server: Server, body: bytes
) -> None:
    open_to_kernels(server)

    reply = await prove(server, body)

    assert (reply.status, reply.body) == (400, b"400\n")


async def test_a_body_has_at_most_256_bytes(server: Server) -> None:
    open_to_kernels(server)
    nonce = b'{"nonce": "' + NONCE.encode() + b'"}'

    assert (await prove(server, nonce.ljust(256))).status == 200
    assert (await prove(server, nonce.ljust(257))).status == 413


async def test_a_body_without_a_length_has_at_most_256_bytes(server: Server) -> None:
    open_to_kernels(server)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = [
        f"POST {server.app.base_url}pairedit/prove HTTP/1.1",
        f"Host: {server.host}",
        "Transfer-Encoding: chunked",
        "Connection: close",
    ]

    writer.write("\r\n".join([*head, "", ""]).encode())
    for _ in range(100):
        writer.write(b"400\r\n" + b"x" * 0x400 + b"\r\n")
    writer.write(b"0\r\n\r\n")
    async with asyncio.timeout(GUARD):
        answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413")


async def test_one_address_asks_60_times_a_minute(start: Start) -> None:
    server = await start(limits={"proofs": 3, "proofs_per": 1_000.0})
    open_to_kernels(server)

    statuses = [(await prove(server, {"nonce": NONCE})).status for _ in range(4)]

    assert statuses == [200, 200, 200, 429]
    assert (server.hub.limits.proofs, type(server.hub.limits)().proofs) == (3, 60)
    assert type(server.hub.limits)().proofs_per == 60.0


async def test_a_page_and_a_foreign_host_are_refused(server: Server) -> None:
    open_to_kernels(server)
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": server.origin},
        {"Origin": "null"},
        {"Host": "rebound.example"},
    ):
        assert (await prove(server, {"nonce": NONCE}, headers)).status == 403
    query = await server.fetch("POST", f"pairedit/prove?nonce={NONCE}", b"", {})
    assert query.status == 400


async def test_only_a_post_is_answered(server: Server) -> None:
    open_to_kernels(server)

    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        reply = await server.fetch(method, "pairedit/prove", headers={})
        assert reply.status == 405
