"""Decodes contents of messages, of which only so much is built as can be kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

_LEVELS = 3
"""Of objects in objects: ``data`` of a content has the texts by their types."""
_LONGEST_ESCAPE = 12
r"""Bytes of a character in JSON: ``\ud83d\ude00``."""


class Content:
    """What a message contains. A text of more than ``most`` bytes is cut to that, and
    a list of more than ``most`` bytes is left out.

    ``printed``: it is a text of a stream, the rest of which need not be looked at.
    """

    def __init__(
        self, data: bytes | memoryview, most: int, *, printed: bool = False
    ) -> None:
        self._most = most
        self.cut = 0
        """The bytes of texts that were left out."""
        view = memoryview(data)
        found: object = None
        if printed and len(view) > most:
            found = _start_of_stream(view[:most])
            self.cut = len(view) - most if found else 0
        found = found or self._decode(view, _LEVELS)
        self.fields: dict[str, Any] = found if isinstance(found, dict) else {}
        """Empty if the content is no object."""

    def _decode(self, data: memoryview, levels: int) -> object:
        if len(data) <= self._most:
            return _decode(data)
        start = bytes(data[:1])
        if start == b'"':
            self.cut += len(data) - self._most
            return _start_of_text(data[: self._most])
        try:
            if start == b"{" and levels:
                parts = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
                return {
                    key: self._decode(memoryview(part), levels - 1)
                    for key, part in parts.items()
                }
        except (ValueError, RecursionError):
            pass
        self.cut += len(data)
        return None


def _decode(data: memoryview) -> object:
    try:
        return msgspec.json.decode(data)
    except (ValueError, RecursionError):
        return _lenient(bytes(data))


def _strict(data: bytes) -> object:
    """Decode JSON without a copy of it; None for any other data."""
    try:
        return msgspec.json.decode(data)
    except (ValueError, RecursionError):
        return None


def _lenient(data: bytes) -> object:
    """Decode what some kernels send: NaN, lone surrogates, bytes that are no UTF-8."""
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _start_of_text(data: memoryview) -> str:
    """Decode the start of a string, which may end within an escape."""
    for decode in (_strict, _lenient):
        for start in _closed(data, b'"'):
            found = decode(start)
            if isinstance(found, str):
                return found
    return ""


def _start_of_stream(data: memoryview) -> dict[str, object] | None:
    """Decode the start of a content that ends with its text; None for any other.

    To find the end of 20 MB of text takes 25 ms, in which no other thread runs.
    """
    for start in _closed(data, b'"}'):
        found = _strict(start)
        if isinstance(found, dict):
            both = isinstance(found.get("name"), str) and "text" in found
            return found if both else None
    return None


def _closed(data: memoryview, end: bytes) -> Iterator[bytes]:
    """Yield the start of JSON, cut at each place that may not be within an escape."""
    for size in range(len(data), max(len(data) - _LONGEST_ESCAPE, 0), -1):
        yield b"".join((data[:size], end))
