"""The properties of rooms and their history, in every store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from jupyter_pairedit.core.properties import NewProperties, RoomChange, RoomSettings
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomChanged, RoomNotFound
from jupyter_pairedit.stores.records import RoomRecord
from tests.making import ROOM, chain, insert, record, revision


async def change(
    store: Store,
    new: NewProperties,
    expected: int | None = 0,
    *,
    author: str = "Ann",
    keep: int = 100,
) -> RoomRecord:
    """Change the room at 2000 seconds."""
    return await store.change(
        ROOM, new, author=author, at=2_000.0, expected=expected, keep=keep
    )


async def test_a_room_is_changed_and_read_as_it_was_changed(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await store.create(record(title="before"), "")
    settings = {"suggestions": False, "guests_may_ask": True}

    changed = await change(store, NewProperties("Ünïcode 👋", "sql", 7, settings))

    other = open_again()
    assert (await other.load(ROOM)).record == changed
    assert await store.record(ROOM) == changed
    assert (changed.title, changed.language, changed.limit) == ("Ünïcode 👋", "sql", 7)
    assert changed.settings == RoomSettings(suggestions=False, guests_may_ask=True)
    assert changed.changes == 1
    assert [each.record for each in await other.rooms()] == [changed]
    await other.close()


async def test_what_is_not_named_stays(store: Store) -> None:
    await store.create(record(title="T"), "")
    await change(store, NewProperties(settings={"guests_see_html": True}))

    changed = await change(store, NewProperties(limit=3), 1)

    assert (changed.title, changed.limit) == ("T", 3)
    assert changed.settings == RoomSettings(guests_see_html=True)


async def test_the_history_says_who_changed_what_and_at_which_version(
    store: Store,
) -> None:
    await store.create(record(title="a"), "")
    await change(store, NewProperties(title="b", limit=2))
    await store.append(ROOM, 0, chain(revision(1, insert(0, 0, "x"))))
    await change(store, NewProperties(settings={"suggestions": False}), 1, author="Bob")

    assert await store.changes(ROOM) == [
        RoomChange(1, 0, "Ann", 2_000.0, {"title": ("a", "b")}),
        RoomChange(2, 1, "Bob", 2_000.0, {"suggestions": (True, False)}),
    ]


async def test_a_change_of_an_earlier_room_is_refused_with_the_room_as_it_is(
    store: Store,
) -> None:
    await store.create(record(), "")
    await change(store, NewProperties(title="hers"))

    with pytest.raises(RoomChanged, match="changed 0 times") as refused:
        await change(store, NewProperties(title="his"), author="Bob")

    assert refused.value.record == await store.record(ROOM)
    assert refused.value.record.title == "hers"
    assert len(await store.changes(ROOM)) == 1


async def test_one_of_two_concurrent_changes_is_refused(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await store.create(record(), "")
    other = open_again()

    outcomes = await asyncio.gather(
        change(store, NewProperties(title="hers")),
        change(other, NewProperties(title="his")),
        return_exceptions=True,
    )

    assert sorted(isinstance(each, RoomChanged) for each in outcomes) == [False, True]
    assert len(await other.changes(ROOM)) == 1
    await other.close()


async def test_the_same_values_again_change_nothing(store: Store) -> None:
    await store.create(record(), "")
    changed = await change(store, NewProperties(title="T"))

    assert await change(store, NewProperties(title="T")) == changed
    assert await change(store, NewProperties()) == changed
    assert len(await store.changes(ROOM)) == 1


async def test_any_state_of_the_room_may_be_expected(store: Store) -> None:
    await store.create(record(), "")
    await change(store, NewProperties(title="a"))

    assert (await change(store, NewProperties(title="b"), None)).changes == 2


async def test_the_oldest_changes_are_forgotten(store: Store) -> None:
    await store.create(record(), "")
    for number in range(5):
        await change(store, NewProperties(title=f"{number}"), number, keep=3)

    assert [each.number for each in await store.changes(ROOM)] == [3, 4, 5]


async def test_changes_are_added_once(store: Store) -> None:
    await store.create(record(), "")
    changes = [RoomChange(1, 0, "Ann", 1.0, {"limit": (2, 3)})]

    await store.add_changes(ROOM, changes)
    await store.add_changes(ROOM, changes)

    assert await store.changes(ROOM) == changes


async def test_other_servers_see_how_often_a_room_was_changed(store: Store) -> None:
    await store.create(record(), "")
    await change(store, NewProperties(title="T"))

    assert (await store.peers.heads([ROOM]))[ROOM].changes == 1


async def test_settings_that_cannot_be_read_have_their_defaults(
    store: Store, do_sql: Callable[[str], None]
) -> None:
    await store.create(record(), "")
    for damaged in ("no JSON", "[1]", '{{"suggestions": 0, "other": true}}'):
        do_sql(f"update {{schema}}room set settings = '{damaged}'")

        assert (await store.record(ROOM)).settings == RoomSettings()


async def test_a_missing_room_is_not_changed(store: Store) -> None:
    with pytest.raises(RoomNotFound):
        await change(store, NewProperties(title="T"))
    with pytest.raises(RoomNotFound):
        await store.record(ROOM)
    assert await store.changes(ROOM) == []


async def test_a_deleted_room_has_no_history(store: Store) -> None:
    await store.create(record(), "")
    await change(store, NewProperties(title="T"))

    await store.delete(ROOM, 2_000.0)
    await store.create(record(), "")

    assert await store.changes(ROOM) == []
    assert (await store.record(ROOM)).changes == 0
