"""What survives the end of the process, and what survives a loss of power."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.protocol import Close, WriteId
from jupyter_pairedit.rooms.durable import DurableVersion, Syncs
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import ROOM, SteeredStore, insert, message_in, record, until

ANN = Writer("ann-1", "Ann")
BOB = Writer("bob-1", "Bob")


async def opened(store: SteeredStore) -> Room:
    await store.create(record(), "")
    return Room(await store.load(ROOM), store, Limits(), lambda: 0.0)


def joined(room: Room, writer: Writer, *, accepts: bool) -> EditReader:
    """Join, and read all that there is."""
    reader = EditReader(writer.client_id, writer.author, writer.author, accepts=accepts)
    room.audience.join(reader)
    return reader


def read(room: Room, reader: EditReader) -> list[dict[str, object]]:
    """Return the frames but for presence."""
    found = []
    while (frame := reader.next(room)) is not None:
        found.append(json.loads(message_in(frame)))
    return [each for each in found if each["type"] != "presence"]


async def test_an_edit_is_accepted_when_it_is_committed_and_saved_when_it_is_synced(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    ann, bob = joined(room, ANN, accepts=True), joined(room, BOB, accepts=True)
    read(room, ann), read(room, bob)
    store.sync_go.clear()

    await room.push(ANN, 0, [insert(0, 0, "x")])
    seen, before = read(room, bob), read(room, ann)
    awaits_disk, later = ann.awaits_disk, room.audience.change
    store.sync_go.set()
    await later.wait()

    assert [each["type"] for each in seen] == ["code_update"]
    assert before == [{"type": "accepted"}]
    assert awaits_disk
    assert read(room, ann) == [{"type": "saved"}]
    assert read(room, bob) == []
    await room.settle()


async def test_a_client_that_does_not_know_accepted_is_sent_its_edit_after_the_sync(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    ann = joined(room, ANN, accepts=False)
    read(room, ann)
    store.sync_go.clear()

    await room.push(BOB, 0, [insert(0, 0, "b")])
    await room.push(ANN, 0, [insert(0, 0, "a")])
    await room.push(BOB, 2, [insert(2, 2, "b")])
    before = read(room, ann)
    later = room.audience.change
    store.sync_go.set()
    await later.wait()
    await until(lambda: room.durable.version == 3)

    assert [each["updates"] for each in before] == [[["bob-1", [[0, "b"]]]]]
    (after,) = read(room, ann)
    assert isinstance(after["updates"], list)
    assert [client for client, *_ in after["updates"]] == ["ann-1", "bob-1"]
    await room.settle()


async def test_a_sync_covers_only_what_was_committed_before_it_began(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    ann = joined(room, ANN, accepts=True)
    read(room, ann)
    store.sync_go.clear()
    await room.push(ANN, 0, [insert(0, 0, "x")])
    await store.sync_called.wait()

    await room.push(ANN, 1, [insert(1, 1, "y")])
    read(room, ann)
    later = room.audience.change
    store.sync_go.set()
    await later.wait()
    first = read(room, ann)
    await until(lambda: room.durable.version == 2)

    assert first == [{"type": "saved", "version": 1}]
    assert read(room, ann) == [{"type": "saved"}]
    await room.settle()


async def test_who_waits_for_a_version_learns_nothing_of_later_ones(
    store: SteeredStore,
) -> None:
    head = 1
    durable = DurableVersion(
        store,
        Syncs(store),
        lambda: head,
        advanced=lambda: None,
        failed=lambda failure: pytest.fail(str(failure)),
    )
    store.sync_go.clear()
    waiting = asyncio.ensure_future(durable.wait(1))
    await store.sync_called.wait()
    head = 2  # committed after the sync had begun
    store.sync_go.set()
    await waiting

    assert durable.version == 1


async def test_a_whole_file_write_is_answered_after_the_sync(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    ann = joined(room, ANN, accepts=True)
    read(room, ann)
    store.sync_go.clear()

    await room.write(ANN, "x")
    ann.acknowledge_write(room, WriteId("writer_1", 1))
    before = read(room, ann)
    later = room.audience.change
    store.sync_go.set()
    await later.wait()

    assert [each["type"] for each in before] == ["code_update"]
    assert read(room, ann) == [{"type": "saved", "version": 1, "id": ["writer_1", 1]}]
    await room.settle()


@pytest.mark.parametrize("accepts", [True, False])
async def test_a_write_that_changes_nothing_is_not_answered_before_the_sync(
    store: SteeredStore, accepts: bool
) -> None:
    room = await opened(store)
    ann = joined(room, ANN, accepts=accepts)
    read(room, ann)
    store.sync_go.clear()
    await room.push(BOB, 0, [insert(0, 0, "x")])
    read(room, ann)

    await room.write(ANN, "x")
    ann.acknowledge_write(room, WriteId("writer_1", 1))
    before = read(room, ann)
    later = room.audience.change
    store.sync_go.set()
    await later.wait()

    assert before == []
    assert read(room, ann) == [{"type": "saved", "version": 1, "id": ["writer_1", 1]}]
    await room.settle()


async def test_a_client_that_resumes_receives_what_is_saved(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    await room.push(ANN, 0, [insert(0, 0, "x")])
    ann = EditReader("ann-1", "Ann", "Ann", accepts=True)
    ann.version = 1
    ann.confirm_saved(1)
    room.audience.join(ann)
    await until(lambda: room.durable.version == 1)

    assert read(room, ann) == [{"type": "saved"}]
    await room.settle()


async def test_a_write_by_rest_returns_after_the_sync(store: SteeredStore) -> None:
    hub = Hub(store, Limits(), now=lambda: 0.0, clock=lambda: 0.0)
    await hub.create("Ann", room_id=ROOM)
    store.sync_go.clear()

    writing = asyncio.ensure_future(hub.write(ROOM, ANN, "new"))
    await store.sync_called.wait()
    done = writing.done()
    store.sync_go.set()

    assert not done
    assert await writing == 1
    await (await hub.open(ROOM)).settle()


async def test_a_write_that_changes_nothing_waits_for_the_sync_of_what_it_found(
    store: SteeredStore,
) -> None:
    hub = Hub(store, Limits(), now=lambda: 0.0, clock=lambda: 0.0)
    await hub.create("Ann", room_id=ROOM, code="")
    store.sync_go.clear()
    room = await hub.open(ROOM)
    await room.push(BOB, 0, [insert(0, 0, "x")])

    writing = asyncio.ensure_future(hub.write(ROOM, ANN, "x"))
    await room.wait_for_writes()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.shield(writing)
    store.sync_go.set()

    assert await writing == 1
    await room.settle()


async def test_what_was_appended_before_the_log_was_read_anew_is_not_called_saved(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    ann = joined(room, ANN, accepts=True)
    read(room, ann)
    store.sync_go.clear()
    await room.push(ANN, 0, [insert(0, 0, "x")])

    # The connections were replaced before the sync of this room began.
    store.renewals += 1
    store.sync_go.set()
    await until(lambda: ann.ending is not None)

    assert read(room, ann) == [{"type": "accepted"}]
    with pytest.raises(StorageFailure, match="read anew"):
        await room.synced(1)
    await room.settle()


async def test_a_failed_sync_ends_the_connections_and_the_room_is_loaded_again(
    store: SteeredStore,
) -> None:
    hub = Hub(store, Limits(), now=lambda: 0.0, clock=lambda: 0.0)
    await hub.create("Ann", room_id=ROOM, code="")
    room = await hub.open(ROOM)
    ann = joined(room, ANN, accepts=True)
    read(room, ann)
    store.fail_sync = True

    await room.push(ANN, 0, [insert(0, 0, "x")])
    await until(lambda: ann.ending is not None)

    assert ann.ending is not None and ann.ending.code == Close.STORAGE_LOST
    assert read(room, ann) == [{"type": "accepted"}]
    with pytest.raises(StorageFailure):
        await room.synced(1)
    store.fail_sync = False
    assert await hub.open(ROOM) is not room
    await room.settle()


# --- the rooms of a server are synced together ---------------------------------------


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

    with caplog.at_level(logging.CRITICAL, "jupyter_pairedit.rooms.durable"):
        syncs.soon(broken)
        syncs.soon(log)
        await asyncio.wait_for(syncs.round(), 10)

    assert log.outcomes == [(2, None)]
