"""What the invites of rooms ask of a store."""

from __future__ import annotations

from typing import Protocol

from ..core.invites import Invite, Resume
from ..core.roles import GuestRole
from .base import StoreError


class InviteNotFound(StoreError):
    """The room has no such invite that still lets anybody in."""

    def __init__(self) -> None:
        super().__init__("There is no such link, or it has ended already.")


class TooManyInvites(StoreError):
    """The room has as many as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"A room has at most {most} links at a time: revoke one first."
        )


class InviteStore(Protocol):
    """Invites of rooms. Every method may raise ``StorageFailure``.

    An invite that has expired or was revoked stays so, whatever comes later; rooms that
    are deleted take theirs along. Never is a secret among what is stored.
    """

    async def add(self, invite: Invite, most: int) -> None:
        """Keep a new invite.

        Raises ``RoomNotFound``, and ``TooManyInvites`` where the room has ``most``
        that are neither revoked nor expired.
        """

    async def find(self, invite_id: str) -> Invite | None:
        """Give an invite, in whatever state it is."""

    async def of_room(self, room_id: str) -> list[Invite]:
        """List the invites of a room in the order in which they were made."""

    async def use(self, invite_id: str, now: float, resume: Resume) -> Invite | None:
        """Look at an invite, and let one in with it, if it lets anybody in.

        Gives it as it is then, on disk. If it is alive, this use is counted and
        ``resume`` is kept; one of the same digest is replaced.
        """

    async def age(self, now: float) -> None:
        """Look at all invites, see ``Invite.seen``; forget resumes that are over."""

    async def change_role(self, room_id: str, invite_id: str, role: GuestRole) -> None:
        """Change what an invite allows. Raises ``InviteNotFound``."""

    async def revoke(self, room_id: str, invite_id: str, now: float) -> None:
        """Take an invite back. Raises ``InviteNotFound``."""

    async def resume(self, digest: str) -> Resume | None:
        """Find what lets a client come back; it may be over."""

    async def forget_resumes(self, invite_id: str, client_id: str) -> None:
        """Let a client of an invite not come back without the key."""

    async def lock(self, room_id: str, locked: bool) -> None:
        """Let all guests of a room only look, or no longer. Raises ``RoomNotFound``."""

    async def is_locked(self, room_id: str) -> bool:
        """Say whether all guests of a room only look."""
