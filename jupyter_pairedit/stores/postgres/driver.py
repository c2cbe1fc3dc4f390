"""Runs store operations on a connection to PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from ..sql.operation import (
    Access,
    All,
    Compute,
    Many,
    Notify,
    One,
    Operation,
    Run,
    Step,
)
from .connection import PostgresConnection
from .session import Connection

T = TypeVar("T")

_REORGANIZING = 30.0
"""Seconds that an operation may take that changes many rows."""


class PostgresDriver:
    """Runs operations on ``connection``; other servers see them as from ``server``."""

    def __init__(self, connection: PostgresConnection, server: str) -> None:
        self._connection = connection
        self._server = server

    async def run(self, access: Access, start: Callable[[], Operation[T]]) -> T:
        """Run an operation; see ``Driver``."""

        async def in_transaction(db: Connection) -> T:
            async with db.transaction():
                return await self._run(db, start())

        async def in_view(db: Connection) -> T:
            async with db.transaction(isolation="repeatable_read", readonly=True):
                return await self._run(db, start())

        match access:
            case "read":
                return await self._connection.read(lambda db: self._run(db, start()))
            case "read consistently":
                return await self._connection.read(in_view)
            case "write" | "grow" | "append":
                return await self._connection.do(in_transaction)
            case "reorganize":
                return await self._connection.do(
                    in_transaction, time_limit=_REORGANIZING
                )

    async def _run(self, db: Connection, operation: Operation[T]) -> T:
        result: Any = None
        while True:
            try:
                step = operation.send(result)
            except StopIteration as end:
                value: T = end.value
                return value
            result = await self._do(db, step)

    async def _do(self, db: Connection, step: Step) -> Any:
        match step:
            case One(sql, args):
                return await db.fetchrow(sql, *args)
            case All(sql, args):
                return await db.fetch(sql, *args)
            case Run(sql, args):
                # The command tag ends with the number of rows: "INSERT 0 1".
                return int((await db.execute(sql, *args)).rpartition(" ")[2])
            case Many(sql, rows):
                return await db.executemany(sql, rows)
            case Notify(what, room_id):
                notice = f"{what} {self._server} {room_id}"
                return await db.execute("select pg_notify('pairedit', $1)", notice)
            case Compute(function):
                return await asyncio.to_thread(function)
