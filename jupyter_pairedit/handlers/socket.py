"""The socket for people with Jupyter's login: ``/ws/{roomId}``."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from tornado import web

from ..connections.connection import Connection
from ..connections.identity import MemberIdentity
from ..connections.kernel import KernelConnection
from ..connections.logins import Login
from ..connections.runaccess import RunAccess
from ..core.identifiers import is_room_id
from ..protocol import EDIT_DIALECT, NO_SUCH_ROOM, Close
from ..rooms.endings import ServerFull
from ..rooms.room import Room
from ..stores.errors import RoomDeleted, RoomNotFound, StorageFailure
from .base import PairEditHandler, allowed
from .kernels import kernel_in
from .replies import message_of
from .runrights import decides, run_permission
from .websocket import WebSocketTransport


class RoomSocket(PairEditHandler, WebSocketTransport):
    """Identifies the person and the room, and creates the connection."""

    _login: Login | None = None
    takes_secret = True
    _counted: str | None = None
    """The id of the kernel whose connections count this one."""

    @property
    def max_message_size(self) -> int:
        """Small until ``hello``; joining the room raises it."""
        limits = self.hub.limits
        return limits.first_frame if self.edits else limits.frame

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Identify the person, without a redirect to the login page."""
        await super().prepare(_redirect_to_login=_redirect_to_login)

    def get_login_url(self) -> str:
        """Answer 403 instead of a redirect to the login page."""
        raise web.HTTPError(403, "Log in to this Jupyter server first.")

    @allowed("execute")
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade."""
        await super().get(*args, **kwargs)

    async def open(self, room_id: str) -> None:
        """Find the room. In the whole-file dialect, join it at once."""
        # Frames are small and someone waits for each: disable Nagle's algorithm.
        self.set_nodelay(True)
        self.forget_upgrade()
        throttle = self.context.throttle
        # A kernel is counted apart from its person, whose pages it must not delay.
        kernel = kernel_in(self.request.headers) if self.is_kernel else None
        asker = self.person if kernel is None else f"kernel {kernel}"
        if kernel is not None and not self._admit_kernel(kernel):
            return None
        seconds = throttle.connect_delay(asker)
        if seconds:
            return self.end_for_now("connections", seconds)
        # Behind a proxy all people have one address.
        who = f"{self.request.remote_ip} {asker}"
        if self.edits and not self.wait_for_hello(throttle.pending, who):
            return
        try:
            if not is_room_id(room_id):
                raise RoomNotFound(room_id)
            room = await self.hub.open(room_id)
        except RoomNotFound as missing:
            deleted = isinstance(missing, RoomDeleted)
            reason = message_of(missing) if deleted else NO_SUCH_ROOM
            return self.end(Close.NO_SUCH_ROOM, reason)
        except ServerFull as full:
            return self.end(Close.TRY_LATER, str(full))
        except StorageFailure as failure:
            return self.end(Close.STORAGE_LOST, f"The room cannot be read: {failure}.")
        identity = self._member(room_id)
        await identity.read_role()
        if self.ended:
            return
        self._connection = self._connect(room, identity)
        if not self.edits:
            self._connection.begin_files(secrets.token_urlsafe(9))

    def _connect(self, room: Room, identity: MemberIdentity) -> Connection:
        context = self.context
        rights = partial(run_permission, self), partial(decides, self)
        kind = KernelConnection if self.is_kernel else Connection
        return kind(
            self.hub,
            context.throttle,
            room,
            identity,
            self,
            source=context.suggestion_source(guest=False),
            runs=RunAccess(context.runs, *rights, context.names_from_kernel),
        )

    def _member(self, room_id: str) -> MemberIdentity:
        person = self.person, room_id, self, self._authorize
        return MemberIdentity(*person, kernel=self.is_kernel)

    def joined_room(self, connection: Connection) -> None:
        """Confirm the login from now on as well."""
        super().joined_room(connection)
        if connection.confirms_login:
            self._watch_login(connection)

    def _admit_kernel(self, kernel: str) -> bool:
        """Count the socket for its kernel; close it and return False at a limit."""
        if not self.edits:
            self.end(Close.MALFORMED, f"Expected the subprotocol {EDIT_DIALECT}.")
            return False
        if not self.context.throttle.kernels.admit(kernel):
            most = self.hub.limits.kernel_rooms
            self.end(Close.TRY_LATER, f"A kernel may be in {most} rooms at a time.")
            return False
        self._counted = kernel
        return True

    def _watch_login(self, connection: Connection) -> None:
        """Ask for the login from now on, unless the server has none."""
        if self.identity_provider.auth_enabled:
            self._login = self.context.logins.begin(
                self.person, self.send_message, connection.dismiss
            )

    def on_close(self) -> None:
        """Leave the room."""
        super().on_close()
        counted, self._counted = self._counted, None
        if counted is not None:
            self.context.throttle.kernels.leave(counted)
        # Both refer to this object, and nothing is to wait for the garbage collector.
        login, self._login = self._login, None
        if login is not None:
            login.stop()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
