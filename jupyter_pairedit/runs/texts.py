"""The text that a run executes, taken from the room's own log."""

from __future__ import annotations

from ..core.runs import OtherText, OutsideText, code_of
from ..core.text import Text
from ..rooms.history import code_at
from ..rooms.replica import compute
from ..rooms.room import Room
from ..stores.base import Store
from ..stores.errors import VersionMerged, VersionNotFound
from .requests import RunRefusal, Wanted


async def wanted_code(store: Store, room: Room, wanted: Wanted) -> str:
    """Return exactly the code that is to be run. Raises ``RunRefusal``."""
    text = await text_at(store, room, wanted.epoch, wanted.version)
    try:
        return await compute(
            text.length // 256, lambda: code_of(text, wanted.part, wanted.digest)
        )
    except OutsideText as outside:
        raise RunRefusal("outside", str(outside)) from None
    except OtherText as other:
        raise RunRefusal("stale", str(other)) from None


async def first_line(store: Store, room: Room, wanted: Wanted) -> int:
    """Return the line of the text, from 1, in which the code to be run starts.

    Raises ``RunRefusal``.
    """
    if wanted.part is None:
        return 1
    text = await text_at(store, room, wanted.epoch, wanted.version)
    return text.slice(0, wanted.part.start).count("\n") + 1


async def text_at(store: Store, room: Room, epoch: str, version: int) -> Text:
    """Return the text of a version. Raises ``RunRefusal``."""
    if epoch != room.record.epoch:
        raise RunRefusal(
            "stale", "Expected the epoch of this room, found another: load it again."
        )
    await room.catch_up(version)
    if version == room.head:
        return room.log.text
    try:
        return Text.of(await code_at(store, room.record.room_id, version))
    except VersionNotFound as missing:
        raise RunRefusal("stale", str(missing)) from None
    except VersionMerged as merged:
        raise RunRefusal("merged", str(merged)) from None
