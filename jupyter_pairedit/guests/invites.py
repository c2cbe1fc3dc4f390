"""Guest links: creating, changing and revoking them, and removing guests.

When a method that restricts guests returns, the restriction is stored and effective:
nothing more is sent to the guests concerned, and nothing that they sent is pending.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from ..core.identifiers import mint_room_id
from ..core.invites import Invite, digest_of
from ..core.roles import GuestRole
from ..protocol import Close, Ending
from ..rooms.hub import Hub
from ..rooms.room import Room
from ..stores.errors import StorageFailure, StoreError
from .guest import GuestConnection, GuestIdentity, is_of
from .resumes import renew

_log = logging.getLogger(__name__)

T = TypeVar("T")

_EXPIRED = Ending(Close.INVITE_EXPIRED, "This link has expired. Ask for a new one.")
_REVOKED = Ending(Close.INVITE_REVOKED, "This link was revoked. Ask for a new one.")


class ParticipantNotFound(StoreError):
    """No client with that id is in the room."""

    def __init__(self) -> None:
        super().__init__("There is no such client in this room now.")


class NotAGuest(StoreError):
    """A person with Jupyter's login cannot be removed."""

    def __init__(self) -> None:
        super().__init__("Expected a guest, found somebody of this server.")


class Invites:
    """The invites to the rooms of a hub, and the guests who are connected by them.

    ``now`` returns seconds since 1970.
    """

    def __init__(self, hub: Hub, now: Callable[[], float]) -> None:
        self._hub = hub
        self._now = now
        self._locks = WeakValueDictionary[str, asyncio.Lock]()
        """By room id: held from a change in the store until it is effective for all
        guests. A busy room delays no change in another room."""
        self.changes = 0
        """Grows with each change: an admission that overlaps one checks again."""
        self._guests: dict[str, dict[GuestIdentity, GuestConnection]] = {}
        """By room id: the connected guests, in the order in which they came."""

    # --- connected guests -------------------------------------------------------------

    def enter(self, guest: GuestIdentity, connection: GuestConnection) -> None:
        """Add a guest whose connection has joined."""
        self._guests.setdefault(guest.invite.room_id, {})[guest] = connection

    def leave(self, guest: GuestIdentity) -> None:
        """Remove a guest whose connection has ended. May be called again."""
        room_id = guest.invite.room_id
        guests = self._guests.get(room_id, {})
        guests.pop(guest, None)
        if not guests:
            self._guests.pop(room_id, None)

    def guests_in(self, room_id: str) -> list[GuestIdentity]:
        """Return the connected guests of a room, one for each client."""
        return list(self._guests.get(room_id, ()))

    def _connection(self, guest: GuestIdentity) -> GuestConnection | None:
        return self._guests.get(guest.invite.room_id, {}).get(guest)

    def _dismiss(self, guest: GuestIdentity, ending: Ending) -> None:
        connection = self._connection(guest)
        if connection is not None:
            connection.dismiss(ending)

    def _role_changed(self, guest: GuestIdentity) -> None:
        connection = self._connection(guest)
        if connection is not None:
            connection.role_changed()

    def _changing(self, room_id: str) -> asyncio.Lock:
        return self._locks.setdefault(room_id, asyncio.Lock())

    # --- what members do --------------------------------------------------------------

    async def make(
        self, room_id: str, role: GuestRole, lifetime: float, label: str, by: str
    ) -> tuple[Invite, str]:
        """Create an invite; return it and its secret, which is not stored.

        Raises ``RoomNotFound`` or ``TooManyInvites``.
        """
        now = self._now()
        invite, secret = _new_invite(room_id, role, label, by, now, now + lifetime)
        await self._hub.store.invites.add(invite, self._hub.limits.invites)
        return invite, secret

    async def alive(self, room_id: str) -> list[Invite]:
        """Return the invites that can be used, in the order of their creation."""
        now = self._now()
        found = await self._hub.store.invites.of_room(room_id)
        return [each for each in found if each.checked_at(now).refusal is None]

    def people_by(self, invite: Invite) -> list[str]:
        """Return the names of the people who are connected by an invite."""
        room = self._hub.opened(invite.room_id)
        people = () if room is None else room.audience.presence.people
        return [each.name for each in people if is_of(each.person, invite)]

    async def change_role(self, room_id: str, invite_id: str, role: GuestRole) -> None:
        """Change what an invite allows. Raises ``InviteNotFound``."""
        async with self._changing(room_id):
            await self._hub.store.invites.change_role(room_id, invite_id, role)
            await self._tell(room_id)

    async def revoke(self, room_id: str, invite_id: str) -> int:
        """Revoke an invite; return the number of connections that this has ended.

        Raises ``InviteNotFound``.
        """
        async with self._changing(room_id):
            await self._hub.store.invites.revoke(room_id, invite_id, self._now())
            return await self._shut_out(room_id, invite_id)

    async def renew(
        self, room_id: str, by: str
    ) -> tuple[list[tuple[Invite, str]], int]:
        """Revoke all invites, and create one like each, with the remaining time.

        Returns them with their secrets, and the number of ended connections. If it
        fails, no invite was revoked.
        """
        async with self._changing(room_id):
            now = self._now()
            before = await self.alive(room_id)
            after = [
                _new_invite(room_id, each.role, each.label, by, now, each.expires_at)
                for each in before
            ]
            revoked = [each.invite_id for each in before]
            new = [invite for invite, _ in after]
            await self._hub.store.invites.replace(room_id, revoked, new, now)
            ended = [await self._shut_out(room_id, each) for each in revoked]
            return after, sum(ended)

    async def lock(self, room_id: str, locked: bool) -> None:
        """Make all guests of a room view-only, or not. Raises ``RoomNotFound``."""
        async with self._changing(room_id):
            await self._hub.store.invites.lock(room_id, locked)
            await self._tell(room_id)

    async def kick(self, room_id: str, client_id: str, by: str) -> int:
        """Disconnect all clients of a guest; return their number.

        The link can still be used: revoke it to exclude the guest. Raises
        ``ParticipantNotFound`` or ``NotAGuest``.
        """
        room = await self._hub.open(room_id)
        guests = self.guests_in(room_id)
        guest = next((each for each in guests if each.client_id == client_id), None)
        if guest is None:
            return await self._kick_elsewhere(room, client_id, by)
        await self._hub.store.invites.forget_resumes(guest.invite.invite_id, client_id)
        # A guest who is resuming meanwhile checks once more, or has joined already.
        self.changes += 1
        guests = self.guests_in(room_id)
        clients = [each for each in guests if each.person == guest.person]
        for each in clients:
            self._dismiss(each, Ending(Close.KICKED, f"You were removed by {by}."))
        await room.wait_for_writes()
        return len(clients)

    async def _kick_elsewhere(self, room: Room, client_id: str, by: str) -> int:
        people = room.audience.presence.people
        person = next((each for each in people if client_id in each.clients), None)
        if person is None:
            raise ParticipantNotFound
        if person.label is None:
            raise NotAGuest
        await self._hub.store.peers.request_removal(room.record.room_id, client_id, by)
        return len(person.clients)

    async def reload(self, room_id: str) -> None:
        """Read the invites of a room again: another server may have changed them."""
        async with self._changing(room_id):
            await self._tell(room_id)

    async def kick_for_peer(self, room_id: str, client_id: str, by: str) -> None:
        """Kick a client that was removed on another server, if it is connected here."""
        with contextlib.suppress(ParticipantNotFound, NotAGuest):
            await self.kick(room_id, client_id, by)

    async def recheck(self) -> None:
        """Check the invites of all connected guests. Call it every few seconds.

        Another server on the same database may have changed some.
        """
        await self._attempt(self._renew_resumes, self._now())
        # Guests of revoked invites are removed even if the store takes no writes.
        await self._attempt(self._hub.store.invites.age, self._now())
        # All at once: neither a busy room nor one that cannot be read delays others.
        rooms = list(self._guests)
        await asyncio.gather(*(self._attempt(self.reload, each) for each in rooms))

    async def _renew_resumes(self, now: float) -> None:
        connected = [each for guests in self._guests.values() for each in guests]
        lifetime = self._hub.limits.resume
        await renew(self._hub.store.invites, connected, now, lifetime)

    async def _attempt(self, step: Callable[[T], Awaitable[object]], of: T) -> None:
        try:
            await step(of)
        except StorageFailure as failure:
            _log.warning("Invites cannot be looked at for now: %s.", failure)
        except Exception:
            _log.exception("Invites could not be looked at.")

    async def _shut_out(self, room_id: str, invite_id: str) -> int:
        """End the connections of a revoked invite; return their number.

        The store is not read again: it might not answer, and the guests would stay.
        """
        room = self._hub.opened(room_id)
        self.changes += 1
        if room is None:
            return 0
        guests = self.guests_in(room_id)
        out = [each for each in guests if each.invite.invite_id == invite_id]
        for guest in out:
            self._dismiss(guest, _REVOKED)
        await room.wait_for_writes()
        return len(out)

    async def _tell(self, room_id: str) -> int:
        """Apply the stored invites to the connected guests of a room."""
        room = self._hub.opened(room_id)
        self.changes += 1
        guests = self.guests_in(room_id)
        if room is None or not guests:
            return 0
        found = {
            each.invite_id: each
            for each in await self._hub.store.invites.of_room(room_id)
        }
        now = self._now()
        closed = 0
        for guest in guests:
            role = guest.role
            ending = _ending(guest, found.get(guest.invite.invite_id), now)
            if ending is not None:
                self._dismiss(guest, ending)
                closed += 1
            elif guest.role != role:
                self._role_changed(guest)
        room.audience.wake()
        await room.wait_for_writes()
        return closed


def _new_invite(
    room_id: str, role: GuestRole, label: str, by: str, now: float, expires_at: float
) -> tuple[Invite, str]:
    """Return a new invite and its secret; it is not stored yet."""
    invite_id, secret = mint_room_id(secrets.choice), secrets.token_urlsafe(32)
    digest = digest_of(invite_id, secret)
    invite = Invite(
        invite_id, room_id, role, label, digest, by, now, expires_at, seen_at=now
    )
    return invite, secret


def _ending(guest: GuestIdentity, found: Invite | None, now: float) -> Ending | None:
    """Update the invite of a guest; return an ending if it cannot be used any more."""
    if found is None:
        # The room was deleted, which ends the connections.
        return None
    if found.revoked_at is not None:
        return _REVOKED
    guest.invite = found.checked_at(now)
    return _EXPIRED if guest.invite.expired else None
