"""The text that a run executes, taken from the room's own log."""

from __future__ import annotations

from ..core.notes import notes
from ..core.runs import OtherText, OutsideText, code_of
from ..core.text import Text
from ..protocol import NotedLine
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


async def noted_lines(
    store: Store, room: Room, wanted: Wanted, code: str
) -> list[NotedLine]:
    """Return the lines of the code to be run that a person should look at.

    They are numbered as in the whole text. Raises ``RunRefusal``.
    """
    first = 1
    if wanted.part is not None:
        text = await text_at(store, room, wanted.epoch, wanted.version)
        first += text.slice(0, wanted.part.start).count("\n")
    # About 1 µs for each character, if none of them is ASCII.
    return await compute(len(code), lambda: _numbered(code, first))


def _numbered(code: str, first: int) -> list[NotedLine]:
    """Return the lines of code to look at, numbered as in the whole text."""
    return [
        NotedLine(
            line=each.line + first - 1,
            text=each.text,
            invisible=list(each.invisible),
            command=each.command,
        )
        for each in notes(code)
    ]


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
