"""Invites: the key in a link to one room, how it is checked, and when it ends.

A key is a secret of 256 bits. Only its digest is kept; a slow one is not needed, as
nobody can try so many. Checking costs the same whether there is such an invite or not.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace

from .identifiers import is_room_id, mint_room_id
from .roles import GuestRole

LABEL_LENGTH = 80
"""Characters of what an invite is called."""

_UNKNOWN = hashlib.sha256(b"pairedit-no-invite").hexdigest()
"""The digest of no key: what is compared where there is no such invite."""


class InviteRefused(Exception):
    """The way in is shut."""


class InviteNotValid(InviteRefused):
    """No such invite, another key, or the key of another room: all the same answer."""

    def __init__(self) -> None:
        super().__init__("This link is not valid. Ask for a new one.")


class InviteExpired(InviteRefused):
    """Its time is over."""

    def __init__(self) -> None:
        super().__init__("This link has expired. Ask for a new one.")


class InviteRevoked(InviteRefused):
    """Somebody took it back."""

    def __init__(self) -> None:
        super().__init__("This link was revoked. Ask for a new one.")


@dataclass(frozen=True, slots=True)
class Invite:
    """A way into one room. Times are seconds since 1970."""

    invite_id: str
    room_id: str
    role: GuestRole
    label: str
    digest: str
    """Of its id and secret, see ``digest_of``."""
    created_by: str
    created_at: float
    expires_at: float
    seen_at: float
    """The latest time at which it was looked at: its clock only goes forward."""
    expired: bool = False
    """Its end was seen. It stays so, whatever clocks say later."""
    revoked_at: float | None = None
    last_used_at: float | None = None
    uses: int = 0
    locked: bool = False
    """All guests of the room only look, for now."""

    @property
    def allows(self) -> GuestRole:
        """What its guests may do now."""
        return "view" if self.locked else self.role

    @property
    def refusal(self) -> InviteRefused | None:
        """Why it lets nobody in, or None."""
        if self.revoked_at is not None:
            return InviteRevoked()
        return InviteExpired() if self.expired else None

    def seen(self, now: float) -> Invite:
        """Look at it: once its end was seen, it has expired for good."""
        seen_at = max(self.seen_at, now)
        expired = self.expired or seen_at >= self.expires_at
        return replace(self, seen_at=seen_at, expired=expired)


@dataclass(frozen=True, slots=True)
class Resume:
    """What lets one client of an invite come back without the key."""

    digest: str
    invite_id: str
    client_id: str
    expires_at: float


def mint_invite_id(choice: Callable[[str], str]) -> str:
    """Make a new id: as long as that of a room, and of the same letters."""
    return mint_room_id(choice)


def digest_of(invite_id: str, secret: str) -> str:
    """Give what is kept of an invite's secret."""
    return _digest("pairedit-invite-1", invite_id, secret)


def resume_digest_of(invite_id: str, token: str) -> str:
    """Give what is kept of a token that resumes."""
    return _digest("pairedit-resume-1", invite_id, token)


def _digest(purpose: str, invite_id: str, secret: str) -> str:
    return hashlib.sha256(f"{purpose}{invite_id}{secret}".encode()).hexdigest()


def asked_for(invite_id: str) -> str:
    """Give the id to look up: what cannot be one is looked up as one that is not."""
    return invite_id if is_room_id(invite_id) else "0" * 22


def checked(
    invite: Invite | None, *, room_id: str, known: str | None, shown: str
) -> Invite:
    """Give the invite, where what was shown fits to it and to the room.

    ``known`` is the digest that is kept of its key, or of a token that resumes; None
    where there is none. Whatever does not fit, the same work is done and the same is
    raised: ``InviteNotValid``.
    """
    fits = hmac.compare_digest((known or _UNKNOWN).encode(), shown.encode())
    room = "" if invite is None else invite.room_id
    fits &= hmac.compare_digest(room.encode(), room_id.encode())
    if invite is None or known is None or not fits:
        raise InviteNotValid
    return invite


def link(base: str, invite: Invite, secret: str) -> str:
    """Give the link. What is after the # stays in the browser that opens it."""
    return f"{base}pairedit/guest#{invite.room_id}.{invite.invite_id}.{secret}"
