"""The SQL of invites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlite_utils import Database

from ...core.invites import Invite, Resume
from ...core.roles import GuestRole
from ..base import RoomNotFound
from ..invites import InviteNotFound, TooManyInvites
from ..sql.rows import ALIVE, INVITES, invite_of, invite_row

T = TypeVar("T")

_ADD = "insert into invite values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_AGE = f"""
update invite set seen_at = max(seen_at, :now),
                  expired = max(seen_at, :now) >= expires_at
where {ALIVE}
"""
_USE = f"""
update invite set uses = uses + 1, last_used_at = :now where id = :id and {ALIVE}
"""


class Run(Protocol):
    """Does a job with the database, in the thread that is there for it."""

    async def __call__(self, job: Callable[[Database], T]) -> T:
        """Do it. Raises ``StorageFailure``, or what the job raises."""


class SQLiteInvites:
    """Invites in the SQLite file of a store."""

    def __init__(self, write: Run, read: Run) -> None:
        self._write = write
        self._read = read

    async def add(self, invite: Invite, most: int) -> None:
        """See ``InviteStore.add``."""

        def add(db: Database) -> None:
            _expect_room(db, invite.room_id)
            where = f"room = ? and {ALIVE}"
            if db["invite"].count_where(where, [invite.room_id]) >= most:
                raise TooManyInvites(most)
            db.execute(_ADD, invite_row(invite))

        await self._write(add)

    async def find(self, invite_id: str) -> Invite | None:
        """See ``InviteStore.find``."""
        return await self._read(lambda db: _find(db, invite_id))

    async def of_room(self, room_id: str) -> list[Invite]:
        """See ``InviteStore.of_room``."""
        sql = f"{INVITES} where room = ? order by created_at, id"
        return await self._read(
            lambda db: [invite_of(row) for row in db.execute(sql, [room_id])]
        )

    async def use(self, invite_id: str, now: float, resume: Resume) -> Invite | None:
        """See ``InviteStore.use``."""

        def use(db: Database) -> Invite | None:
            where = {"id": invite_id, "now": now}
            db.execute(f"{_AGE} and id = :id", where)
            if db.execute(_USE, where).rowcount:
                db.execute(
                    "insert or replace into resume values (?, ?, ?, ?)",
                    [
                        resume.digest,
                        resume.invite_id,
                        resume.client_id,
                        resume.expires_at,
                    ],
                )
            return _find(db, invite_id)

        return await self._write(use)

    async def age(self, now: float) -> None:
        """See ``InviteStore.age``."""

        def age(db: Database) -> None:
            db.execute(_AGE, {"now": now})
            db.execute("delete from resume where expires_at <= ?", [now])

        await self._write(age)

    async def change_role(self, room_id: str, invite_id: str, role: GuestRole) -> None:
        """See ``InviteStore.change_role``."""
        await self._change(room_id, invite_id, "role = ?", role)

    async def revoke(self, room_id: str, invite_id: str, now: float) -> None:
        """See ``InviteStore.revoke``."""
        await self._change(room_id, invite_id, "revoked_at = ?", now)

    async def _change(
        self, room_id: str, invite_id: str, change: str, value: object
    ) -> None:
        sql = f"update invite set {change} where room = ? and id = ? and {ALIVE}"

        def update(db: Database) -> None:
            if not db.execute(sql, [value, room_id, invite_id]).rowcount:
                raise InviteNotFound

        await self._write(update)

    async def resume(self, digest: str) -> Resume | None:
        """See ``InviteStore.resume``."""

        def resume(db: Database) -> Resume | None:
            sql = "select * from resume where digest = ?"
            row = db.execute(sql, [digest]).fetchone()
            return None if row is None else Resume(*row)

        return await self._read(resume)

    async def forget_resumes(self, invite_id: str, client_id: str) -> None:
        """See ``InviteStore.forget_resumes``."""
        sql = "delete from resume where invite = ? and client_id = ?"
        await self._write(lambda db: db.execute(sql, [invite_id, client_id]) and None)

    async def lock(self, room_id: str, locked: bool) -> None:
        """See ``InviteStore.lock``."""

        def lock(db: Database) -> None:
            _expect_room(db, room_id)
            if locked:
                db.execute("insert or ignore into lock values (?)", [room_id])
            else:
                db.execute("delete from lock where room = ?", [room_id])

        await self._write(lock)

    async def is_locked(self, room_id: str) -> bool:
        """See ``InviteStore.is_locked``."""
        return await self._read(
            lambda db: bool(db["lock"].count_where("room = ?", [room_id]))
        )


def _expect_room(db: Database, room_id: str) -> None:
    if not db["room"].count_where("id = ?", [room_id]):
        raise RoomNotFound(room_id)


def _find(db: Database, invite_id: str) -> Invite | None:
    row = db.execute(f"{INVITES} where id = ?", [invite_id]).fetchone()
    return None if row is None else invite_of(row)
