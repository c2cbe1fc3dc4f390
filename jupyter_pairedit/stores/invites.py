"""The interface of a store of invites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..core.invites import Invite, Resume
from ..core.roles import GuestRole


class InviteStore(Protocol):
    """The invites of rooms. Every method may raise ``StorageFailure``.

    An invite is alive until it is revoked or has expired, which is final. Deleting a
    room deletes its invites. Of keys and tokens only digests are stored.
    """

    async def add(self, invite: Invite, most: int) -> None:
        """Store a new invite.

        Raises ``RoomNotFound``, and ``TooManyInvites`` if ``most`` invites of the room
        are alive.
        """

    async def find(self, invite_id: str) -> Invite | None:
        """Return an invite, alive or not; None if there is none."""

    async def of_room(self, room_id: str) -> list[Invite]:
        """Return the invites of a room in the order of their creation."""

    async def use(
        self, invite_id: str, now: float, resume: Resume, *, again: bool = False
    ) -> Invite | None:
        """Update an invite to the time ``now`` and, if it is alive, use it.

        A use is counted, and ``resume`` stored. Returns the invite as it is then, None
        if there is none. ``again`` renews a resume with the same digest, and raises
        ``ResumeNotFound`` if it was deleted.
        """

    async def age(self, now: float) -> None:
        """Update all invites to the time ``now``; delete resumes that have expired."""

    async def change_role(self, room_id: str, invite_id: str, role: GuestRole) -> None:
        """Change the role of an invite. Raises ``InviteNotFound``."""

    async def revoke(self, room_id: str, invite_id: str, now: float) -> None:
        """Revoke an invite. Raises ``InviteNotFound``."""

    async def replace(
        self, room_id: str, revoked: Sequence[str], new: Sequence[Invite], now: float
    ) -> None:
        """Revoke some invites of a room and store others, all or nothing.

        ``revoked`` are ids. Raises ``RoomNotFound``, and ``InviteNotFound`` if one of
        them is not alive.
        """

    async def resume(self, digest: str) -> Resume | None:
        """Return the resume with a digest, expired or not; None if there is none."""

    async def renew_resumes(self, digests: Sequence[str], expires_at: float) -> None:
        """Let resumes expire at another time; deleted ones stay deleted."""

    async def forget_resumes(self, invite_id: str, client_id: str) -> None:
        """Delete the resumes of a client, which then needs the key again."""

    async def lock(self, room_id: str, locked: bool) -> None:
        """Make all guests of a room read-only, or not. Raises ``RoomNotFound``."""

    async def is_locked(self, room_id: str) -> bool:
        """Return whether all guests of a room are read-only."""
