"""The SQL of invites, in PostgreSQL; other servers are told of what changes."""

from __future__ import annotations

from ...core.invites import Invite, Resume
from ...core.roles import GuestRole
from ..invites import InviteNotFound, TooManyInvites
from ..sql.rows import ALIVE, INVITES, invite_of, invite_row
from .connection import Connection, Line
from .log import lock

_ADD = """
insert into invite values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
_AGE = f"""
update invite set seen_at = greatest(seen_at, $1),
                  expired = greatest(seen_at, $1) >= expires_at
where {ALIVE}
"""
_USE = f"""
update invite set uses = uses + 1, last_used_at = $1 where id = $2 and {ALIVE}
returning id
"""
_RESUME = """
insert into resume values ($1, $2, $3, $4) on conflict (digest) do update
set invite = excluded.invite, client_id = excluded.client_id,
    expires_at = excluded.expires_at
"""
_TELL = "select pg_notify('pairedit', 'room ' || $1 || ' ' || $2)"


class PostgresInvites:
    """Invites in the database of a store; ``server`` is which one tells the others."""

    def __init__(self, line: Line, server: str) -> None:
        self._line = line
        self._server = server

    async def add(self, invite: Invite, most: int) -> None:
        """See ``InviteStore.add``."""
        count = f"select count(*) from invite where room = $1 and {ALIVE}"

        async def add(db: Connection) -> None:
            async with db.transaction():
                await lock(db, invite.room_id)
                if await db.fetchval(count, invite.room_id) >= most:
                    raise TooManyInvites(most)
                await db.execute(_ADD, *invite_row(invite))

        await self._line.do(add)

    async def find(self, invite_id: str) -> Invite | None:
        """See ``InviteStore.find``."""
        return await self._line.read(lambda db: _find(db, invite_id))

    async def of_room(self, room_id: str) -> list[Invite]:
        """See ``InviteStore.of_room``."""
        sql = f"{INVITES} where room = $1 order by created_at, id"
        rows = await self._line.read(lambda db: db.fetch(sql, room_id))
        return [invite_of(row) for row in rows]

    async def use(self, invite_id: str, now: float, resume: Resume) -> Invite | None:
        """See ``InviteStore.use``."""

        async def use(db: Connection) -> Invite | None:
            async with db.transaction():
                await db.execute(f"{_AGE} and id = $2", now, invite_id)
                if await db.fetchval(_USE, now, invite_id) is not None:
                    await db.execute(
                        _RESUME,
                        resume.digest,
                        resume.invite_id,
                        resume.client_id,
                        resume.expires_at,
                    )
                return await _find(db, invite_id)

        return await self._line.do(use)

    async def age(self, now: float) -> None:
        """See ``InviteStore.age``."""

        async def age(db: Connection) -> None:
            await db.execute(_AGE, now)
            await db.execute("delete from resume where expires_at <= $1", now)

        await self._line.do(age)

    async def change_role(self, room_id: str, invite_id: str, role: GuestRole) -> None:
        """See ``InviteStore.change_role``."""
        await self._change(room_id, invite_id, "role = $3", role)

    async def revoke(self, room_id: str, invite_id: str, now: float) -> None:
        """See ``InviteStore.revoke``."""
        await self._change(room_id, invite_id, "revoked_at = $3", now)

    async def _change(
        self, room_id: str, invite_id: str, change: str, value: object
    ) -> None:
        sql = f"update invite set {change} where room = $1 and id = $2 and {ALIVE}"

        async def update(db: Connection) -> None:
            async with db.transaction():
                returned = f"{sql} returning id"
                if await db.fetchval(returned, room_id, invite_id, value) is None:
                    raise InviteNotFound
                await db.execute(_TELL, self._server, room_id)

        await self._line.do(update)

    async def resume(self, digest: str) -> Resume | None:
        """See ``InviteStore.resume``."""
        sql = "select * from resume where digest = $1"
        row = await self._line.read(lambda db: db.fetchrow(sql, digest))
        return None if row is None else Resume(*row)

    async def forget_resumes(self, invite_id: str, client_id: str) -> None:
        """See ``InviteStore.forget_resumes``."""
        sql = "delete from resume where invite = $1 and client_id = $2"
        await self._line.do(lambda db: db.execute(sql, invite_id, client_id))

    async def lock(self, room_id: str, locked: bool) -> None:
        """See ``InviteStore.lock``."""

        async def change(db: Connection) -> None:
            async with db.transaction():
                await lock(db, room_id)
                if locked:
                    sql = "insert into lock values ($1) on conflict do nothing"
                else:
                    sql = "delete from lock where room = $1"
                await db.execute(sql, room_id)
                await db.execute(_TELL, self._server, room_id)

        await self._line.do(change)

    async def is_locked(self, room_id: str) -> bool:
        """See ``InviteStore.is_locked``."""
        sql = "select exists (select from lock where room = $1)"
        found = await self._line.read(lambda db: db.fetchval(sql, room_id))
        return bool(found)


async def _find(db: Connection, invite_id: str) -> Invite | None:
    row = await db.fetchrow(f"{INVITES} where id = $1", invite_id)
    return None if row is None else invite_of(row)
