"""The socket for guests and for kernels that have a pass: ``/guest/ws``."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import msgspec
from jupyter_server.auth.decorator import allow_unauthenticated
from msgspec import UNSET
from tornado import web

from ..connections.connection import Connection
from ..connections.identity import client_id_for
from ..connections.kernel import PassConnection
from ..connections.passes import Pass, PassEnded, PassIdentity
from ..connections.runaccess import RunAccess
from ..core.invites import (
    Invite,
    InviteExpired,
    InviteNotValid,
    InviteRefused,
    InviteRevoked,
)
from ..guests.guest import GuestIdentity
from ..protocol import (
    EDIT_DIALECT,
    Close,
    Ending,
    GuestHello,
    PassHello,
    decode_hello,
)
from ..rooms.endings import DELETED, ServerFull
from ..rooms.room import Room
from ..stores.errors import RoomNotFound, StorageFailure
from .access import is_allowed_origin
from .context import Sharing
from .public import PublicHandler
from .websocket import WebSocketTransport

_CLOSES: dict[type[InviteRefused], int] = {
    InviteNotValid: Close.INVITE_NOT_VALID,
    InviteExpired: Close.INVITE_EXPIRED,
    InviteRevoked: Close.INVITE_REVOKED,
}


class GuestSocket(PublicHandler, WebSocketTransport):
    """Authenticates by the first message, and creates the connection."""

    _expiry: asyncio.TimerHandle | None = None
    _pass: Pass | None = None
    """What admitted a kernel."""

    @property
    def _sharing(self) -> Sharing:
        sharing = self.context.sharing
        # The route exists only if guests are allowed.
        assert sharing is not None
        return sharing

    @property
    def max_message_size(self) -> int:
        """Small until the key was checked; joining the room raises it."""
        return self.hub.limits.first_frame

    def prepare(self) -> None:
        """Refuse other hosts, other origins, and queries."""
        super().prepare()
        self.refuse_query()
        if not self.check_origin(self.request.headers.get("Origin")):
            raise web.HTTPError(403)

    def check_origin(self, origin: str | None) -> bool:
        """Accept programs, our own pages, the guest page and listed origins.

        No cookie is read, so that a page cannot use anything a browser adds by itself.
        """
        allowed = self.context.origins | {"null"}
        return is_allowed_origin(origin, self.request.headers.get("Host"), allowed)

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade."""
        await super().get(*args, **kwargs)

    def open(self) -> None:
        """Wait for ``hello``."""
        self.set_nodelay(True)
        admission = self._sharing.admission
        seconds = admission.connect_delay(self._address)
        if seconds:
            self.end_for_now("connections", seconds)
        else:
            self.wait_for_hello(admission.pending, self._address)

    async def receive_first(self, message: str | bytes) -> None:
        """Expect ``hello`` with a key, and create the connection."""
        try:
            hello = self._read(message)
        except msgspec.DecodeError as error:
            return self.end(Close.MALFORMED, str(error))
        self.hello_received()
        seconds = self._sharing.admission.key_delay(self._address)
        if seconds:
            self.end_for_now("attempts", seconds)
        elif isinstance(hello, PassHello):
            await self._admit_kernel(hello)
        else:
            await self._authenticate(hello)

    def on_close(self) -> None:
        """Leave the room."""
        super().on_close()
        # As in the socket of members: no cycle is left.
        expiry, self._expiry = self._expiry, None
        if expiry is not None:
            expiry.cancel()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
            if self._pass is not None:
                self._sharing.passes.disconnect(self._pass, connection.dismiss)

    @property
    def _address(self) -> str:
        return self.request.remote_ip or ""

    def _read(self, message: str | bytes) -> GuestHello | PassHello:
        if isinstance(message, bytes):
            raise msgspec.ValidationError("Expected a text frame, found a binary one")
        hello = decode_hello(message)
        if isinstance(hello, PassHello):
            if not self.edits:
                raise msgspec.ValidationError(
                    f"Expected the subprotocol {EDIT_DIALECT} with a pass, found none"
                )
            return hello
        if (hello.secret is UNSET) == (hello.resume is UNSET):
            raise msgspec.ValidationError("Expected hello with either secret or resume")
        if self.edits and hello.key is UNSET:
            raise msgspec.ValidationError("Expected hello with key, found none")
        return hello

    async def _authenticate(self, hello: GuestHello) -> None:
        admission = self._sharing.admission
        try:
            room, guest = await admission.authenticate(hello)
        except RoomNotFound:
            return self._refuse(InviteNotValid())
        except InviteRefused as refusal:
            if not isinstance(refusal, InviteNotValid):
                admission.accept_key(self._address)
            return self._refuse(refusal)
        except (ServerFull, StorageFailure) as failure:
            admission.accept_key(self._address)
            return self._unreadable(failure)
        admission.accept_key(self._address)
        if self.ended:
            return
        connection = self._connection = self._connect(room, guest)
        if self.edits:
            connection.begin_edits(guest.client_id, hello)
        else:
            connection.begin_files(guest.client_id)
        if connection.joined:
            self._sharing.invites.enter(guest, connection)
        self._end_at_expiry(guest.invite, connection)

    def _connect(self, room: Room, guest: GuestIdentity) -> Connection:
        context, sharing = self.context, self._sharing
        return Connection(
            self.hub,
            context.throttle,
            room,
            guest,
            self,
            sharing.suggestions,
            on_leave=partial(sharing.invites.leave, guest),
            source=context.suggestion_source(guest=True),
            runs=RunAccess(context.runs),
        )

    async def _admit_kernel(self, hello: PassHello) -> None:
        """Create the connection of a kernel that has a pass."""
        passes = self._sharing.passes
        try:
            found = passes.find(hello.room, hello.secret)
            self._sharing.admission.accept_key(self._address)
            identity = PassIdentity(found.maker)
            await identity.read_role()
            room = await self._room_of(found, hello)
            if not self.ended:
                self._join(room, identity, found, hello)
        except PassEnded as ended:
            self.end(ended.ending.code, str(ended))
        except RoomNotFound:
            self.end(DELETED.code, DELETED.reason)
        except (ServerFull, StorageFailure) as failure:
            self._unreadable(failure)

    async def _room_of(self, found: Pass, hello: PassHello) -> Room:
        room = await self.hub.open(found.maker.room_id)
        if room.record.epoch != found.maker.epoch:
            # It was deleted, and another one has its id.
            raise RoomNotFound(found.maker.room_id)
        if isinstance(hello.version, int):
            await room.catch_up(hello.version)
        return room

    def _join(
        self, room: Room, identity: PassIdentity, found: Pass, hello: PassHello
    ) -> None:
        context = self.context
        connection = PassConnection(
            self.hub,
            context.throttle,
            room,
            identity,
            self,
            runs=RunAccess(context.runs, found.maker.may_run),
        )
        self._sharing.passes.connect(found, connection.dismiss)
        self._connection, self._pass = connection, found
        connection.begin_edits(client_id_for(room, identity, hello.key), hello)

    def _unreadable(self, failure: ServerFull | StorageFailure) -> None:
        if isinstance(failure, ServerFull):
            return self.end(Close.TRY_LATER, str(failure))
        self.end(Close.STORAGE_LOST, f"The room cannot be read: {failure}.")

    def _refuse(self, refusal: InviteRefused) -> None:
        self.end(_CLOSES[type(refusal)], str(refusal))

    def _end_at_expiry(self, invite: Invite, connection: Connection) -> None:
        # A monotonic timer: changes of the system's clock do not matter.
        self._expiry = asyncio.get_running_loop().call_later(
            invite.expires_at - invite.seen_at,
            connection.dismiss,
            Ending(Close.INVITE_EXPIRED, str(InviteExpired())),
        )
