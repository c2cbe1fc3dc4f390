"""The next frame for each reader."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from jupyter_pairedit.core.carets import Caret
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.presence import RoomFull
from jupyter_pairedit.core.storable import BadChange
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms.endings import DELETED
from jupyter_pairedit.rooms.readers import EditReader, FileReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from tests.making import ROOM, insert, message_in, next_frame, record
from tests.shorthand import Shorthand

ANN = Writer("ann-1", "Ann")
BOB = Writer("bob-1", "Bob")


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/rooms.db", durability="disk")
    yield store
    jp_asyncio_loop.run_until_complete(store.close())


_followed: WeakKeyDictionary[EditReader | FileReader, Shorthand] = WeakKeyDictionary()


async def opened(store: Store, code: str = "", limits: Limits | None = None) -> Room:
    await store.create(record(), code)
    return Room(await store.load(ROOM), store, limits or Limits(), lambda: 0.0)


async def frames(room: Room, reader: EditReader | FileReader) -> list[dict[str, Any]]:
    """Return all new frames, with the omitted fields filled in."""
    shorthand = _followed.setdefault(reader, Shorthand())
    return [shorthand.full(each) for each in await short_frames(room, reader)]


async def short_frames(
    room: Room, reader: EditReader | FileReader
) -> list[dict[str, Any]]:
    """Return all new frames as they are sent."""
    read = []
    while (frame := await next_frame(reader, room)) is not None:
        read.append(json.loads(message_in(frame)))
    return read


def editor(room: Room, writer: Writer, person: str | None = None) -> EditReader:
    reader = EditReader(writer.client_id, person or writer.author, writer.author)
    room.audience.join(reader)
    return reader


def file(room: Room, writer: Writer) -> FileReader:
    reader = FileReader(writer.client_id, writer.author, writer.author)
    room.audience.join(reader)
    return reader


def codes(read: list[dict[str, Any]]) -> list[str]:
    return [frame["code"] for frame in read]


async def test_an_editor_is_sent_the_code_and_then_presence(store: Store) -> None:
    room = await opened(store, "x")
    reader = editor(room, ANN)

    state, presence = await frames(room, reader)

    assert state == {"type": "initial_state", "code": "x", "version": 0}
    assert presence["type"] == "presence"
    assert [(p["name"], p["clients"]) for p in presence["people"]] == [
        ("Ann", ["ann-1"])
    ]


async def test_an_editor_is_sent_the_edits_of_others_and_saved_for_its_own(
    store: Store,
) -> None:
    room = await opened(store)
    ann, bob = editor(room, ANN), editor(room, BOB)
    await frames(room, ann)
    await frames(room, bob)

    await room.push(ANN, 0, [insert(0, 0, "x")])

    assert await frames(room, ann) == [{"type": "saved", "version": 1}]
    assert await frames(room, bob) == [
        {"type": "code_update", "version": 1, "updates": [["ann-1", [[0, "x"]]]]}
    ]


async def test_fields_that_follow_from_the_previous_frame_are_omitted(
    store: Store,
) -> None:
    room = await opened(store)
    ann, bob = editor(room, ANN), editor(room, BOB)
    await short_frames(room, ann)
    await short_frames(room, bob)
    sent: list[object] = []

    for writer in (ANN, ANN, BOB, ANN):
        await room.push(writer, room.head, [insert(room.head, 0, "x")])
        sent += await short_frames(room, bob)
        await short_frames(room, ann)

    key = [[0, "x"]]
    assert sent == [
        {"type": "code_update", "version": 1, "updates": [["ann-1", key]]},
        {"type": "code_update", "updates": [[0, [*key, 1]]]},
        {"type": "saved"},
        {"type": "code_update", "updates": [["ann-1", [*key, 3]]]},
    ]


async def test_no_field_is_omitted_after_initial_state(store: Store) -> None:
    room = await opened(store)
    bob = editor(room, BOB)
    await short_frames(room, bob)
    await room.push(ANN, 0, [insert(0, 0, "x")])
    await short_frames(room, bob)

    assert not bob.shows(room, 1, "00000000")
    await room.push(ANN, 1, [insert(1, 0, "y")])
    assert [each["type"] for each in await short_frames(room, bob)] == ["initial_state"]
    await room.push(ANN, 2, [insert(2, 0, "z")])

    (update,) = await short_frames(room, bob)
    assert update["version"] == 3 and update["updates"][0][0] == "ann-1"


async def test_saved_for_several_edits_names_the_version(store: Store) -> None:
    room = await opened(store)
    ann = editor(room, ANN)
    await short_frames(room, ann)

    await room.push(ANN, 0, [insert(0, 0, "x"), insert(1, 0, "y")])

    assert await short_frames(room, ann) == [{"type": "saved", "version": 2}]


async def test_a_client_that_resumes_is_sent_its_own_edits(store: Store) -> None:
    # It may be a tab that has lost them in a crash.
    room = await opened(store)
    await room.push(ANN, 0, [insert(0, 0, "x")])
    again = EditReader("ann-1", "Ann", "Ann")
    again.version = 0
    room.audience.join(again)

    update, presence = await frames(room, again)
    await room.push(ANN, 1, [insert(1, 1, "y")])

    assert update["updates"] == [["ann-1", [[0, "x"]]]]
    assert presence["type"] == "presence"
    assert await frames(room, again) == [{"type": "saved", "version": 2}]


async def test_a_client_that_resumes_far_behind_is_sent_all_its_own_edits(
    store: Store,
) -> None:
    room = await opened(store, "", Limits(tail=2))
    for n in range(5):
        await room.push(ANN, n, [insert(n, n, str(n))])
    again = EditReader("ann-1", "Ann", "Ann")
    again.version = 0
    room.audience.join(again)

    *updates, _ = await frames(room, again)

    assert sum(len(update["updates"]) for update in updates) == 5


async def test_a_slice_with_edits_of_others_includes_own_edits(store: Store) -> None:
    room = await opened(store)
    ann = editor(room, ANN)
    await frames(room, ann)

    await room.push(BOB, 0, [insert(0, 0, "b")])
    await room.push(ANN, 0, [insert(0, 0, "a")])

    (update,) = await frames(room, ann)
    assert [client for client, *_ in update["updates"]] == ["bob-1", "ann-1"]
    assert update["version"] == 2


async def test_an_own_whole_file_write_is_sent_back_with_its_mark(store: Store) -> None:
    room = await opened(store)
    ann = editor(room, ANN)
    await frames(room, ann)

    await room.write(ANN, "x")

    (update,) = await frames(room, ann)
    assert update["updates"] == [["ann-1", [[0, "x"]], 1]]


async def test_who_waits_for_a_change_learns_of_an_acknowledgement(
    store: Store,
) -> None:
    room = await opened(store)
    ann = editor(room, ANN)
    change = room.audience.change

    ann.acknowledge_write(room)

    assert change.is_set()


async def test_a_write_that_changes_nothing_is_acknowledged_last(
    store: Store,
) -> None:
    room = await opened(store, "")
    ann = editor(room, ANN)
    await frames(room, ann)

    await room.push(BOB, 0, [insert(0, 0, "b")])
    await room.write(ANN, "b")
    ann.acknowledge_write(room)
    read = await frames(room, ann)

    assert [frame["type"] for frame in read] == ["code_update", "saved"]
    assert read[-1]["version"] == 1


async def test_a_slow_editor_is_sent_one_larger_slice(store: Store) -> None:
    room = await opened(store)
    bob = editor(room, BOB)
    await frames(room, bob)

    for n in range(5):
        await room.push(ANN, n, [insert(n, n, str(n))])

    (update,) = await frames(room, bob)
    assert (update["version"], len(update["updates"])) == (5, 5)


async def test_a_reader_that_is_far_behind_is_sent_revisions_of_the_store(
    store: Store,
) -> None:
    room = await opened(store, "", Limits(tail=2))
    bob = editor(room, BOB)
    await frames(room, bob)
    for n in range(5):
        await room.push(ANN, n, [insert(n, n, str(n))])

    read = await frames(room, bob)

    assert [frame["version"] for frame in read] == [2, 4, 5]
    assert sum(len(frame["updates"]) for frame in read) == 5


@pytest.mark.parametrize("tail_size", [10_000, 0], ids=["memory", "store"])
async def test_large_revisions_are_sent_in_several_slices(
    store: Store, tail_size: int
) -> None:
    limits = Limits(tail_size=tail_size, slice_size=400)
    room = await opened(store, "", limits)
    bob = editor(room, BOB)
    await frames(room, bob)
    for n in range(5):
        await room.push(ANN, n, [insert(60 * n, 0, "x" * 60)])

    read = await frames(room, bob)

    assert [(each["version"], len(each["updates"])) for each in read] == [
        (3, 3),
        (5, 2),
    ]


async def test_equal_slices_are_encoded_once(store: Store) -> None:
    room = await opened(store)
    readers = [editor(room, Writer(f"client-{n}", "Ann")) for n in range(3)]
    for reader in readers:
        await frames(room, reader)
    await room.push(BOB, 0, [insert(0, 0, "x")])

    first, *others = [reader.next(room) for reader in readers]

    assert all(other is first for other in others)


async def test_a_second_connection_of_one_client_replaces_the_first(
    store: Store,
) -> None:
    room = await opened(store)
    stale = editor(room, ANN)

    fresh = editor(room, ANN)
    room.audience.leave(stale)

    assert stale.ending is not None and stale.ending.code == Close.REPLACED
    assert fresh.ending is None
    assert room.audience.connections == 1
    assert [each.name for each in room.audience.presence.people] == ["Ann"]


async def test_a_third_person_is_refused(store: Store) -> None:
    room = await opened(store)
    editor(room, ANN)
    file(room, BOB)

    with pytest.raises(RoomFull):
        editor(room, Writer("eve-1", "Eve"))

    assert room.audience.connections == 2


async def test_a_file_reader_is_sent_the_writes_of_others_only(
    store: Store,
) -> None:
    room = await opened(store, "0")
    ann, bob = file(room, ANN), file(room, BOB)
    assert codes(await frames(room, ann)) == ["0"]
    assert codes(await frames(room, bob)) == ["0"]

    ann.record_write()
    await room.write(ANN, "1")

    assert await frames(room, ann) == []
    assert await frames(room, bob) == [
        {"type": "code_update", "version": 1, "code": "1"}
    ]


async def test_a_file_writer_that_was_sent_code_meanwhile_is_sent_the_result(
    store: Store,
) -> None:
    room = await opened(store, "0")
    ann, bob = file(room, ANN), file(room, BOB)
    await frames(room, ann)
    await frames(room, bob)

    bob.record_write()
    await room.write(BOB, "bob")
    sent = codes(await frames(room, ann))
    ann.record_write()
    await room.write(ANN, "ann")

    assert sent == ["bob"]
    assert codes(await frames(room, ann)) == ["ann"]
    assert codes(await frames(room, bob)) == ["ann"]


async def test_a_slow_file_reader_is_sent_only_the_newest_code(store: Store) -> None:
    room = await opened(store, "0")
    bob = file(room, BOB)
    await frames(room, bob)

    for n in range(3):
        await room.write(ANN, str(n))

    assert codes(await frames(room, bob)) == ["2"]


async def test_ending_a_room_ends_its_readers(store: Store) -> None:
    room = await opened(store)
    ann = editor(room, ANN)
    news = room.audience.change

    room.audience.end(DELETED)

    assert ann.ending is not None and ann.ending.code == Close.ROOM_DELETED
    assert news.is_set()


async def test_a_caret_is_sent_to_others_once(store: Store) -> None:
    room = await opened(store, "0123456789")
    ann, bob = editor(room, ANN), editor(room, BOB)
    await frames(room, ann)
    await frames(room, bob)

    room.place_caret(Caret("ann-1", 2, 5, 0))
    await room.push(BOB, 0, [insert(10, 0, "xx")])
    read = await frames(room, bob)

    assert read[-1] == {"type": "presence", "version": 1, "carets": [["ann-1", 4, 7]]}
    assert await frames(room, bob) == []


async def test_presence_frames_do_not_accumulate_without_edits(
    store: Store,
) -> None:
    room = await opened(store, "0123456789")
    ann, bob = editor(room, ANN), editor(room, BOB)

    for move in range(50):
        room.place_caret(Caret("ann-1", move % 10, 0, 0))
        for reader in (ann, bob):
            await frames(room, reader)

    kept = [each for each in vars(room.frames).values() if isinstance(each, dict)]
    assert sum(map(len, kept)) < 5


async def test_a_new_reader_is_sent_all_carets(store: Store) -> None:
    room = await opened(store, "0123456789")
    editor(room, ANN)
    room.place_caret(Caret("ann-1", 2, 5, 0))
    bob = editor(room, BOB)

    _, presence = await frames(room, bob)

    assert [person["name"] for person in presence["people"]] == ["Ann", "Bob"]
    assert presence["carets"] == [["ann-1", 2, 5]]


async def test_a_caret_outside_of_the_code_is_refused(store: Store) -> None:
    room = await opened(store, "x")

    with pytest.raises(BadChange, match="expected a version up to 0, found 1"):
        room.place_caret(Caret("ann-1", 0, 0, 1))
    with pytest.raises(BadChange, match="expected a caret up to 1, found 2"):
        room.place_caret(Caret("ann-1", 0, 2, 0))


async def test_a_client_with_another_text_is_sent_the_room_s(store: Store) -> None:
    room = await opened(store, "é")
    ann = editor(room, ANN)
    await frames(room, ann)
    right = f"{zlib.crc32('é'.encode()):08x}"

    assert ann.shows(room, 0, right)
    assert ann.shows(room, 1, "00000000")
    assert await frames(room, ann) == []

    assert not ann.shows(room, 0, "00000000")
    (state,) = await frames(room, ann)
    assert (state["type"], state["code"]) == ("initial_state", "é")


async def test_the_hash_follows_the_code(store: Store) -> None:
    room = await opened(store, "a")
    before = room.frames.hash

    await room.push(ANN, 0, [insert(1, 0, "b")])

    assert room.frames.hash == f"{zlib.crc32(b'ba'):08x}" != before
