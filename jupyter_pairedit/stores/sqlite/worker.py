"""A thread that runs waiting jobs in batches."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Job(Generic[T]):
    """A function to call in the thread, and the future of its caller."""

    do: Callable[[], T]
    future: asyncio.Future[T]
    outcome: T | BaseException | None = None


class WorkerClosed(Exception):
    """The worker has been closed."""


class Worker:
    """Runs jobs in one thread, for callers in any number of event loops.

    ``run`` is called in the thread with all jobs that wait. It sets the ``outcome`` of
    each: the value, or the exception to raise in the caller.
    """

    def __init__(self, name: str, run: Callable[[Sequence[Job[Any]]], None]) -> None:
        self._run = run
        self._waiting: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def do(self, job: Callable[[], T]) -> T:
        """Call ``job`` in the thread; return its value or raise its exception."""
        if self._closed:
            raise WorkerClosed
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.put(Job(job, future))
        return await future

    def close(self) -> None:
        """Finish the jobs that wait, then end the thread. May be called again."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            batch, go_on = self._take()
            if batch:
                self._run(batch)
                self._report(batch)
            if not go_on:
                return

    def _take(self) -> tuple[list[Job[Any]], bool]:
        job = self._waiting.get()
        batch: list[Job[Any]] = []
        try:
            while job is not None:
                batch.append(job)
                job = self._waiting.get_nowait()
        except Empty:
            return batch, True
        return batch, False

    @staticmethod
    def _report(batch: Sequence[Job[Any]]) -> None:
        for loop in {job.future.get_loop() for job in batch}:
            # Raised by a closed loop, whose callers are gone.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, batch, loop)


def _settle(batch: Sequence[Job[Any]], loop: asyncio.AbstractEventLoop) -> None:
    for job in batch:
        if job.future.get_loop() is not loop or job.future.done():
            continue
        if isinstance(job.outcome, BaseException):
            job.future.set_exception(job.outcome)
        else:
            job.future.set_result(job.outcome)
