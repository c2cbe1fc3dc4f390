"""Updates of Yjs (version 1 of its format) for single keys, without Yjs itself."""

from __future__ import annotations

Id = tuple[int, int]
"""A client and its clock: the identity of a character."""

ROOT = "source"
"""The name of the text in a document."""

NOTHING = b"\0\0"
"""An update without content, and the state of a document without any."""

_STRING = 4
_HAS_ORIGIN, _HAS_RIGHT_ORIGIN = 0x80, 0x40


def number(value: int) -> bytes:
    """Return an unsigned number, seven bits in a byte, the lowest first."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def lengthed(data: bytes) -> bytes:
    """Return bytes after their length."""
    return number(len(data)) + data


def first_text(client: int, text: str) -> bytes:
    """Return an update that begins a document with a text of ASCII."""
    parent = number(1) + lengthed(ROOT.encode())
    content = parent + lengthed(text.encode())
    return b"\1\1" + number(client) + number(0) + bytes([_STRING]) + content + b"\0"


def key(client: int, clock: int, left: Id, right: Id) -> bytes:
    """Return an update that inserts a character between two others."""
    info = _STRING | _HAS_ORIGIN | _HAS_RIGHT_ORIGIN
    places = b"".join(map(number, (*left, *right)))
    head = b"\1\1" + number(client) + number(clock) + bytes([info])
    return head + places + lengthed(b"x") + b"\0"


def last_key(update: bytes) -> Id | None:
    """Return the client and the last clock of an update that inserts text.

    None for an update of anything else, such as the fields of a document.
    """
    read = _Reader(update)
    if read.number() != 1:
        return None
    structs, client, clock = read.number(), read.number(), read.number()
    for _ in range(structs):
        info = read.byte()
        origins = (info & _HAS_ORIGIN > 0) + (info & _HAS_RIGHT_ORIGIN > 0)
        if info & 31 != _STRING or not origins:
            return None
        for _ in range(2 * origins):
            read.number()
        clock += len(read.lengthed())
    return client, clock - 1


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def byte(self) -> int:
        self._place += 1
        return self._data[self._place - 1]

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def lengthed(self) -> bytes:
        size = self.number()
        self._place += size
        return self._data[self._place - size : self._place]


def unlengthed(data: bytes) -> bytes:
    """Return the bytes that follow their length at the beginning of ``data``."""
    return _Reader(data).lengthed()
