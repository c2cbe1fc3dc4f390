"""Invites: the key of a guest link, its verification, and the end of an invite.

A key is a random secret of 256 bits. The server stores only its SHA-256; a slow hash is
unnecessary for a secret that cannot be guessed. Verification takes the same time
whether or not the invite exists.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace

from .identifiers import is_room_id
from .roles import GuestRole

_UNKNOWN = hashlib.sha256(b"pairedit-no-invite").hexdigest()
"""The digest to compare with if the invite does not exist. No key has it."""


class InviteRefused(Exception):
    """The invite does not admit anybody. The message is for the guest."""

    problem: str

    def __init__(self) -> None:
        super().__init__(f"This link {self.problem}. Ask for a new one.")


class InviteNotValid(InviteRefused):
    """The invite is unknown, or the key or the room is not that of the invite."""

    problem = "is not valid"


class InviteExpired(InviteRefused):
    """The invite has expired."""

    problem = "has expired"


class InviteRevoked(InviteRefused):
    """The invite was revoked."""

    problem = "was revoked"


@dataclass(frozen=True, slots=True)
class Invite:
    """An invite to one room. Times are in seconds since 1970."""

    invite_id: str
    room_id: str
    role: GuestRole
    label: str
    digest: str
    """The result of ``digest_of`` for its id and key."""
    created_by: str
    created_at: float
    expires_at: float
    seen_at: float
    """The latest time at which it was checked. Never decreases."""
    expired: bool = False
    """Set by the first check after ``expires_at``, and never reset."""
    revoked_at: float | None = None
    last_used_at: float | None = None
    uses: int = 0
    locked: bool = False
    """All guests of the room are read-only for now."""

    @property
    def effective_role(self) -> GuestRole:
        """The role of its guests now."""
        return "view" if self.locked else self.role

    @property
    def refusal(self) -> InviteRefused | None:
        """The reason why it admits nobody, or None."""
        if self.revoked_at is not None:
            return InviteRevoked()
        return InviteExpired() if self.expired else None

    def checked_at(self, now: float) -> Invite:
        """Return the invite after a check at ``now``, which may expire it."""
        seen_at = max(self.seen_at, now)
        expired = self.expired or seen_at >= self.expires_at
        return replace(self, seen_at=seen_at, expired=expired)


@dataclass(frozen=True, slots=True)
class Resume:
    """A token with which one client of an invite reconnects without the key."""

    digest: str
    """The result of ``resume_digest_of`` for the token."""
    invite_id: str
    client_id: str
    expires_at: float
    """In seconds since 1970."""


def digest_of(invite_id: str, secret: str) -> str:
    """Return the digest of an invite's secret that is stored, in hexadecimal."""
    return _digest("pairedit-invite-1", invite_id, secret)


def resume_digest_of(invite_id: str, token: str) -> str:
    """Return the digest of a resume token that is stored, in hexadecimal."""
    return _digest("pairedit-resume-1", invite_id, token)


def _digest(purpose: str, invite_id: str, secret: str) -> str:
    return hashlib.sha256(f"{purpose}{invite_id}{secret}".encode()).hexdigest()


def lookup_id(invite_id: str) -> str:
    """Return the id, or a well-formed id that never exists.

    Malformed and unknown ids then cost the same lookup.
    """
    return invite_id if is_room_id(invite_id) else "0" * 22


def verify(
    invite: Invite | None, *, room_id: str, known: str | None, presented: str
) -> Invite:
    """Return the invite if it is of the room and the digests are equal.

    ``known`` is the stored digest of the key or the resume token, or None.
    ``presented`` is the digest of what the guest sent. Raises ``InviteNotValid``; the
    time it takes does not depend on the reason.
    """
    valid = hmac.compare_digest((known or _UNKNOWN).encode(), presented.encode())
    room = "" if invite is None else invite.room_id
    valid &= hmac.compare_digest(room.encode(), room_id.encode())
    if invite is None or known is None or not valid:
        raise InviteNotValid
    return invite


def guest_link(base: str, invite: Invite, secret: str) -> str:
    """Return the guest link. Browsers do not send the part after the # to servers."""
    return f"{base}pairedit/guest#{invite.room_id}.{invite.invite_id}.{secret}"
