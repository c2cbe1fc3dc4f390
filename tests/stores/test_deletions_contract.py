"""The record of deleted rooms, in every store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from jupyter_pairedit.core.properties import NewProperties
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomDeleted, RoomNotFound
from jupyter_pairedit.stores.sql import deletions
from tests.making import ROOM, record

OTHER = "S" * 22
AT = 1_700_000_000.0


async def deleted_at(store: Store, room_id: str) -> float | None:
    """Return when a missing room was deleted, as far as the store knows."""
    with pytest.raises(RoomNotFound) as missing:
        await store.load(room_id)
    return missing.value.at if isinstance(missing.value, RoomDeleted) else None


async def deleted(store: Store, room_id: str, at: float) -> None:
    """Create a room and delete it."""
    await store.create(record(room_id), "secret text")
    await store.delete(room_id, at)


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.load(ROOM),
        lambda store: store.record(ROOM),
        lambda store: store.delete(ROOM, AT + 9.0),
        lambda store: store.change(
            ROOM, NewProperties("T"), author="Ann", at=AT, expected=None, keep=1
        ),
    ],
)
async def test_what_is_asked_of_a_deleted_room_says_when_it_was_deleted(
    store: Store, ask: Callable[[Store], Awaitable[object]]
) -> None:
    await deleted(store, ROOM, AT)

    with pytest.raises(RoomDeleted) as missing:
        await ask(store)

    assert missing.value.at == AT
    assert await deleted_at(store, OTHER) is None


async def test_other_servers_have_the_same_record(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await deleted(store, ROOM, AT)
    again = open_again()

    assert await deleted_at(again, ROOM) == AT

    await again.close()


async def test_a_room_that_is_made_again_is_not_in_the_record(store: Store) -> None:
    await deleted(store, ROOM, AT)

    await store.create(record(), "")
    assert (await store.load(ROOM)).record == record()
    await store.delete(ROOM, AT + 60.0)

    assert await deleted_at(store, ROOM) == AT + 60.0


async def test_the_record_has_ids_and_times_alone(
    store: Store, do_sql: Callable[[str], None]
) -> None:
    await deleted(store, ROOM, AT)

    # Fails if the table has another column.
    do_sql(f"insert into {{schema}}deleted_room values ('{OTHER}', 5.0)")

    assert await deleted_at(store, OTHER) == 5.0


async def test_the_oldest_rooms_leave_the_record(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletions, "_MOST", 2)
    rooms = [letter * 22 for letter in "ABC"]

    for minutes, room_id in enumerate(rooms):
        await deleted(store, room_id, AT + 60.0 * minutes)

    found = [await deleted_at(store, room_id) for room_id in rooms]
    assert found == [None, AT + 60.0, AT + 120.0]


async def test_a_year_later_a_room_leaves_the_record(store: Store) -> None:
    year = 365 * 86_400.0
    await deleted(store, ROOM, AT)
    await deleted(store, OTHER, AT + year - 1)
    before = await deleted_at(store, ROOM)

    await deleted(store, "T" * 22, AT + year)

    assert before == AT
    assert await deleted_at(store, ROOM) is None
    assert await deleted_at(store, OTHER) == AT + year - 1
