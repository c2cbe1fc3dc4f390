"""What names a message that is answered, so that a refusal says which it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, get_args

import msgspec

from ..protocol import Ask, ClientMessage, Request, RunMessage, type_of

T = TypeVar("T")

_RUN_MESSAGES = {str(each.__struct_config__.tag) for each in get_args(RunMessage)}
_REQUESTS = {str(each.__struct_config__.tag) for each in (Ask, *get_args(Request))}
_LONGEST = 20
"""Bytes of a field that names a request, as JSON."""


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
