"""The proxy between this server and that of a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from .asking import ask, completer
from .servers import CANARY, FakeModel, Request, Time, fake

MODEL = "https://model.example/v1"

Play = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Proxy:
    """A proxy that records what it is sent, and plays its answer."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self.heads: list[str] = []
        self.host = ""

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one connection."""
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        await self._play(writer)
        writer.close()


@asynccontextmanager
async def proxied(play: Play) -> AsyncIterator[Proxy]:
    """Start a proxy."""
    proxy = Proxy(play)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield proxy


async def refuse(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
    await writer.drain()


async def connect_to_nothing(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await writer.drain()


@pytest.mark.parametrize("play", [refuse, connect_to_nothing])
async def test_a_model_elsewhere_is_asked_by_the_proxy_which_reads_nothing(
    monkeypatch: pytest.MonkeyPatch, play: Play
) -> None:
    monkeypatch.setenv("THE_KEY", CANARY)
    async with proxied(play) as proxy:
        url = f"http://{proxy.host}/"
        asking = completer("fim", MODEL, Time(), key="THE_KEY", proxy=url)
        found = await ask(asking, "secret = |")
        await asking.close()

    (head,) = proxy.heads
    assert head.startswith("CONNECT model.example:443 HTTP/1.1")
    assert CANARY not in head and "secret" not in head
    assert found.text == ""
    expected: dict[Play, str] = {
        refuse: f"The proxy {proxy.host} does not connect to model.example.",
        connect_to_nothing: f"model.example (by the proxy {proxy.host}) cannot be "
        "reached.",
    }
    assert found.detail.startswith(expected[play])


async def test_a_proxy_that_cannot_be_reached_is_named() -> None:
    async with proxied(refuse) as proxy:
        gone = proxy.host
    asking = completer("fim", MODEL, Time(), proxy=f"http://{gone}")
    found = await ask(asking)
    await asking.close()

    sentence = f"model.example (by the proxy {gone}) cannot be reached."
    assert found.detail.startswith(sentence)


async def test_a_model_on_this_machine_is_asked_without_the_proxy() -> None:
    async def play(request: Request) -> None:
        await request.events({"content": "1", "stop": True}, done=False)

    model: FakeModel
    async with proxied(refuse) as proxy, fake(play) as model:
        asking = completer("infill", model.url, proxy=f"http://{proxy.host}")
        found = await ask(asking)
        await asking.close()

    assert (found.text, proxy.heads) == ("1", [])
