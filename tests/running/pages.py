"""A page that shows an editor of a real kernel, by the messages of its comm."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from .kernels import Process

MAKE = """
import os
from jupyter_pairedit.kernel.widget import new_room
from IPython import get_ipython

hooks = []
for event in ("pre_execute", "post_execute"):
    get_ipython().events.register(event, lambda event=event: hooks.append(event))
ed = new_room("")
"""


class WidgetPage:
    """Sends questions to an editor, and receives what the kernel publishes."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._client = process.client
        self.subshell: str | None = None
        """Where questions are sent to, as JupyterLab does it; None: the main shell."""
        self._comm = ""

    async def open(self, code: str = "") -> None:
        """Make an editor in the kernel."""
        request = self._process.cell(code + MAKE)
        while not self._comm:
            message = await self._published()
            content = message["content"]
            if message["header"]["msg_type"] == "error":
                raise AssertionError(content)
            if message["header"]["msg_type"] == "comm_open":
                state = content["data"].get("state", {})
                if "room_id" in state:
                    self._comm = content["comm_id"]
        await self._process.reply(request)

    async def open_subshell(self) -> None:
        """Start a subshell for the questions."""
        client = self._client
        message = client.session.msg("create_subshell_request", {})
        client.control_channel.send(message)
        reply = await self._receive(client.control_channel.socket)
        assert reply["content"]["status"] == "ok", reply
        self.subshell = reply["content"]["subshell_id"]

    def ask(self, type: str, code: str, at: int | None = None, id: str = "q") -> None:
        """Send a question about the end of some code, or about a position."""
        question: dict[str, Any] = {"type": type, "id": id, "code": code}
        self.send({**question, "at": len(code) if at is None else at})

    def send(self, content: object) -> None:
        """Send a message that is no state."""
        data = {"method": "custom", "content": content}
        session = self._client.session
        message = session.msg("comm_msg", {"comm_id": self._comm, "data": data})
        if self.subshell:
            message["header"]["subshell_id"] = self.subshell
        self._client.shell_channel.send(message)

    async def answer(self) -> dict[str, Any]:
        """Return the next message of the editor that is no state."""
        while True:
            message = await self._published()
            kind, content = message["header"]["msg_type"], message["content"]
            if kind != "comm_msg" or content["comm_id"] != self._comm:
                continue
            if content["data"]["method"] == "custom":
                return dict(content["data"]["content"])

    async def names(self, code: str, at: int | None = None) -> list[str]:
        """Ask for names, and return the answer's."""
        self.ask("names", code, at)
        answer = await self.answer()
        assert (answer["type"], answer["id"]) == ("names", "q")
        return [each["name"] for each in answer["names"]]

    async def timed(self, code: str) -> float:
        """Ask for names, of which there must be some. Return the seconds."""
        began = time.perf_counter()
        assert await self.names(code)
        return time.perf_counter() - began

    async def _published(self) -> dict[str, Any]:
        return await self._receive(self._client.iopub_channel.socket)

    async def _receive(self, socket: Any) -> dict[str, Any]:
        assert await asyncio.to_thread(socket.poll, 60_000), "no message"
        return dict(self._client.session.recv(socket)[1])
