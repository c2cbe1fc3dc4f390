"""The names of rooms, in every store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from jupyter_pairedit.core.roomnames import room_name
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomLimit, RoomNamed, RoomNotFound
from jupyter_pairedit.stores.names import OpenedName
from tests.making import ROOM, record

OTHER = "S" * 22
LESSON = room_name("Lesson 3")


async def open_lesson(
    store: Store, room_id: str = ROOM, *, owner: str = "ann", most: int | None = None
) -> OpenedName:
    """Open the name ``Lesson 3``; its room would be ``room_id``."""
    return await store.open_name(owner, LESSON, record(room_id), "first\n", most)


async def test_the_first_to_open_a_name_makes_its_room(
    store: Store, open_again: Callable[[], Store]
) -> None:
    made = await open_lesson(store)

    other = open_again()
    assert made == OpenedName(ROOM, "created")
    assert (await other.load(ROOM)).record == record()
    assert (await other.load(ROOM)).code == "first\n"
    assert await other.names("ann") == {ROOM: "Lesson 3"}
    assert await other.name_of(ROOM) == "Lesson 3"
    await other.close()


async def test_a_name_leads_to_its_room_however_it_is_written(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await open_lesson(store)
    other = open_again()

    again = await other.open_name("ann", room_name("LESSON  3"), record(OTHER), "")

    assert again == OpenedName(ROOM, "found")
    assert [each.record.room_id for each in await other.rooms()] == [ROOM]
    assert await other.names("ann") == {ROOM: "Lesson 3"}
    await other.close()


async def test_each_owner_has_a_room_of_that_name(store: Store) -> None:
    await open_lesson(store)

    made = await open_lesson(store, OTHER, owner="bob")

    assert made == OpenedName(OTHER, "created")
    assert await store.names("ann") == {ROOM: "Lesson 3"}
    assert await store.names("bob") == {OTHER: "Lesson 3"}


async def test_a_deleted_room_frees_its_name_which_is_remembered(store: Store) -> None:
    await open_lesson(store)
    await store.delete(ROOM, 2_000.0)
    assert await store.names("ann") == {}
    assert await store.name_of(ROOM) is None

    made = await open_lesson(store, OTHER)

    assert made == OpenedName(OTHER, "recreated")
    assert await open_lesson(store, ROOM) == OpenedName(OTHER, "found")
    assert await store.names("ann") == {OTHER: "Lesson 3"}


async def test_a_room_that_was_made_again_by_its_id_gets_its_name_back(
    store: Store,
) -> None:
    await open_lesson(store)
    await store.delete(ROOM, 2_000.0)

    assert await open_lesson(store) == OpenedName(ROOM, "recreated")
    assert await open_lesson(store) == OpenedName(ROOM, "found")


async def test_a_room_has_one_name(store: Store) -> None:
    await open_lesson(store)

    with pytest.raises(RoomNamed) as refused:
        await store.open_name("ann", room_name("other"), record(), "")

    assert str(refused.value) == (
        "Expected a room without a name, found one named 'Lesson 3'."
    )
    assert await store.names("ann") == {ROOM: "Lesson 3"}


async def test_a_full_server_makes_no_room_and_keeps_no_name(store: Store) -> None:
    await store.create(record(OTHER), "")

    with pytest.raises(RoomLimit):
        await open_lesson(store, most=1)

    assert await store.names("ann") == {}
    await store.delete(OTHER, 2_000.0)
    assert await open_lesson(store, most=1) == OpenedName(ROOM, "created")
    # What exists is found whatever the limit is.
    assert await open_lesson(store, OTHER, most=1) == OpenedName(ROOM, "found")


async def test_many_at_once_on_several_servers_get_one_room(
    store: Store, open_again: Callable[[], Store]
) -> None:
    stores = [store, open_again(), open_again()]
    ids = [letter * 22 for letter in "ABCDEFGHIJKL"]
    for lesson in range(5):
        name = room_name(f"lesson {lesson}")

        opened = await asyncio.gather(
            *(
                stores[place % 3].open_name("ann", name, record(f"{each}{lesson}"), "")
                for place, each in enumerate(ids)
            )
        )

        assert len({each.room_id for each in opened}) == 1
        assert sorted(each.outcome for each in opened) == ["created"] + ["found"] * 11
    # Who was too late has left no room behind.
    assert len(await store.rooms()) == 5
    assert len(await store.names("ann")) == 5
    await stores[1].close()
    await stores[2].close()


async def test_a_room_that_exists_is_named_once(store: Store) -> None:
    await store.create(record(), "")
    await store.create(record(OTHER), "")

    assert await store.give_name("ann", LESSON, ROOM)
    assert await store.give_name("ann", LESSON, ROOM)
    assert not await store.give_name("ann", LESSON, OTHER)
    assert not await store.give_name("ann", room_name("other"), ROOM)
    assert await store.names("ann") == {ROOM: "Lesson 3"}
    with pytest.raises(RoomNotFound):
        await store.give_name("ann", room_name("other"), "T" * 22)


async def test_names_of_deleted_rooms_are_forgotten_in_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_pairedit.stores.sql.names.FREED_NAMES", 3)
    for number in range(5):
        made = replace(record(f"{number:022}"), created_at=float(number))
        await store.open_name("ann", room_name(str(number)), made, "")
        await store.delete(made.room_id, 2_000.0)
    await open_lesson(store)

    first, second, third = [
        await store.open_name("ann", room_name(name), record(f"{name:A>22}"), "")
        for name in ("0", "1", "2")
    ]

    assert (first.outcome, second.outcome) == ("created", "created")
    assert third.outcome == "recreated"
