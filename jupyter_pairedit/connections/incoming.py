"""Reading frames of clients within the limits."""

from __future__ import annotations

import msgspec

from ..core.changes import ChangeSet
from ..core.limits import KIB, Limits
from ..core.storable import BadChange
from ..protocol import ChangeJSON, ClientMessage, decode, read
from .throttle import ConnectionLimits

SMALL = 64 * KIB
"""Characters of a frame that is always decoded within a few milliseconds."""

_skipping = msgspec.json.Decoder(msgspec.Raw)
"""Checks JSON without creating objects."""


def read_message(frame: str | bytes, limits: Limits) -> ClientMessage:
    """Return the message in a frame.

    Raises ``msgspec.DecodeError`` for what is no message, and ``BadChange`` for more
    lists than a push may have.
    """
    if isinstance(frame, bytes):
        raise msgspec.ValidationError("Expected a text frame, found a binary one")
    most = limits.updates + limits.parts + 1
    # Before it is decoded: half a million lists would hold up the event loop.
    if len(frame) > SMALL and frame.count("[") > most:
        found = _lists_in(frame)
        if found > most:
            read(_skipping, frame, "a message")
            raise _too_many(limits, f"{found} lists")
    return decode(frame)


async def read_throttled(
    frame: str | bytes, limits: Limits, throttle: ConnectionLimits, client_id: str
) -> ClientMessage:
    """Return the message in a frame; a large one waits while its client owes time.

    A large frame that is refused delays the next large one. Raises as ``read_message``.
    """
    if len(frame) <= SMALL:
        return read_message(frame, limits)
    await throttle.wait_for_size(client_id)
    try:
        return read_message(frame, limits)
    except (msgspec.DecodeError, BadChange):
        throttle.spend(client_id, len(frame))
        raise


def read_changes(updates: list[ChangeJSON], limits: Limits) -> list[ChangeSet]:
    """Return the change sets of a push. Raises ``BadChange``."""
    parts = sum(map(len, updates))
    if len(updates) > limits.updates or parts > limits.parts:
        raise _too_many(limits, f"{len(updates)} of {parts}")
    return [ChangeSet.from_json(update) for update in updates]


def _lists_in(frame: str) -> int:
    """Return how many JSON arrays a frame has; brackets in strings do not count."""
    unescaped = frame.replace("\\\\", "").replace('\\"', "")
    return "".join(unescaped.split('"')[::2]).count("[")


def _too_many(limits: Limits, found: str) -> BadChange:
    return BadChange(
        f"expected at most {limits.updates} updates of {limits.parts} parts in a push, "
        f"found {found}"
    )
