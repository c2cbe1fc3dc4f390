"""Invites and what lets guests resume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

from ...core.invites import Invite, Resume
from ...core.roles import GuestRole
from ..errors import InviteNotFound, ResumeNotFound, TooManyInvites
from .log import lock
from .operation import All, Many, Notify, One, Operation, Operations, Run, operation
from .rows import INVITE, invite_of, invite_row

_ALIVE = "revoked_at is null and not expired"
"""The condition of an invite that lets people in, as of ``seen_at``."""
_ADD = f"""
insert into invite ({INVITE})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
_SELECT = f"""
select {INVITE}, exists (select 1 from lock where lock.room = invite.room) from invite
"""
_AGE = f"""
update invite set seen_at = case when seen_at < $1 then $1 else seen_at end,
                  expired = (seen_at >= expires_at or $1 >= expires_at)
where {_ALIVE}
"""
_USE = f"""
update invite set uses = uses + 1, last_used_at = $1 where id = $2 and {_ALIVE}
"""
_KEEP_RESUME = """
insert into resume (digest, invite, client_id, expires_at) values ($1, $2, $3, $4)
on conflict (digest) do update
set invite = excluded.invite, client_id = excluded.client_id,
    expires_at = excluded.expires_at
"""
_RESUME = "select digest, invite, client_id, expires_at from resume where digest = $1"
_RENEW_RESUMES = "update resume set expires_at = $2 where digest = any($1)"
_FORGET_RESUMES = "delete from resume where invite = $1 and client_id = $2"


class SQLInvites(Operations):
    """The operations of ``InviteStore``."""

    @operation("write")
    def add(self, invite: Invite, most: int) -> Operation[None]:
        """Store a new invite; see ``InviteStore.add``."""
        yield from lock(invite.room_id)
        (alive,) = yield One(
            f"select count(*) from invite where room = $1 and {_ALIVE}", invite.room_id
        )
        if alive >= most:
            raise TooManyInvites(most)
        yield Run(_ADD, *invite_row(invite))

    @operation("read")
    def find(self, invite_id: str) -> Operation[Invite | None]:
        """Find an invite; see ``InviteStore.find``."""
        return (yield from _find(invite_id))

    @operation("read")
    def of_room(self, room_id: str) -> Operation[list[Invite]]:
        """List the invites of a room; see ``InviteStore.of_room``."""
        rows = yield All(f"{_SELECT} where room = $1 order by created_at, id", room_id)
        return [invite_of(row) for row in rows]

    @operation("write")
    def use(
        self, invite_id: str, now: float, resume: Resume, *, again: bool = False
    ) -> Operation[Invite | None]:
        """Use an invite if it is alive; see ``InviteStore.use``."""
        if again and (yield One(f"{_RESUME} for update", resume.digest)) is None:
            raise ResumeNotFound
        yield Run(f"{_AGE} and id = $2", now, invite_id)
        if (yield Run(_USE, now, invite_id)):
            yield Run(_KEEP_RESUME, *astuple(resume))
        return (yield from _find(invite_id))

    @operation("write")
    def age(self, now: float) -> Operation[None]:
        """Expire invites and delete old resumes; see ``InviteStore.age``."""
        yield Run(_AGE, now)
        yield Run("delete from resume where expires_at <= $1", now)

    @operation("write")
    def change_role(
        self, room_id: str, invite_id: str, role: GuestRole
    ) -> Operation[None]:
        """Change the role of an invite; see ``InviteStore.change_role``."""
        yield from _change(room_id, invite_id, "role = $3", role)

    @operation("write")
    def revoke(self, room_id: str, invite_id: str, now: float) -> Operation[None]:
        """Revoke an invite; see ``InviteStore.revoke``."""
        yield from _change(room_id, invite_id, "revoked_at = $3", now)

    @operation("write")
    def replace(
        self, room_id: str, revoked: Sequence[str], new: Sequence[Invite], now: float
    ) -> Operation[None]:
        """Revoke invites and store others; see ``InviteStore.replace``."""
        yield from lock(room_id)
        chosen = f"room = $1 and id = any($2) and {_ALIVE}"
        (alive,) = yield One(
            f"select count(*) from invite where {chosen}", room_id, list(revoked)
        )
        if alive < len(revoked):
            raise InviteNotFound
        revoke = f"update invite set revoked_at = $3 where {chosen}"
        yield Run(revoke, room_id, list(revoked), now)
        yield Many(_ADD, [invite_row(each) for each in new])
        yield Notify("room", room_id)

    @operation("read")
    def resume(self, digest: str) -> Operation[Resume | None]:
        """Find a resume; see ``InviteStore.resume``."""
        row = yield One(_RESUME, digest)
        return None if row is None else Resume(*row)

    @operation("write")
    def renew_resumes(
        self, digests: Sequence[str], expires_at: float
    ) -> Operation[None]:
        """Let resumes expire later; see ``InviteStore.renew_resumes``."""
        yield Run(_RENEW_RESUMES, list(digests), expires_at)

    @operation("write")
    def forget_resumes(self, invite_id: str, client_id: str) -> Operation[None]:
        """Delete the resumes of a client; see ``InviteStore.forget_resumes``."""
        yield Run(_FORGET_RESUMES, invite_id, client_id)

    @operation("write")
    def lock(self, room_id: str, locked: bool) -> Operation[None]:
        """Make all guests of a room read-only, or undo it; see ``InviteStore.lock``."""
        yield from lock(room_id)
        if locked:
            yield Run("insert into lock values ($1) on conflict do nothing", room_id)
        else:
            yield Run("delete from lock where room = $1", room_id)
        yield Notify("room", room_id)

    @operation("read")
    def is_locked(self, room_id: str) -> Operation[bool]:
        """Return whether guests are read-only; see ``InviteStore.is_locked``."""
        (locked,) = yield One(
            "select exists (select 1 from lock where room = $1)", room_id
        )
        return bool(locked)


def _find(invite_id: str) -> Operation[Invite | None]:
    row = yield One(f"{_SELECT} where id = $1", invite_id)
    return None if row is None else invite_of(row)


def _change(
    room_id: str, invite_id: str, assignment: str, value: object
) -> Operation[None]:
    changed = yield Run(
        f"update invite set {assignment} where room = $1 and id = $2 and {_ALIVE}",
        room_id,
        invite_id,
        value,
    )
    if not changed:
        raise InviteNotFound
    yield Notify("room", room_id)
