"""The room socket of somebody with Jupyter's login: ``/ws/{roomId}``."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from jupyter_core.utils import ensure_async
from tornado import web

from ..connections.connection import Conversation
from ..core.identifiers import is_room_id
from ..core.roles import RULES, Role
from ..protocol import Close
from ..rooms.hub import ServerFull
from ..stores.base import RoomNotFound, StorageFailure
from .access import RESOURCE
from .base import PairEditHandler, allowed
from .websocket import Line


class RoomSocket(PairEditHandler, Line):
    """Finds out who is there, and which room; the rest is conversation."""

    _conversation: Conversation | None = None

    @property
    def max_message_size(self) -> int:
        """Little until the client has said who it is; its seat raises it."""
        limits = self.hub.limits
        return limits.first_frame if self.edits else limits.frame

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Find out who asks; a socket is never led to the login page."""
        await super().prepare(_redirect_to_login=_redirect_to_login)

    def get_login_url(self) -> str:
        """Answer 403 where a page would be led to the login."""
        raise web.HTTPError(403, "Log in to this Jupyter server first.")

    @allowed("execute")
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade."""
        await super().get(*args, **kwargs)

    async def open(self, room_id: str) -> None:
        """Find the room; the whole-file dialect takes a seat at once."""
        # Frames are small and each is waited for: nothing is to be gathered.
        self.set_nodelay(True)
        self.forget_upgrade()
        seconds = self.hub.seconds_to_wait(self.person)
        if seconds:
            return self.end(Close.RATE, f"Too many connections: wait {seconds:.0f} s.")
        # Not the address alone: a proxy has one for everybody.
        who = f"{self.request.remote_ip} {self.person}"
        if self.edits and not self.wait_for_hello(self.hub.doorstep, who):
            return
        try:
            if not is_room_id(room_id):
                raise RoomNotFound(room_id)
            room = await self.hub.open(room_id)
        except RoomNotFound:
            return self.end(Close.NO_SUCH_ROOM, "No such room.")
        except ServerFull as full:
            return self.end(Close.TRY_LATER, str(full))
        except StorageFailure as failure:
            return self.end(Close.STORAGE_LOST, f"The room cannot be read: {failure}.")
        visitor = JupyterVisitor(self)
        await visitor.ask_role()
        if self.ended:
            return
        self._conversation = Conversation(self.hub, room, visitor, self)
        if not self.edits:
            self._conversation.begin_files(secrets.token_urlsafe(9))

    def on_message(self, message: str | bytes) -> asyncio.Task[None] | None:
        """Take one frame. Tornado reads the next when this is done: no backlog."""
        if self._conversation is None or self.ended:
            return None
        # A task, since Tornado takes long to make one of a coroutine.
        return asyncio.create_task(self._hear(self._conversation, message))

    async def _hear(self, conversation: Conversation, message: str | bytes) -> None:
        await conversation.hear(message)
        if conversation.seated:
            self.hello_heard()

    def on_close(self) -> None:
        """Give up the seat."""
        super().on_close()
        if self._conversation is not None:
            self._conversation.close()


class JupyterVisitor:
    """Somebody with Jupyter's login; the Authorizer is asked again and again."""

    guest = None
    role: Role = "view"
    """As it was at the beginning: each message is asked about in its own right."""

    def __init__(self, handler: PairEditHandler) -> None:
        self.person = handler.person
        self.name = self.author = handler.person_name
        self._handler = handler

    async def ask_role(self) -> None:
        """Find out as what the editor should show itself."""
        self.role = "owner" if await self.may("code_change") else "view"

    async def may(self, message: str) -> bool:
        """See ``Visitor.may``."""
        handler, right = self._handler, RULES[message].right
        if right is None:
            return False
        answer = handler.authorizer.is_authorized(
            handler, handler.current_user, right, RESOURCE
        )
        return answer if isinstance(answer, bool) else await ensure_async(answer)
