"""What servers on one database tell each other; each test runs on each store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from jupyter_pairedit.core.carets import Caret
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.peers import EVERYTHING, Head, Notice, Seat
from tests.making import ROOM, insert, record, revision

GUARD = 30.0
"""Seconds after which something that should have come is given up; never waited for."""

OTHER = "S" * 22
ANN = Seat("ann-1", "ann", "Ann", 1)
BOB = Seat("bob-1", "guest i bob-1", "Bob", 7, "for Bob", Caret("bob-1", 1, 2, 3))


@pytest.fixture
def other(
    open_again: Callable[[], Store], jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Store]:
    """The store of another server, on the same database."""
    other = open_again()
    yield other
    jp_asyncio_loop.run_until_complete(other.close())


@asynccontextmanager
async def told(store: Store) -> AsyncIterator[set[Notice]]:
    """What a store is told inside of the block, after all that it has missed."""
    notices: set[Notice] = set()
    async with asyncio.timeout(GUARD):
        assert EVERYTHING in await store.neighbours.wait()
        yield notices
        notices |= set(await store.neighbours.wait())


async def test_another_server_is_told_of_an_append(store: Store, other: Store) -> None:
    await store.create(record(), "")

    async with told(other) as notices:
        await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])

    assert notices & {EVERYTHING, Notice("log", ROOM)}
    assert await other.neighbours.heads([ROOM, OTHER]) == {ROOM: Head("epoch", 1)}


async def test_another_server_is_told_of_a_deletion(store: Store, other: Store) -> None:
    await store.create(record(), "")

    async with told(other) as notices:
        await store.delete(ROOM)

    assert notices & {EVERYTHING, Notice("room", ROOM)}
    assert await other.neighbours.heads([ROOM]) == {}


async def test_another_server_is_told_when_guests_may_less(
    store: Store, other: Store
) -> None:
    await store.create(record(), "")

    async with told(other) as notices:
        await store.invites.lock(ROOM, True)

    assert notices & {EVERYTHING, Notice("room", ROOM)}


async def test_another_server_is_told_who_is_here(store: Store, other: Store) -> None:
    async with told(other) as notices:
        await store.neighbours.sit(ROOM, [ANN, BOB])

    assert notices & {EVERYTHING, Notice("people", ROOM)}
    taken = (await other.neighbours.seats([ROOM, OTHER]))[ROOM]
    assert [(each.seat, each.server, each.removed_by) for each in taken] == [
        (ANN, store.neighbours.server, None),
        (BOB, store.neighbours.server, None),
    ]


async def test_nothing_is_said_of_rooms_that_were_not_asked_for(
    store: Store, other: Store
) -> None:
    await store.neighbours.sit(ROOM, [ANN])

    assert await other.neighbours.seats([OTHER]) == {OTHER: []}
    assert await other.neighbours.heads([]) == {}


async def test_who_came_first_keeps_the_first_number(
    store: Store, other: Store
) -> None:
    await store.neighbours.sit(ROOM, [ANN])
    await other.neighbours.sit(ROOM, [BOB])
    moved = replace(ANN, caret=Caret("ann-1", 0, 0, 7))
    await store.neighbours.sit(ROOM, [replace(ANN, client_id="ann-2"), moved])

    taken = (await other.neighbours.seats([ROOM]))[ROOM]

    assert [each.seat.client_id for each in taken] == ["ann-1", "bob-1", "ann-2"]
    assert taken[0].seat == moved
    assert taken[0].number < taken[1].number < taken[2].number


async def test_who_has_left_is_told_no_more(store: Store, other: Store) -> None:
    await store.neighbours.sit(ROOM, [ANN, BOB])
    await store.neighbours.sit(ROOM, [BOB])
    await store.neighbours.sit(OTHER, [])

    taken = await other.neighbours.seats([ROOM, OTHER])

    assert [each.seat for each in taken[ROOM]] == [BOB]
    assert taken[OTHER] == []


async def test_a_server_that_closes_gives_up_its_seats(
    store: Store, other: Store
) -> None:
    await store.neighbours.sit(ROOM, [ANN])
    async with told(other) as notices:
        await store.close()

    assert notices & {EVERYTHING, Notice("people", ROOM)}
    assert await other.neighbours.seats([ROOM]) == {ROOM: []}


async def test_a_server_that_shows_no_life_has_no_seats(
    store: Store, other: Store, do_sql: Callable[[str], None]
) -> None:
    await store.neighbours.sit(ROOM, [ANN])
    do_sql("update {schema}server set seen_at = {long_ago}")
    assert await other.neighbours.seats([ROOM]) == {ROOM: []}

    await store.neighbours.beat()
    assert len((await other.neighbours.seats([ROOM]))[ROOM]) == 1

    do_sql("update {schema}server set seen_at = {long_ago}")
    await other.neighbours.beat()
    await store.neighbours.beat()
    assert await other.neighbours.seats([ROOM]) == {ROOM: []}


async def test_a_server_asks_another_one_to_send_somebody_away(
    store: Store, other: Store
) -> None:
    await store.neighbours.sit(ROOM, [ANN, BOB])

    async with told(store) as notices:
        assert await other.neighbours.remove(ROOM, "bob-1", "Cem")
        assert not await other.neighbours.remove(OTHER, "bob-1", "Cem")

    assert notices & {EVERYTHING, Notice("people", ROOM)}
    await store.neighbours.sit(ROOM, [ANN, BOB])
    taken = (await store.neighbours.seats([ROOM]))[ROOM]
    assert [each.removed_by for each in taken] == [None, "Cem"]


async def test_a_server_is_not_told_of_what_it_did_itself(
    store: Store, other: Store
) -> None:
    """Or it is told of everything, where that is all that can be known."""
    await store.create(record(), "")
    async with told(store) as notices:
        await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])
        await other.neighbours.sit(OTHER, [ANN])

    assert notices in ({EVERYTHING}, {Notice("people", OTHER)})
