"""A room whose old revisions are merged while it is in memory."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import Revision, first_digest
from jupyter_pairedit.rooms.log import TooOld
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.base import Store
from tests.making import ROOM, SteeredStore, insert, record

ANN = Writer("ann-1", "Ann")
BOB = Writer("bob-1", "Bob")


async def opened(store: Store, code: str = "", limits: Limits | None = None) -> Room:
    """Create the room unless it exists, and load it."""
    await store.create(record(), code)
    stored = await store.load(ROOM)
    return Room(stored, store, limits or Limits(), lambda: 1_700_000_000.0)


async def log(store: Store) -> list[Revision]:
    return await store.revisions(ROOM, 0, -1)


async def replayed(store: Store) -> str:
    """Return the code of the room as it is loaded again."""
    return (await opened(store)).code


async def aged(store: Store, count: int) -> Room:
    """Return a room loaded before its first ``count`` revisions were merged."""
    room = await opened(store, "-", Limits(tail=2))
    for number in range(count):
        await room.push(BOB, number, [insert(number + 1, 0, "x")])
    before = first_digest("epoch")
    await store.compact(ROOM, [merge(before, await log(store))])
    return room


async def test_clients_can_resume_from_versions_that_are_not_merged(
    store: SteeredStore,
) -> None:
    old = await aged(store, 5)
    await old.push(ANN, 5, [insert(6, 0, "a")])
    room = await opened(store)

    assert [v for v in range(8) if room.log.can_resume_from(v)] == [5, 6]
    # The room that was loaded before has them in memory.
    assert [v for v in range(8) if old.log.can_resume_from(v)] == [0, 1, 2, 3, 4, 5, 6]


async def test_an_edit_at_a_version_inside_a_merged_revision_is_refused(
    store: SteeredStore,
) -> None:
    old = await aged(store, 5)
    room = await opened(store)

    for version, each in ((3, room), (0, room), (2, old)):
        with pytest.raises(TooOld, match=f"since version {version} have been merged"):
            await each.push(ANN, version, [insert(version + 1, 0, "a")])
    assert (room.head, old.head) == (5, 5)
    assert not old.log.can_resume_from(2)

    await old.push(ANN, 4, [insert(5, 0, "a")])
    await old.push(BOB, 5, [insert(6, 0, "b")])
    assert old.code == await replayed(store)
    assert sorted(old.code) == sorted("baxxxxx-")


async def test_a_room_reads_on_over_what_another_server_has_merged(
    store: SteeredStore,
) -> None:
    # The head is inside a revision that was merged before the room had read it.
    room = await opened(store, "-")
    other = await opened(store)
    await room.push(ANN, 0, [insert(1, 0, "1")])
    await other._sync()
    for number in range(5):
        await room.write(BOB, f"{number}")
    whole = await log(store)
    for end in (3, 5):
        kept = await log(store)
        part = [each for each in kept if each.version <= end]
        await store.compact(ROOM, [merge(first_digest("epoch"), part)])

        await other.write(Writer("cem-1", "Cem"), f"at last {end}")

    assert other.code == "at last 5"
    assert (other.head, len(whole)) == (8, 6)
    assert await replayed(store) == other.code
    assert other.log.tail_after(5) == (await log(store))[1:]
