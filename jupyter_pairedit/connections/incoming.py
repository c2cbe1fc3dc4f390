"""Reading frames of clients within the limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, get_args

import msgspec

from ..core.changes import ChangeSet
from ..core.limits import KIB, Limits
from ..core.storable import BadChange
from ..protocol import (
    Ask,
    ChangeJSON,
    ClientMessage,
    Request,
    RunMessage,
    decode,
    read,
    type_of,
)
from .throttle import ConnectionLimits

T = TypeVar("T")

SMALL = 64 * KIB
"""Characters of a frame that is always decoded within a few milliseconds."""

_RUN_MESSAGES = {str(each.__struct_config__.tag) for each in get_args(RunMessage)}
_REQUESTS = {str(each.__struct_config__.tag) for each in (Ask, *get_args(Request))}
_LONGEST = 20
"""Bytes of a field that names a request, as JSON."""

_skipping = msgspec.json.Decoder(msgspec.Raw)
"""Checks JSON without creating objects."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What names a message that is answered, so that a refusal says which it is about.

    Without it, the client would wait until it gives up.
    """

    about_run: bool
    id: int = 0
    run: int = 0
    """Of a message about a run that there is."""


def asked_by(message: ClientMessage) -> Asked | None:
    """Return what names a message; None if it is no request."""
    return _asked(type_of(message), lambda name: getattr(message, name, 0))


class _Fields(msgspec.Struct):
    type: msgspec.Raw = msgspec.Raw()
    id: msgspec.Raw = msgspec.Raw()
    run: msgspec.Raw = msgspec.Raw()


_fields = msgspec.json.Decoder(_Fields)


def asked_in(frame: str | bytes) -> Asked | None:
    """Return what names a message that could not be read; None if that is unknown."""
    try:
        fields = _fields.decode(frame)
    except (ValueError, RecursionError):
        return None
    kind = _short(fields.type, str)
    if kind is None:
        return None
    return _asked(kind, lambda name: _short(getattr(fields, name), int) or 0)


def _asked(kind: str, number: Callable[[str], int]) -> Asked | None:
    if kind not in _RUN_MESSAGES | _REQUESTS:
        return None
    return Asked(kind in _RUN_MESSAGES, number("id"), number("run"))


def _short(field: msgspec.Raw, kind: type[T]) -> T | None:
    """Return a field that is of a kind, and short."""
    if len(bytes(field)) > _LONGEST:
        return None
    try:
        return msgspec.json.decode(field, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        return None


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
