"""The rooms of a server are synced together."""

from __future__ import annotations

import asyncio
import logging

import pytest

from jupyter_pairedit.rooms.syncs import Syncs
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import SteeredStore, until


class Log:
    """A log that counts how far it was synced."""

    def __init__(self, head: int) -> None:
        self.head = head
        self.outcomes: list[tuple[int, StorageFailure | None]] = []

    def synced(self, version: int, failure: StorageFailure | None) -> None:
        self.outcomes.append((version, failure))


class Broken(Log):
    """A log that cannot take the outcome."""

    def synced(self, version: int, failure: StorageFailure | None) -> None:
        raise ValueError("broken")


async def test_what_is_committed_during_a_sync_shares_the_next_one(
    store: SteeredStore,
) -> None:
    syncs, first, others = Syncs(store), Log(1), [Log(2), Log(3), Log(4)]
    syncs_made = 0
    sync = store.synced

    async def synced() -> None:
        nonlocal syncs_made
        syncs_made += 1
        await sync()

    store.synced = synced  # type: ignore[method-assign]
    store.sync_go.clear()
    syncs.soon(first)
    await store.sync_called.wait()
    first.head = 9
    for each in others:
        syncs.soon(each)
        syncs.soon(each)
    store.sync_go.set()
    await until(lambda: bool(others[-1].outcomes))

    # Not 9: that was committed after the sync had begun.
    assert first.outcomes == [(1, None)]
    assert [each.outcomes for each in others] == [[(2, None)], [(3, None)], [(4, None)]]
    assert syncs_made == 2


async def test_a_failure_is_the_outcome_of_each_log_and_the_next_sync_is_tried(
    store: SteeredStore,
) -> None:
    syncs, logs = Syncs(store), [Log(1), Log(2)]
    store.fail_sync = True
    for each in logs:
        syncs.soon(each)
    await syncs.round()
    store.fail_sync = False
    syncs.soon(logs[0])
    await syncs.round()

    (version, failure), second = logs[0].outcomes
    assert (version, second) == (1, (1, None))
    assert isinstance(failure, StorageFailure)
    assert logs[1].outcomes == [(2, failure)]


async def test_a_log_that_cannot_take_the_outcome_holds_up_no_other(
    store: SteeredStore, caplog: pytest.LogCaptureFixture
) -> None:
    syncs, broken, log = Syncs(store), Broken(1), Log(2)

    with caplog.at_level(logging.CRITICAL, "jupyter_pairedit.rooms.syncs"):
        syncs.soon(broken)
        syncs.soon(log)
        await asyncio.wait_for(syncs.round(), 10)

    assert log.outcomes == [(2, None)]
