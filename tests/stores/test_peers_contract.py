"""Servers on one database, in every store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from jupyter_pairedit.core.carets import Caret
from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.peers import (
    EVERYTHING,
    Announcement,
    Head,
    Notice,
    PeerClient,
    Refusal,
)
from tests.making import ROOM, insert, record, revision, run

GUARD = 30.0
"""Seconds after which a wait fails; no test waits that long to succeed."""

OTHER = "S" * 22
ANN = PeerClient("ann-1", "ann", "Ann", 1)
BOB = PeerClient("bob-1", "guest i bob-1", "Bob", 7, "for Bob", Caret("bob-1", 1, 2, 3))


@pytest.fixture
def other(
    open_again: Callable[[], Store], jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Store]:
    """The store of another server on the same database."""
    other = open_again()
    yield other
    jp_asyncio_loop.run_until_complete(other.close())


@asynccontextmanager
async def notified(store: Store) -> AsyncIterator[set[Notice]]:
    """The notices that a store receives for changes within the block."""
    notices: set[Notice] = set()
    async with asyncio.timeout(GUARD):
        assert EVERYTHING in await store.peers.wait()
        yield notices
        notices |= set(await store.peers.wait())


async def test_another_server_is_notified_of_an_append(
    store: Store, other: Store
) -> None:
    await store.create(record(), "")

    async with notified(other) as notices:
        await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])

    assert notices & {EVERYTHING, Notice("log", ROOM)}
    assert await other.peers.heads([ROOM, OTHER]) == {ROOM: Head("epoch", 1)}


async def test_another_server_is_notified_of_a_deletion(
    store: Store, other: Store
) -> None:
    await store.create(record(), "")

    async with notified(other) as notices:
        await store.delete(ROOM, 2_000.0)

    assert notices & {EVERYTHING, Notice("room", ROOM)}
    assert await other.peers.heads([ROOM]) == {}


async def test_another_server_is_notified_of_a_lock(store: Store, other: Store) -> None:
    await store.create(record(), "")

    async with notified(other) as notices:
        await store.invites.lock(ROOM, True)

    assert notices & {EVERYTHING, Notice("room", ROOM)}


@pytest.mark.parametrize("change", ["add", "change", "import"])
async def test_another_server_is_notified_of_runs(
    store: Store, other: Store, change: str
) -> None:
    await store.create(record(), "")
    new = await store.runs.add(ROOM, run("running"), 9, 9)

    async with notified(other) as notices:
        if change == "add":
            await store.runs.add(ROOM, run("asked"), 9, 9)
        elif change == "change":
            await store.runs.change(ROOM, new, [Output(0, "stdout", "x")])
        else:
            await store.runs.import_run(ROOM, replace(run("done"), number=9), [], 9, 9)

    assert notices & {EVERYTHING, Notice("run", ROOM)}
    assert (await other.peers.heads([ROOM]))[ROOM] == Head("epoch", 0, 0, 2)


async def test_another_server_is_notified_of_clients(
    store: Store, other: Store
) -> None:
    async with notified(other) as notices:
        await store.peers.announce([Announcement(ROOM, [ANN, BOB])])

    assert notices & {EVERYTHING, Notice("people", ROOM)}
    taken = (await other.peers.clients([ROOM, OTHER]))[ROOM]
    assert [(each.client, each.server, each.removed_by) for each in taken] == [
        (ANN, store.peers.server, None),
        (BOB, store.peers.server, None),
    ]


async def test_only_the_given_rooms_are_returned(store: Store, other: Store) -> None:
    await store.peers.announce([Announcement(ROOM, [ANN])])

    assert await other.peers.clients([OTHER]) == {OTHER: []}
    assert await other.peers.heads([]) == {}


async def test_a_client_keeps_its_number(store: Store, other: Store) -> None:
    await store.peers.announce([Announcement(ROOM, [ANN])])
    await other.peers.announce([Announcement(ROOM, [BOB])])
    moved = replace(ANN, caret=Caret("ann-1", 0, 0, 7))
    await store.peers.announce(
        [Announcement(ROOM, [replace(ANN, client_id="ann-2"), moved])]
    )

    taken = (await other.peers.clients([ROOM]))[ROOM]

    assert [each.client.client_id for each in taken] == ["ann-1", "bob-1", "ann-2"]
    assert taken[0].client == moved
    assert taken[0].number < taken[1].number < taken[2].number


async def test_clients_that_have_left_are_deleted(store: Store, other: Store) -> None:
    await store.peers.announce([Announcement(ROOM, [ANN, BOB])])
    await store.peers.announce([Announcement(ROOM, [BOB])])
    await store.peers.announce([Announcement(OTHER, [])])

    taken = await other.peers.clients([ROOM, OTHER])

    assert [each.client for each in taken[ROOM]] == [BOB]
    assert taken[OTHER] == []


async def test_changes_of_several_rooms_are_stored_together(
    store: Store, other: Store
) -> None:
    cem = PeerClient("cem-1", "cem", "Cem", 3)
    await store.peers.announce([Announcement(ROOM, [ANN, BOB])])
    await other.peers.announce([Announcement(ROOM, [replace(ANN, person="other")])])

    async with notified(other) as notices:
        await store.peers.announce(
            [Announcement(ROOM, [cem], ["ann-1"]), Announcement(OTHER, [ANN], [])]
        )

    rooms = {Notice("people", ROOM), Notice("people", OTHER)}
    assert EVERYTHING in notices or rooms <= notices
    taken = await store.peers.clients([ROOM, OTHER])
    of = {
        room_id: [(each.server, each.client) for each in entries]
        for room_id, entries in taken.items()
    }
    assert of == {
        ROOM: [
            (store.peers.server, BOB),
            (other.peers.server, replace(ANN, person="other")),
            (store.peers.server, cem),
        ],
        OTHER: [(store.peers.server, ANN)],
    }


async def test_nobody_is_alone_with_another_server(
    store: Store, open_again: Callable[[], Store]
) -> None:
    other = open_again()
    assert not store.peers.alone
    assert not other.peers.alone
    await other.close()


async def test_a_server_that_closes_withdraws_its_clients(
    store: Store, other: Store
) -> None:
    await store.peers.announce([Announcement(ROOM, [ANN])])
    async with notified(other) as notices:
        await store.close()

    assert notices & {EVERYTHING, Notice("people", ROOM)}
    assert await other.peers.clients([ROOM]) == {ROOM: []}


async def test_the_clients_of_a_server_without_heartbeats_are_ignored(
    store: Store,
    other: Store,
    do_sql: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for each in (store, other):
        # As for SQLite on a network disk; elsewhere locks replace the heartbeats.
        monkeypatch.setattr(each.peers, "_alive", lambda: None)
    await store.peers.announce([Announcement(ROOM, [ANN])])
    do_sql("update {schema}server set seen_at = {long_ago}")
    assert await other.peers.clients([ROOM]) == {ROOM: []}

    await store.peers.heartbeat()
    assert len((await other.peers.clients([ROOM]))[ROOM]) == 1

    do_sql("update {schema}server set seen_at = {long_ago}")
    await other.peers.heartbeat()
    await store.peers.heartbeat()
    assert await other.peers.clients([ROOM]) == {ROOM: []}


async def test_servers_with_heartbeats_are_alive(
    store: Store,
    other: Store,
    do_sql: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for each in (store, other):
        monkeypatch.setattr(each.peers, "_alive", lambda: None)
    await store.peers.heartbeat()
    await other.peers.announce([Announcement(ROOM, [ANN])])
    servers = {store.peers.server, other.peers.server}
    assert set(await store.peers.living()) == servers

    do_sql("update {schema}server set seen_at = {long_ago}")
    assert list(await store.peers.living()) == []
    await other.peers.heartbeat()
    assert list(await store.peers.living()) == [other.peers.server]


async def test_a_server_that_closes_is_not_alive(
    store: Store, open_again: Callable[[], Store]
) -> None:
    closing = open_again()
    await store.peers.heartbeat()
    await closing.peers.heartbeat()
    before = set(await store.peers.living())
    await closing.close()

    assert before == {store.peers.server, closing.peers.server}
    assert set(await store.peers.living()) == {store.peers.server}


async def test_a_server_requests_the_removal_of_a_client(
    store: Store, other: Store
) -> None:
    await store.peers.announce([Announcement(ROOM, [ANN, BOB])])

    async with notified(store) as notices:
        assert await other.peers.request_removal(ROOM, "bob-1", "Cem")
        assert not await other.peers.request_removal(OTHER, "bob-1", "Cem")

    assert notices & {EVERYTHING, Notice("people", ROOM)}
    await store.peers.announce([Announcement(ROOM, [ANN, BOB])])
    taken = (await store.peers.clients([ROOM]))[ROOM]
    assert [each.removed_by for each in taken] == [None, "Cem"]


async def test_a_server_is_not_notified_of_its_own_changes(
    store: Store, other: Store
) -> None:
    """Unless the database tells only that something has changed."""
    await store.create(record(), "")
    async with notified(store) as notices:
        await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])
        await other.peers.announce([Announcement(OTHER, [ANN])])

    assert notices in ({EVERYTHING}, {Notice("people", OTHER)})


async def test_another_server_is_notified_of_a_refusal(
    store: Store, other: Store
) -> None:
    await store.create(record(), "")
    await store.peers.refuse(ROOM, "Ann", True)
    first = (await other.peers.refusals([ROOM, OTHER]))[ROOM]

    async with notified(other) as notices:
        await store.peers.refuse(ROOM, "Bob", False)

    assert notices & {EVERYTHING, Notice("seat", ROOM)}
    assert first == Refusal(first.number, store.peers.server, "Ann", True)
    found = await other.peers.refusals([ROOM, OTHER])
    assert set(found) == {ROOM}
    assert found[ROOM].name == "Bob"
    assert found[ROOM].is_guest is False
    assert found[ROOM].number != first.number


async def test_a_refusal_is_deleted_with_its_room(store: Store) -> None:
    await store.peers.refuse(ROOM, "Ann", True)
    assert await store.peers.refusals([ROOM]) == {}
    await store.create(record(), "")
    await store.peers.refuse(ROOM, "Ann", True)

    await store.delete(ROOM, 2_000.0)

    assert await store.peers.refusals([ROOM]) == {}
    assert await store.peers.refusals([]) == {}
