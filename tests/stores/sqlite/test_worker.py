"""The thread that runs jobs in batches."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

from jupyter_pairedit.stores.sqlite.worker import Job, Worker


async def test_jobs_that_arrive_during_a_batch_are_the_next_batch() -> None:
    busy, go = threading.Event(), threading.Event()
    batches: list[int] = []

    def run(batch: Sequence[Job[Any]]) -> None:
        batches.append(len(batch))
        busy.set()
        go.wait()
        for job in batch:
            job.outcome = job.do()

    worker = Worker("test", run)
    first = asyncio.create_task(worker.do(lambda: 1))
    await asyncio.to_thread(busy.wait)
    others = [asyncio.create_task(worker.do(partial(int, n))) for n in (2, 3)]
    await asyncio.sleep(0)
    go.set()

    assert await asyncio.gather(first, *others) == [1, 2, 3]
    assert batches == [1, 2]
    worker.close()


def test_a_closed_event_loop_does_not_affect_another() -> None:
    busy, go = threading.Event(), threading.Event()

    def run(batch: Sequence[Job[Any]]) -> None:
        busy.set()
        go.wait()
        for job in batch:
            job.outcome = job.do()

    async def ask_and_leave() -> None:
        first = asyncio.create_task(worker.do(lambda: 1))
        await asyncio.to_thread(busy.wait)
        second = asyncio.create_task(worker.do(lambda: 2))
        await asyncio.sleep(0)
        assert not first.done() and not second.done()

    async def ask() -> int:
        third = asyncio.create_task(worker.do(lambda: 3))
        await asyncio.sleep(0)
        go.set()
        return await asyncio.wait_for(third, 30)

    worker = Worker("test", run)
    asyncio.run(ask_and_leave())
    assert asyncio.run(ask()) == 3
    worker.close()
