"""A kernel that ends, while its server has stopped and answers nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from jupyter_pairedit.client.asyncroom import CLOSE_WITHIN
from jupyter_pairedit.client.entry import MemberEntry
from jupyter_pairedit.client.passentry import PassEntry
from jupyter_pairedit.client.room import leave_all, open_rooms
from jupyter_pairedit.client.thread import loop_thread
from jupyter_pairedit.client.tokenentry import TokenEntry
from jupyter_pairedit.kernel.session import Session
from tests.client.scripted import Server, opened
from tests.loops import SkippingLoop


class Silent:
    """A server that neither closes a socket nor answers a request."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def wait_closed(self, seconds: float) -> None:
        """Wait for the sockets in vain; see ``Dialler``."""
        await asyncio.sleep(min(seconds, 1.0))

    async def request(self, *request: object) -> None:
        """Take a request; see ``rest.request``."""
        self.asked.append(str(request[2]))
        await asyncio.Event().wait()


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    """The server. No room of the test stays open."""
    silent, before = Silent(), set(open_rooms)
    name = "jupyter_pairedit.client.tokenentry.request"
    monkeypatch.setattr(name, silent.request)
    yield silent
    open_rooms.intersection_update(before)


async def session(silent: Silent, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Join a room with a pass. The server stops then."""
    room = await opened(Server(), guest=False)
    monkeypatch.setattr(room, "_dialler", silent)
    member = room._entry
    assert isinstance(member, MemberEntry)
    entry = TokenEntry(member)
    entry._pass = PassEntry(member.server, member.room, "secret")
    return Session(room, loop_thread(), entry, None, "")


@pytest.mark.parametrize("edits", [True, False])
def test_edits_sockets_and_passes_of_all_rooms_have_the_same_two_seconds(
    silent: Silent, monkeypatch: pytest.MonkeyPatch, edits: bool
) -> None:
    async def test() -> float:
        loop = asyncio.get_running_loop()
        sessions = [await session(silent, monkeypatch) for _ in range(2)]
        for each in sessions:
            if edits:
                each._room.write("x = 3\n")
        began = loop.time()
        await leave_all(sessions)
        return loop.time() - began

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        assert runner.run(test()) == pytest.approx(CLOSE_WITHIN)
    if not edits:
        assert silent.asked == ["DELETE"] * 2
