"""Rooms are copied from one store to another with their history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_pairedit.archive.badexport import BadExport
from jupyter_pairedit.archive.transfer import (
    Imported,
    export_room,
    import_room,
    with_identity,
)
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.properties import NewProperties, RoomSettings
from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import Revision, first_digest, origin_of
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomNotFound
from jupyter_pairedit.stores.records import Point, RoomRecord, Stored
from tests.making import ROOM, insert, record

ANN = Writer("ann-1", "Ann")
BEFORE_SETTINGS = Path(__file__).parent / "before_settings.jsonl"
"""A room that was exported by the version before rooms had settings. To be left
unchanged."""


async def type_keys(store: Store, *keys: str) -> None:
    """Append an edit by Ann for each key, in a room that begins with ``a``."""
    await store.create(record(title="Sorting"), "a")
    room = Room(await store.load(ROOM), store, Limits(), lambda: 5.0)
    for key in keys:
        length = len(room.code)
        await room.push(ANN, room.head, [insert(length, length, key)])
    await room.settle()


async def move(here: Store, there: Store, later: str = "later") -> Imported:
    lines = list(await export_room(here, ROOM))
    return await import_room(there, lambda: lines, later)


async def log(store: Store, room_id: str = ROOM) -> list[Revision]:
    return await store.revisions(room_id, 0, -1)


async def merge_after(store: Store, version: int) -> None:
    """Merge all revisions after one."""
    before, *rest = (await log(store))[version - 1 :]
    await store.compact(ROOM, [merge(before.digest, rest)])


async def code(store: Store, room_id: str = ROOM) -> str:
    room = Room(await store.load(room_id), store, Limits(), lambda: 5.0)
    return room.code


def with_first_epoch(found: RoomRecord) -> RoomRecord:
    """Return a record as it was before the import, which has changed the epoch."""
    assert found.epoch != origin_of(found.epoch)
    return replace(found, epoch=origin_of(found.epoch))


async def test_an_import_has_the_whole_history(here: Store, there: Store) -> None:
    await type_keys(here, *"bcd")
    await here.name_version(ROOM, Point(2, "two", "Ann", 9.0), 20)

    done = await move(here, there)

    assert done == Imported(ROOM, 3, 3)
    assert await log(there) == await log(here)
    assert await there.points(ROOM) == [Point(2, "two", "Ann", 9.0)]
    stored = await there.load(ROOM, 2)
    assert with_first_epoch(stored.record) == record(title="Sorting")
    assert replace(stored, record=record(title="Sorting")) == await here.load(ROOM, 2)
    assert await code(there) == "abcd"


async def test_merged_revisions_are_imported_as_they_are(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bcd")
    old = await log(here)
    await here.compact(ROOM, [merge(first_digest("epoch"), old[:2])])

    assert await move(here, there) == Imported(ROOM, 3, 3)

    assert await log(there) == await log(here)
    assert [each.run for each in await log(there)] == [2, 1]


async def test_an_import_has_the_properties_and_their_history(
    here: Store, there: Store
) -> None:
    await type_keys(here, "b")
    new = NewProperties("T", "sql", 3, {"guests_see_output": True})
    await here.change(ROOM, new, author="Ann", at=6.0, expected=0, keep=9)

    await move(here, there)
    await move(here, there)

    assert with_first_epoch(await there.record(ROOM)) == await here.record(ROOM)
    assert await there.changes(ROOM) == await here.changes(ROOM)
    assert [each.version for each in await there.changes(ROOM)] == [1]


async def test_a_room_that_was_never_changed_is_exported_as_before(
    here: Store,
) -> None:
    """So an earlier version of the package reads the file."""
    await type_keys(here, "b")

    first, *_ = await export_room(here, ROOM)

    assert b"settings" not in first
    assert b"changes" not in first


async def test_an_export_of_the_version_before_settings_is_imported(
    there: Store,
) -> None:
    lines = BEFORE_SETTINGS.read_bytes().splitlines(keepends=True)

    assert await import_room(there, lambda: lines, "later") == Imported(ROOM, 6, 6)

    assert await code(there) == "print('😀')\nabc\n"
    kinds = [(each.version, each.kind, each.run) for each in await log(there)]
    assert kinds == [
        (2, "edit", 2),
        *((n, "edit", 1) for n in (3, 4, 5)),
        (6, "write", 1),
    ]
    assert await there.points(ROOM) == [Point(4, "vier", "Ann", 3000.0)]
    stored = await there.record(ROOM)
    assert (stored.title, stored.limit) == ("Sorting", 3)
    assert (stored.settings, stored.changes) == (RoomSettings(), 0)
    # It may be exported and imported again, and lines are as they were.
    assert list(await export_room(there, ROOM)) == lines


async def test_editing_continues_after_an_import(here: Store, there: Store) -> None:
    await type_keys(here, *"bc")
    await move(here, there)

    await type_keys(there, "d")

    assert await code(there) == "abcd"
    assert [each.version for each in await log(there)] == [1, 2, 3]
    before = Room(await here.load(ROOM), here, Limits(), lambda: 5.0)
    after = Room(await there.load(ROOM), there, Limits(), lambda: 5.0)
    assert before.client_id_of("k" * 22) == after.client_id_of("k" * 22)


async def test_an_import_stores_snapshots(here: Store, there: Store) -> None:
    await type_keys(here, *("x" for _ in range(510)))

    await move(here, there)

    assert (await there.load(ROOM)).version == 510
    assert (await there.load(ROOM, 505)).version == 500


async def test_an_export_of_an_import_is_the_same_file(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bcd")
    exported = list(await export_room(here, ROOM))
    await move(here, there)

    assert list(await export_room(there, ROOM)) == exported


async def test_each_import_that_makes_the_room_gives_it_another_epoch(
    here: Store, there: Store
) -> None:
    """An editor may have seen later versions than the file has."""
    await type_keys(here, *"bc")
    epochs = [(await here.record(ROOM)).epoch]
    for later in ("one", "two"):
        await move(here, there, later)
        epochs.append((await there.record(ROOM)).epoch)
        await there.delete(ROOM, 2_000.0)

    assert epochs == ["epoch", "epoch.one", "epoch.two"]


async def test_an_import_into_the_room_leaves_its_epoch(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bc")
    await move(here, there)
    before = (await there.record(ROOM)).epoch
    await type_keys(here, "d")

    assert await move(here, there, "another") == Imported(ROOM, 3, 1)

    assert (await there.record(ROOM)).epoch == before
    # The other way as well: neither is a room of another history.
    assert await move(there, here) == Imported(ROOM, 3, 0)
    assert (await here.record(ROOM)).epoch == "epoch"


async def test_a_second_import_adds_only_new_revisions(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bc")
    await move(here, there)

    assert await move(here, there) == Imported(ROOM, 2, 0)
    await type_keys(here, "d")
    assert await move(here, there) == Imported(ROOM, 3, 1)
    assert await log(there) == await log(here)


async def test_an_import_of_an_older_file_changes_nothing(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bc")
    await move(here, there)
    await type_keys(there, "d")

    assert await move(here, there) == Imported(ROOM, 2, 0)
    assert await code(there) == "abcd"


async def test_an_import_adds_versions_after_those_merged_there(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bcd")
    await move(here, there)
    await there.compact(ROOM, [merge(first_digest("epoch"), (await log(there))[:2])])
    await type_keys(here, "e")

    assert await move(here, there) == Imported(ROOM, 4, 1)
    assert await code(there) == "abcde"


async def test_a_file_that_ends_within_versions_merged_there_adds_nothing(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bcd")
    await move(here, there)
    await type_keys(there, *"ef")
    await merge_after(there, 1)
    before = await log(there)

    assert await move(here, there) == Imported(ROOM, 3, 0)
    assert await log(there) == before


async def test_versions_merged_in_the_file_around_the_end_there_are_refused(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bc")
    await move(here, there)
    await type_keys(here, *"de")
    await merge_after(here, 1)
    before = await log(there)

    with pytest.raises(
        BadExport,
        match=f"expected a file with version 2, the last one of room {ROOM} in the "
        "database, found one that has merged it with later ones",
    ):
        await move(here, there)
    assert await log(there) == before


async def test_another_history_is_refused_if_both_ends_were_merged(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bcde")
    await type_keys(there, *"zcd")
    await merge_after(there, 1)
    await merge_after(here, 1)

    with pytest.raises(BadExport, match="found one with another history"):
        await move(here, there)


async def test_a_restore_point_of_a_version_merged_there_is_left_out(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bcd")
    for version in (1, 2):
        await here.name_version(ROOM, Point(version, "p", "Ann", 9.0), 20)
    await move(here, there)
    for version in (1, 2):
        await there.forget_name(ROOM, version)
    await merge_after(there, 1)

    assert await move(here, there) == Imported(ROOM, 3, 0, points_left_out=1)
    assert await there.points(ROOM) == [Point(1, "p", "Ann", 9.0)]


async def test_a_room_with_another_history_is_left_unchanged(
    here: Store, there: Store
) -> None:
    await type_keys(here, *"bc")
    await type_keys(there, "z")

    with pytest.raises(BadExport, match=f"expected no room {ROOM} in the database"):
        await move(here, there)
    assert await code(there) == "az"


async def test_a_room_with_another_initial_code_is_refused(
    here: Store, there: Store
) -> None:
    await type_keys(here)
    await there.create(record(), "other")

    with pytest.raises(BadExport, match="expected no room"):
        await move(here, there)


async def test_an_import_as_new_has_another_id_and_secret(here: Store) -> None:
    await type_keys(here, *"bc")
    lines = list(await export_room(here, ROOM))

    done = await import_room(
        here, lambda: lines, "later", with_identity("N" * 22, "another")
    )

    assert done == Imported("N" * 22, 2, 2)
    assert await code(here, "N" * 22) == "abc"
    stored = await here.load("N" * 22)
    expected = replace(record("N" * 22, title="Sorting"), secret="another")
    assert with_first_epoch(stored.record) == expected


async def test_a_damaged_file_writes_nothing(here: Store, there: Store) -> None:
    await type_keys(here, *"bcd")
    lines = list(await export_room(here, ROOM))
    lines[-2] = lines[-2].replace(b'"Ann"', b'"Eve"')

    with pytest.raises(BadExport, match="line 4: expected"):
        await import_room(there, lambda: lines, "later")

    assert await there.rooms() == []


async def test_an_unknown_room_is_not_exported(here: Store) -> None:
    with pytest.raises(RoomNotFound):
        await export_room(here, ROOM)


async def test_a_room_that_is_deleted_while_it_is_read_is_not_exported(
    here: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await type_keys(here, *"bc")
    load = here.load

    async def load_then_delete(room_id: str, at: int | None = None) -> Stored:
        stored = await load(room_id, at)
        await here.delete(room_id, 9.0)
        return stored

    monkeypatch.setattr(here, "load", load_then_delete)

    with pytest.raises(RoomNotFound):
        await export_room(here, ROOM)
