"""A loss of power: the log is cut anywhere behind its last sync."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from jupyter_pairedit.archive.transfer import export_room, import_room
from jupyter_pairedit.connections.identity import edit_reader
from jupyter_pairedit.core.invites import Resume
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.protocol import Hello
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomNotFound
from jupyter_pairedit.stores.records import Point
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, chain, insert, invite, message_in, record, revision

from .power import Disk

KEY = "k" * 22
MOST = 3
SAVED = "saved"
LATER = "XYZ"
"""What is typed after the last sync, one key after the other."""

ANN = Writer.without_connection("Ann")


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path, monkeypatch)


def hub_on(store: Store) -> Hub:
    return Hub(store, Limits(), now=lambda: 0.0, clock=lambda: 0.0)


class Somebody:
    """Stands for a person with Jupyter's login."""

    person = name = author = "Ann"
    label = None
    kernel = chooses_name = False

    def take_name(self, hello: Hello) -> None:
        """Keep the name."""


def reader_of(room: Room, hello: Hello) -> EditReader:
    """Join as a socket does that has sent ``hello``."""
    client_id = room.client_id_of(hello.key)
    reader = edit_reader(room, Somebody(), client_id, hello)  # type: ignore[arg-type]
    room.audience.join(reader)
    return reader


def typed(room: Room, reader: EditReader) -> str:
    """Return the text and the versions that a reader is sent, as JSON."""
    frame = reader.next(room)
    assert frame is not None
    return message_in(frame).decode()


async def seen_and_not_saved(disk: Disk) -> Hub:
    """Type, sync, and type on while nothing reaches the disk. Everybody sees it."""
    hub = hub_on(disk.open())
    await hub.create("Ann", room_id=ROOM, code="")
    room = await hub.open(ROOM)
    ann = Writer(room.client_id_of(KEY), "Ann")
    await room.push(ann, 0, [insert(0, 0, SAVED)])
    await room.synced(1)
    disk.holds = True
    for key in LATER:
        length = room.log.text.length
        await room.push(ann, room.head, [insert(length, length, key)])
    await room.settle()
    return hub


async def test_a_cut_anywhere_keeps_what_was_saved_and_changes_the_epoch(
    disk: Disk,
) -> None:
    hub = await seen_and_not_saved(disk)
    before = (await hub.open(ROOM)).record.epoch
    places = disk.ends()
    texts = set()
    disk.boot = "second"

    for at in places:
        store = SQLiteStore(disk.cut(at))
        stored = await store.load(ROOM)
        assert stored.record.epoch != before
        texts.add(Room(stored, store, Limits(), lambda: 0.0).code)
        await store.close()

    assert len(places) > 6, "the ends of frames, and places within them"
    assert texts == {SAVED + LATER[:size] for size in range(len(LATER) + 1)}
    await hub.close()


async def test_after_a_mere_kill_the_epoch_and_all_that_was_seen_are_the_same(
    disk: Disk,
) -> None:
    hub = await seen_and_not_saved(disk)
    seen = await hub.open(ROOM)

    # The machine goes on, and with it the cache of the system.
    store = SQLiteStore(disk.cut(disk.log.stat().st_size))

    stored = await store.load(ROOM)
    assert stored.record.epoch == seen.record.epoch
    assert Room(stored, store, Limits(), lambda: 0.0).code == seen.code
    await store.close()
    await hub.close()


async def test_a_client_whose_version_was_cut_and_passed_gets_the_rooms_text(
    disk: Disk,
) -> None:
    hub = await seen_and_not_saved(disk)
    room = await hub.open(ROOM)
    hello = Hello(KEY, room.head, room.record.epoch, accepted=True)
    disk.boot, disk.holds = "second", False

    again = hub_on(SQLiteStore(disk.cut()))
    there = await again.open(ROOM)
    assert (there.head, there.code) == (1, SAVED)
    for key in "1234567":
        length = there.log.text.length
        await there.push(Writer("bob-1", "Bob"), there.head, [insert(length, 0, key)])
    assert there.head > room.head
    ann = reader_of(there, hello)

    assert ann.version is None, "it must not go on from a version that is another text"
    state = json.loads(typed(there, ann))
    assert (state["type"], state["code"]) == ("initial_state", there.code)
    await again.close()
    await hub.close()


async def test_a_client_of_the_new_epoch_resumes(disk: Disk) -> None:
    hub = await seen_and_not_saved(disk)
    disk.boot, disk.holds = "second", False
    again = hub_on(SQLiteStore(disk.cut()))
    there = await again.open(ROOM)

    ann = reader_of(there, Hello(KEY, 1, there.record.epoch))

    assert ann.version == 1
    await again.close()
    await hub.close()


