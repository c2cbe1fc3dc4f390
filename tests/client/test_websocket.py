"""The sockets of a participant, as far as no server is needed."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from jupyter_pairedit.client.credentials import Token
from jupyter_pairedit.client.entry import MemberEntry
from jupyter_pairedit.client.websocket import Dialler

from .scripted import ROOM


class Events:
    """Records the end of a socket."""

    def __init__(self) -> None:
        self.end = asyncio.get_running_loop().create_future()

    def closed(self, code: int, reason: str) -> None:
        self.end.set_result((code, reason))


@pytest.mark.parametrize("name", ["a..b", "a" * 64 + ".example"])
def test_a_name_that_no_server_can_have_is_reported(name: str) -> None:
    async def test() -> None:
        events = Events()
        dial = Dialler(MemberEntry(f"https://{name}/", ROOM, Token("t")), None)

        dial(cast("Any", events))

        end = await events.end
        assert end == (1006, "The name of the server is not valid.")

    asyncio.run(test())
