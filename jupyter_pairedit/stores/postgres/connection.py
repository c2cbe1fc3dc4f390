"""A connection to PostgreSQL that is opened on first use, and again when lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from ..errors import StorageFailure, StoreError
from .errors import (
    CONNECTION_ERRORS,
    DATABASE_ERRORS,
    is_about_values,
    reason,
)
from .session import Connection, connect

T = TypeVar("T")
Work = Callable[[Connection], Awaitable[T]]

_FIRST_DELAY, _LONGEST_DELAY = 0.05, 2.0
"""Seconds between two attempts to connect; each delay is twice the one before."""


class PostgresConnection:
    """Runs one task after the other on a connection of its own.

    ``timeout`` is how many seconds a task may take, with connecting. After it the
    connection is dropped, and the outcome of the task is unknown. ``first``, then
    ``prepare``, are called with each new connection.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        settings: Mapping[str, str] | None = None,
        prepare: Work[None] | None = None,
        first: Work[None] | None = None,
    ) -> None:
        self._url = url
        self._timeout = timeout
        self._settings = dict(settings or {})
        self._preparing = [work for work in (first, prepare) if work is not None]
        self._connection: Connection | None = None
        self._lock = asyncio.Lock()
        self._closed = False
        self._delay = 0.0
        self._not_before = 0.0
        self._failure = ""
        self._working: set[asyncio.Task[object]] = set()

    async def do(self, work: Work[T], *, time_limit: float | None = None) -> T:
        """Run ``work`` on the connection after the tasks that wait already.

        It is not interrupted when the caller is cancelled. ``time_limit`` replaces
        ``timeout``. Raises ``StorageFailure``, and each ``StoreError`` of ``work``.
        """
        if self._closed:
            raise StorageFailure("the store is closed")
        return await asyncio.shield(self._start(work, time_limit or self._timeout))

    def do_soon(self, work: Work[object]) -> None:
        """Run ``work`` as ``do`` does, without waiting. Its errors are dropped."""
        if not self._closed:
            task = self._start(work, self._timeout)
            # Marks it as retrieved.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _start(self, work: Work[T], time_limit: float) -> asyncio.Task[T]:
        task = asyncio.create_task(self._do(work, time_limit))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` that only reads: once more if the connection had been lost."""
        try:
            return await self.do(work)
        except _Lost:
            return await self.do(work)

    async def close(self) -> None:
        """Finish the tasks that wait, then disconnect. May be called again."""
        self._closed = True
        await asyncio.gather(*self._working, return_exceptions=True)
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                await connection.close(timeout=1.0)
            except DATABASE_ERRORS:
                connection.terminate()

    async def _do(self, work: Work[T], time_limit: float) -> T:
        async with self._lock:
            used = self._connection is not None
            try:
                return await self._within(time_limit, work)
            except StoreError:
                raise
            except DATABASE_ERRORS as error:
                lost = self._is_lost(error)
                if lost:
                    self._drop()
                if lost and used and not isinstance(error, TimeoutError):
                    raise _Lost(reason(error)) from error
                raise StorageFailure(reason(error)) from error

    async def _within(self, time_limit: float, work: Work[T]) -> T:
        task = asyncio.create_task(self._run(work))
        try:
            done, _ = await asyncio.wait({task}, timeout=time_limit)
        finally:
            if not task.done():
                # Before it is cancelled: a rollback would wait for the database, too.
                self._drop()
                task.cancel()
        if done:
            return task.result()
        await asyncio.gather(task, return_exceptions=True)
        raise TimeoutError

    async def _run(self, work: Work[T]) -> T:
        return await work(await self._connected())

    async def _connected(self) -> Connection:
        connection = self._connection
        if connection is not None and not connection.is_closed():
            return connection
        now = asyncio.get_running_loop().time
        if now() < self._not_before:
            raise StorageFailure(self._failure)
        try:
            self._connection = await connect(self._url, self._settings)
            for prepare in self._preparing:
                await prepare(self._connection)
        except (asyncio.CancelledError, StorageFailure, *DATABASE_ERRORS) as error:
            self._drop()
            self._delay = min(max(_FIRST_DELAY, 2 * self._delay), _LONGEST_DELAY)
            self._not_before = now() + self._delay
            self._failure = _reason(error)
            raise
        self._delay = 0.0
        return self._connection

    def _is_lost(self, error: BaseException) -> bool:
        connection = self._connection
        if connection is not None and connection.is_closed():
            return True
        lost = isinstance(error, (TimeoutError, *CONNECTION_ERRORS))
        return lost and not is_about_values(error)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


def _reason(error: BaseException) -> str:
    if isinstance(error, StorageFailure):
        return str(error)
    # The timeout of ``_within`` arrives as a cancellation.
    cancelled = isinstance(error, asyncio.CancelledError)
    return reason(TimeoutError() if cancelled else error)


class _Lost(StorageFailure):
    """A connection that had worked was lost; a new one may work."""