async def test_a_clean_end_changes_no_epoch_when_the_machine_starts_again(
    disk: Disk,
) -> None:
    store = disk.open()
    await store.create(record(), "")
    await store.append(ROOM, 0, chain(revision(1, insert(0, 0, "x"))))
    await store.close()
    disk.boot = "second"

    again = SQLiteStore(store.file.path)

    assert (await again.load(ROOM)).record.epoch == "epoch"
    await again.close()


# --- answers --------------------------------------------------------------------------

Step = Callable[[SQLiteStore], Awaitable[object]]
INVITE = invite()
RESUME = Resume("digest", INVITE.invite_id, "ann", 2_000.0)


async def _made_link(store: SQLiteStore) -> None:
    await store.invites.add(INVITE, MOST)


async def _imported(store: SQLiteStore) -> None:
    lines = list(await export_room(store, ROOM))
    new = "N" * 22
    await import_room(
        store,
        lambda: iter(lines),
        "later",
        lambda old: replace(old, room_id=new, epoch="new"),
    )


async def _written(store: SQLiteStore) -> None:
    hub = hub_on(store)
    await hub.write(ROOM, ANN, "written")
    await (await hub.open(ROOM)).settle()


async def _restored(store: SQLiteStore) -> None:
    await _written(store)
    hub = hub_on(store)
    await hub.write(
        ROOM, Writer.without_connection("Ann"), str((await store.load(ROOM, 0)).code)
    )
    await (await hub.open(ROOM)).settle()


async def _link(store: Store) -> object:
    return await store.invites.find(INVITE.invite_id)


async def _text(store: Store) -> object:
    stored = await store.load(ROOM)
    return Room(stored, store, Limits(), lambda: 0.0).code, stored.last


async def _rooms(store: Store) -> object:
    return [(each.record.room_id, each.version) for each in await store.rooms()]


async def _locked(store: Store) -> object:
    return await store.invites.is_locked(ROOM)


async def _points(store: Store) -> object:
    return await store.points(ROOM)


async def _code(store: Store) -> object:
    return (await store.load("N" * 22)).code


POINT = Point(1, "named", "Ann", 0.0)
ANSWERS: dict[str, tuple[list[Step], Callable[[Store], Awaitable[object]]]] = {
    "a link is made": ([_made_link], _link),
    "a link is used": (
        [
            _made_link,
            lambda store: store.invites.use(INVITE.invite_id, 1_500.0, RESUME),
        ],
        _link,
    ),
    "a link is revoked": (
        [_made_link, lambda store: store.invites.revoke(ROOM, INVITE.invite_id, 1.0)],
        _link,
    ),
    "a role is changed": (
        [
            _made_link,
            lambda store: store.invites.change_role(ROOM, INVITE.invite_id, "view"),
        ],
        _link,
    ),
    "links are replaced": (
        [
            _made_link,
            lambda store: store.invites.replace(ROOM, [INVITE.invite_id], [], 1.0),
        ],
        _link,
    ),
    "a room is locked": ([lambda store: store.invites.lock(ROOM, True)], _locked),
    "a room is made": (
        [lambda store: store.create(record("N" * 22), "new")],
        _code,
    ),
    "a room is deleted": ([lambda store: store.delete(ROOM, 2_000.0)], _rooms),
    "a version is named": (
        [_written, lambda store: store.name_version(ROOM, POINT, MOST)],
        _points,
    ),
    "a name is deleted": (
        [
            _written,
            lambda store: store.name_version(ROOM, POINT, MOST),
            lambda store: store.forget_name(ROOM, 1),
        ],
        _points,
    ),
    "the code is written by REST": ([_written], _text),
    "a version is restored": ([_restored], _text),
    "a room is imported": ([_imported], _code),
}


@pytest.mark.parametrize("answer", ANSWERS)
async def test_what_was_answered_survives_a_cut(disk: Disk, answer: str) -> None:
    steps, ask = ANSWERS[answer]
    store = disk.open()
    await store.create(record(), "")
    for number, step in zip(count(), steps, strict=False):
        await step(store)
        if number == len(steps) - 1:
            path = disk.cut()
    expected = await ask(store)
    disk.boot = "second"

    again = SQLiteStore(path)

    assert await ask(again) == expected
    await again.close()
    await store.close()


async def test_an_answer_that_a_room_is_gone_survives_a_cut(disk: Disk) -> None:
    store = disk.open()
    await store.create(record(), "")
    await store.file.commit(lambda db: db.execute("delete from room"))

    with pytest.raises(RoomNotFound):
        await store.delete(ROOM, 2_000.0)
    disk.boot = "second"
    again = SQLiteStore(disk.cut())

    assert await again.rooms() == []
    await again.close()
    await store.close()
