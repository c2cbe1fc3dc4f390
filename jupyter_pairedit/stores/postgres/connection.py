"""A connection to PostgreSQL that is made when it is needed, and again when lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias, TypeVar

import asyncpg

from ..base import StorageFailure, StoreError
from .errors import LOST, TROUBLE, reason

T = TypeVar("T")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Work = Callable[[Connection], Awaitable[T]]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
"""Seconds between two attempts to connect: each time twice as long."""


class Line:
    """Does one piece of work after the other on a connection of its own.

    ``patience`` is how many seconds a piece of work may take, connecting included;
    then the connection is given up, and what it did is unknown.
    """

    def __init__(
        self,
        url: str,
        *,
        patience: float,
        settings: Mapping[str, str] | None = None,
        prepare: Work[None] | None = None,
    ) -> None:
        self._url = url
        self._patience = patience
        self._settings = dict(settings or {})
        self._prepare = prepare
        self._connection: Connection | None = None
        self._lock = asyncio.Lock()
        self._closed = False
        self._pause = 0.0
        self._not_before = 0.0
        self._trouble = ""
        self._working: set[asyncio.Task[object]] = set()

    async def do(self, work: Work[T], *, patience: float | None = None) -> T:
        """Do ``work`` on the connection, when it is its turn.

        Goes on to its end when the caller is cancelled. Raises ``StorageFailure``, and
        each ``StoreError`` of ``work``. ``patience`` is for work that may take longer.
        """
        if self._closed:
            raise StorageFailure("the store is closed")
        task = asyncio.create_task(self._do(work, patience or self._patience))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return await asyncio.shield(task)

    async def read(self, work: Work[T]) -> T:
        """Do ``work`` that changes nothing: again where an old connection was lost."""
        try:
            return await self.do(work)
        except _Lost:
            return await self.do(work)

    async def close(self) -> None:
        """Finish what waits, then let go of the connection. May be called again."""
        self._closed = True
        await asyncio.gather(*self._working, return_exceptions=True)
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                await connection.close(timeout=1.0)
            except TROUBLE:
                connection.terminate()

    async def _do(self, work: Work[T], patience: float) -> T:
        async with self._lock:
            used = self._connection is not None
            try:
                async with asyncio.timeout(patience):
                    return await work(await self._connected())
            except StoreError:
                raise
            except TROUBLE as error:
                lost = self._is_lost(error)
                if lost:
                    self._drop()
                if lost and used and not isinstance(error, TimeoutError):
                    raise _Lost(reason(error)) from error
                raise StorageFailure(reason(error)) from error

    async def _connected(self) -> Connection:
        connection = self._connection
        if connection is not None and not connection.is_closed():
            return connection
        now = asyncio.get_running_loop().time
        if now() < self._not_before:
            raise StorageFailure(self._trouble)
        try:
            self._connection = await connect(self._url, self._settings)
            if self._prepare is not None:
                await self._prepare(self._connection)
        except (asyncio.CancelledError, *TROUBLE) as error:
            # Cancelled is how a timeout looks from inside.
            self._drop()
            self._pause = min(max(_FIRST_PAUSE, 2 * self._pause), _LONGEST_PAUSE)
            self._not_before = now() + self._pause
            cancelled = isinstance(error, asyncio.CancelledError)
            self._trouble = reason(TimeoutError() if cancelled else error)
            raise
        self._pause = 0.0
        return self._connection

    def _is_lost(self, error: BaseException) -> bool:
        connection = self._connection
        return isinstance(error, (TimeoutError, *LOST)) or (
            connection is not None and connection.is_closed()
        )

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


class _Lost(StorageFailure):
    """A connection that had worked was lost: another one may work."""


async def connect(url: str, settings: Mapping[str, str]) -> Connection:
    """Connect, with our settings."""
    return await asyncpg.connect(
        url,
        server_settings={
            "application_name": "jupyter_pairedit",
            "search_path": "pairedit",
            **settings,
        },
    )
