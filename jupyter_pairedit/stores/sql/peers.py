"""The clients of servers that share a database."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple
from typing import Any

from ...core.carets import Caret
from ..errors import StorageFailure
from ..peers import DEAD, Announcement, Head, PeerClient, PeerEntry, Refusal
from .operation import (
    All,
    Driver,
    Many,
    Notify,
    Operation,
    Operations,
    Run,
    operation,
)
from .rows import Row

_CLIENT = "client_id, person, name, color, label, version, anchor, head"
"""The columns of the table ``seat`` that describe a client."""

_HEADS = """
select id, epoch, coalesce((select max(version) from revision where room = id), 0),
       changes, run_changes
from room where id = any($1)
"""
_CLIENTS_OF = f"""
select room, number, server, removed_by, {_CLIENT}
from seat where room = any($1) and server = any($2)
order by number
"""
_HEARTBEAT = """
insert into server (id, seen_at) values ($1, now())
on conflict (id) do update set seen_at = excluded.seen_at
"""
_DELETE_DEAD = f"delete from server where seen_at <= now() - interval '{DEAD} seconds'"
_DELETE_OTHER_SERVERS = "delete from server where not (id = any($1))"
_DELETE_OTHERS = """
delete from seat where server = $1 and room = $2 and not (client_id = any($3))
"""
_DELETE_LEFT = """
delete from seat where server = $1 and room = $2 and client_id = any($3)
"""
_ANNOUNCE = f"""
insert into seat (server, room, {_CLIENT})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (server, room, client_id) do update
set name = excluded.name, version = excluded.version,
    anchor = excluded.anchor, head = excluded.head
"""
_CLIENTS = f"""
select room, number, server, removed_by, {_CLIENT}
from seat join server on server.id = seat.server
where room = any($1) and seen_at > now() - interval '{DEAD} seconds'
order by number
"""
_LIVING = f"select id from server where seen_at > now() - interval '{DEAD} seconds'"
_REFUSE = """
insert into refusal (room, number, server, name, guest)
select id, 1, $2, $3, $4 from room where id = $1
on conflict (room) do update
set number = refusal.number + 1, server = excluded.server, name = excluded.name,
    guest = excluded.guest
"""
_REFUSALS = "select room, number, server, name, guest from refusal where room = any($1)"
_REMOVE = "update seat set removed_by = $3 where room = $1 and client_id = $2"


class SQLPeers(Operations):
    """The operations of ``PeerStore`` but for ``wait``.

    ``alive`` returns the ids of the servers that are alive, or None where only their
    heartbeats tell.
    """

    def __init__(
        self,
        driver: Driver,
        server: str,
        alive: Callable[[], list[str] | None] = lambda: None,
    ) -> None:
        super().__init__(driver)
        self.server = server
        self._alive = alive
        self._announced = False
        """Whether the database may know this server."""

    @operation("read")
    def heads(self, room_ids: Iterable[str]) -> Operation[dict[str, Head]]:
        """Return the heads of logs; see ``PeerStore.heads``."""
        rows = yield All(_HEADS, list(room_ids))
        return {room_id: Head(*head) for room_id, *head in rows}

    @property
    def alone(self) -> bool:
        """Return whether there is no other server; see ``PeerStore.alone``."""
        return self._alive() == [self.server]

    async def announce(self, changes: Sequence[Announcement]) -> None:
        """Store changes of the clients of rooms; see ``PeerStore.announce``."""
        self._announced = True
        await self._announce(changes)

    @operation("read")
    def clients(self, room_ids: Iterable[str]) -> Operation[dict[str, list[PeerEntry]]]:
        """Return the clients of rooms; see ``PeerStore.clients``."""
        clients: dict[str, list[PeerEntry]] = {room_id: [] for room_id in room_ids}
        alive = self._alive()
        if alive is None:
            rows = yield All(_CLIENTS, list(clients))
        else:
            rows = yield All(_CLIENTS_OF, list(clients), alive)
        for room_id, number, server, removed_by, *columns in rows:
            client = _client_of(*columns)
            clients[room_id].append(PeerEntry(number, server, client, removed_by))
        return clients

    @operation("write")
    def request_removal(self, room_id: str, client_id: str, by: str) -> Operation[bool]:
        """Request the removal of a client; see ``PeerStore.request_removal``."""
        found = yield Run(_REMOVE, room_id, client_id, by)
        yield Notify("people", room_id)
        return bool(found)

    @operation("write")
    def refuse(self, room_id: str, name: str, is_guest: bool) -> Operation[None]:
        """Store who found no seat; see ``PeerStore.refuse``."""
        if (yield Run(_REFUSE, room_id, self.server, name, is_guest)):
            yield Notify("seat", room_id)

    @operation("read")
    def refusals(self, room_ids: Iterable[str]) -> Operation[dict[str, Refusal]]:
        """Return who last found no seat; see ``PeerStore.refusals``."""
        rows = yield All(_REFUSALS, list(room_ids))
        return {
            room_id: Refusal(number, server, name, bool(is_guest))
            for room_id, number, server, name, is_guest in rows
        }

    @operation("read")
    def living(self) -> Operation[list[str]]:
        """Return the servers that are alive; see ``PeerStore.living``."""
        alive = self._alive()
        if alive is None:
            alive = [server for (server,) in (yield All(_LIVING))]
        return alive

    async def heartbeat(self) -> None:
        """Record that this server is alive; see ``PeerStore.heartbeat``."""
        if self._alive() is None:
            self._announced = True
            await self._heartbeat()

    async def close(self) -> None:
        """Withdraw all clients; see ``PeerStore.close``."""
        if self._announced:
            self._announced = False
            with contextlib.suppress(StorageFailure):
                await self._withdraw()

    @operation("write")
    def _heartbeat(self) -> Operation[None]:
        yield Run(_HEARTBEAT, self.server)
        yield Run(_DELETE_DEAD)

    @operation("write")
    def _announce(self, changes: Sequence[Announcement]) -> Operation[None]:
        yield Run(_HEARTBEAT, self.server)
        alive = self._alive()
        if alive is not None:
            yield Run(_DELETE_OTHER_SERVERS, alive)
        for change in changes:
            where = (self.server, change.room_id)
            if change.left is None:
                others = [each.client_id for each in change.clients]
                yield Run(_DELETE_OTHERS, *where, others)
            elif change.left:
                yield Run(_DELETE_LEFT, *where, list(change.left))
            rows = [(*where, *_client_row(each)) for each in change.clients]
            yield Many(_ANNOUNCE, rows)
            yield Notify("people", change.room_id)

    @operation("write")
    def _withdraw(self) -> Operation[None]:
        rooms = yield All(
            "select distinct room from seat where server = $1", self.server
        )
        yield Run("delete from server where id = $1", self.server)
        for (room_id,) in rooms:
            yield Notify("people", room_id)


def _client_row(client: PeerClient) -> Row:
    *columns, _ = astuple(client)
    caret = client.caret
    place = (caret.version, caret.anchor, caret.head) if caret else (None, None, None)
    return (*columns, *place)


def _client_of(client_id: str, *columns: Any) -> PeerClient:
    person, name, color, label, version, anchor, head = columns
    caret = None if version is None else Caret(client_id, anchor, head, version)
    return PeerClient(client_id, person, name, color, label, caret)
