"""Authentication of guests, by the key of a link or by a resume token."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from msgspec import UNSET

from ..core.invites import (
    Invite,
    InviteExpired,
    InviteNotValid,
    Resume,
    digest_of,
    lookup_id,
    resume_digest_of,
    verify,
)
from ..core.names import clean_name
from ..core.ratelimit import PendingLimit, Rate
from ..protocol import GuestHello
from ..rooms.hub import Hub
from ..rooms.room import Room
from ..stores.errors import ResumeNotFound
from .guest import GuestIdentity
from .invites import Invites


class Admission:
    """Checks keys and limits attempts.

    ``now`` returns seconds since 1970; ``clock`` is monotonic, in seconds.
    """

    def __init__(
        self,
        hub: Hub,
        invites: Invites,
        *,
        now: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        limits = hub.limits
        self.pending = PendingLimit(limits.unseated, limits.unseated_per_address)
        """Sockets of guests that have not sent ``hello``; members are counted apart."""
        self._hub = hub
        self._invites = invites
        self._now = now
        self._clock = clock
        self._connects = Rate(limits.connects, limits.connects_per)
        self._guesses = Rate(limits.guesses, limits.guesses_per)
        self._guesses_of_all = Rate(limits.guesses_of_all, limits.guesses_per)

    def connect_delay(self, address: str) -> float:
        """Count a connection; return 0, or the seconds to wait before the next one."""
        return self._connects.take(address, self._clock())

    def key_delay(self, address: str) -> float:
        """Count a key as wrong before it is checked; return seconds to wait, or 0."""
        now = self._clock()
        seconds = self._guesses.take(address, now)
        if seconds:
            return seconds
        seconds = self._guesses_of_all.take("", now)
        if seconds:
            self._guesses.give_back(address)
        return seconds

    def accept_key(self, address: str) -> None:
        """Take back the count of a key that was right."""
        self._guesses.give_back(address)
        self._guesses_of_all.give_back("")

    async def authenticate(self, hello: GuestHello) -> tuple[Room, GuestIdentity]:
        """Check a key or a resume token; return the room and the guest.

        The guest must join before anything else is awaited, because changes of invites
        reach only guests who have joined. Raises ``InviteRefused``. No room is read
        before the key was checked.
        """
        invite, resume = await self._check(hello)
        room = await self._hub.open(invite.room_id)
        if isinstance(hello.version, int):
            await room.catch_up(hello.version)
        client_id = _client_id(room, hello, resume)
        if resume is not None and client_id != resume.client_id:
            raise InviteNotValid
        now = self._now()
        until = now + self._hub.limits.resume
        guest = GuestIdentity(invite, client_id, clean_name(hello.name), "", until)
        if not room.audience.presence.has_seat_for(guest.person, True):
            # To be refused. A guest who waits for a seat does not use the link.
            return room, guest
        token = hello.resume if isinstance(hello.resume, str) else _new_token()
        renewed = Resume(
            resume_digest_of(invite.invite_id, token),
            invite.invite_id,
            client_id,
            min(until, invite.expires_at),
        )
        after = await self._use(now, renewed, again=resume is not None)
        if after is None:
            raise InviteNotValid
        if after.refusal is not None:
            raise after.refusal
        return room, replace(guest, invite=after, resume=token)

    async def _use(self, now: float, resume: Resume, *, again: bool) -> Invite | None:
        """Use an invite; return it as it is after every change until now.

        ``again``: the guest resumes. Raises ``InviteNotValid`` if it may not any more.
        """
        store, invite_id = self._hub.store.invites, resume.invite_id
        changes = self._invites.changes
        try:
            after = await store.use(invite_id, now, resume, again=again)
            while changes != self._invites.changes:
                # A change meanwhile does not reach this guest, which has not joined.
                changes = self._invites.changes
                after = await store.find(invite_id)
                if again and await store.resume(resume.digest) is None:
                    raise ResumeNotFound
        except ResumeNotFound:
            raise InviteNotValid from None
        return after

    async def _check(self, hello: GuestHello) -> tuple[Invite, Resume | None]:
        store, invite_id = self._hub.store.invites, lookup_id(hello.invite)
        found = await store.find(invite_id)
        resume = None
        if isinstance(hello.resume, str):
            presented = resume_digest_of(invite_id, hello.resume)
            resume = await store.resume(presented)
            known = None if resume is None else resume.digest
        else:
            secret = "" if hello.secret is UNSET else hello.secret
            presented = digest_of(invite_id, secret)
            known = None if found is None else found.digest
        invite = verify(found, room_id=hello.room, known=known, presented=presented)
        now = self._now()
        refusal = invite.checked_at(now).refusal
        if isinstance(refusal, InviteExpired):
            # It stays expired even if the clock is set back.
            await store.age(now)
        if refusal is not None:
            raise refusal
        if resume is not None and resume.expires_at <= now:
            raise InviteExpired
        return invite, resume


def _client_id(room: Room, hello: GuestHello, resume: Resume | None) -> str:
    """Return the id of the client, which the client cannot choose."""
    if isinstance(hello.key, str):
        return room.client_id_of(hello.key)
    return secrets.token_urlsafe(9) if resume is None else resume.client_id


def _new_token() -> str:
    return secrets.token_urlsafe(32)
