"""A room whose epoch has changed is not a room that was deleted."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.peers.peers import Peers
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import insert, until
from tests.stores.sqlite.power import Disk

ANN = Writer("ann-1", "Ann")
ROOMS = ("A" * 22, "B" * 22)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path, monkeypatch)


async def at_once(_: float) -> None:
    """Sleep for no time."""
    await asyncio.sleep(0)


async def entered(hub: Hub, room_id: str) -> tuple[Room, EditReader]:
    await hub.create("Ann", room_id=room_id, code="")
    room = await hub.open(room_id)
    reader = EditReader(ANN.client_id, "ann", "Ann", accepts=True)
    room.audience.join(reader)
    return room, reader


async def test_after_a_failed_sync_all_rooms_are_read_again_and_go_on(
    disk: Disk,
) -> None:
    hub = Hub(disk.open(), Limits(), now=lambda: 0.0, clock=lambda: 0.0)
    (typed, ann), (quiet, bob) = [await entered(hub, each) for each in ROOMS]
    peers = Peers(hub, hub.store.peers, None, at_once)
    peers.start()
    disk.error = OSError(errno.EIO, "Input/output error")

    await typed.push(ANN, 0, [insert(0, 0, "x")])
    await until(lambda: bool(ann.ending and bob.ending))

    # Not ROOM_DELETED, after which editors give up.
    codes = {each.ending and each.ending.code for each in (ann, bob)}
    assert codes <= {Close.STORAGE_LOST, Close.RESTARTING}
    for room in (typed, quiet):
        again = await hub.open(room.record.room_id)
        assert again is not room
        assert again.record.epoch != room.record.epoch
        assert again.code == room.code
        await again.push(ANN, again.head, [insert(again.head, 0, "y")])
        await again.synced(again.head)
    await peers.stop()
    await hub.close()


async def test_a_write_by_rest_to_a_room_of_another_epoch_goes_on(disk: Disk) -> None:
    hub = Hub(disk.open(), Limits(), now=lambda: 0.0, clock=lambda: 0.0)
    room, ann = await entered(hub, ROOMS[0])
    await hub.write(ROOMS[0], Writer.without_connection("Ann"), "one")
    disk.error = OSError(errno.EIO, "Input/output error")
    with pytest.raises(StorageFailure):
        await hub.store.synced()

    version = await hub.write(ROOMS[0], Writer.without_connection("Ann"), "two")

    assert version == 2
    assert ann.ending is not None and ann.ending.code == Close.RESTARTING
    assert (await hub.open(ROOMS[0])).code == "two"
    await room.settle()
    await hub.close()
