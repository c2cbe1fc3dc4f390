"""The code of a room as UTF-16 units, in chunks.

CodeMirror counts UTF-16 units, Python counts code points. Strings inside ``core``
therefore consist of *units*: an astral character is two characters (a surrogate pair),
so that lengths and slices are the same as in the browser. Only ``to_units`` and
``from_units`` convert.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

import msgspec

CHUNK = 16_384
"""Units in a chunk. An edit copies a chunk and the tuple of chunks: microseconds for a
key in 1 MiB of code, where copying the text takes milliseconds."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LINE_END = re.compile("\r\n?")


def to_units(text: str) -> str:
    """Return the text with each astral character as two UTF-16 units, as JavaScript.

    A lone surrogate stays as it is.
    """
    if text.isascii() or _ASTRAL.search(text) is None:
        return text
    # JSON escapes an astral character as its two units, and "unicode_escape" decodes
    # each escape by itself. Both run in C: 1 MiB of emoji takes 10 ms, not 200.
    return json.dumps(text)[1:-1].encode().decode("unicode_escape")


def from_units(units: str) -> str:
    """Return the text of which ``to_units`` makes ``units``.

    A lone surrogate stays as it is.
    """
    if units.isascii() or _PAIR.search(units) is None:
        return units
    # A JSON reader joins the escapes of two units into one character.
    text: str = json.loads(json.dumps(units))
    return text


def utf8_size(units: str) -> int:
    """Return the size of the units as UTF-8, in bytes."""
    if units.isascii():
        return len(units)
    return len(from_units(units).encode("utf-8", "surrogatepass"))


def unify_line_ends(code: str) -> str:
    """Return the code with line feeds as line ends, as CodeMirror does on loading."""
    return _LINE_END.sub("\n", code) if "\r" in code else code


class Text(msgspec.Struct, frozen=True, gc=False):
    """An immutable text. It shares unchanged chunks with the text it was made from."""

    chunks: tuple[str, ...]
    length: int
    """In UTF-16 units."""
    size: int
    """In bytes of UTF-8."""

    @classmethod
    def of(cls, code: str) -> Text:
        """Return the text of a string of code points."""
        units = to_units(code)
        return cls(tuple(_pack([units])), len(units), utf8_size(units))

    def __str__(self) -> str:
        """Return the text as a string of code points."""
        return from_units(self.units)

    @property
    def units(self) -> str:
        """The text as a string of units."""
        return "".join(self.chunks)

    def splice(self, edits: Iterable[tuple[int, int, str]]) -> Text:
        """Return the text with each ``start:end`` replaced by units.

        The edits are in ascending order and do not overlap. Positions are those of this
        text.
        """
        rest = _Reader(self.chunks)
        pieces: list[str] = []
        size, length = self.size, self.length
        for start, end, insert in edits:
            pieces.extend(rest.take(start - rest.position))
            removed = "".join(rest.take(end - start))
            pieces.append(insert)
            length += len(insert) - len(removed)
            size += utf8_size(insert) - utf8_size(removed)
        pieces.extend(rest.take(self.length - rest.position))
        return Text(tuple(_pack(pieces)), length, size)

    def slice(self, start: int, end: int) -> str:
        """Return the units from ``start`` to ``end``, which must be inside the text."""
        rest = _Reader(self.chunks)
        rest.skip(start)
        return "".join(rest.take(end - start))

    def splits_pair(self, position: int) -> bool:
        """Return whether ``position`` is inside an astral character."""
        if not 0 < position < self.length:
            return False
        return _PAIR.fullmatch(self.slice(position - 1, position + 1)) is not None


class _Reader:
    """Reads chunks in ascending order. Whole chunks are not copied."""

    def __init__(self, chunks: tuple[str, ...]) -> None:
        self._chunks = chunks
        self._index = 0
        self._offset = 0
        self.position = 0

    def take(self, count: int) -> Iterator[str]:
        self.position += count
        while count:
            chunk = self._chunks[self._index]
            end = self._offset + count
            if end >= len(chunk):
                yield chunk[self._offset :] if self._offset else chunk
                count = end - len(chunk)
                self._index, self._offset = self._index + 1, 0
            else:
                yield chunk[self._offset : end]
                self._offset, count = end, 0

    def skip(self, count: int) -> None:
        self.position += count
        while count and count >= len(self._chunks[self._index]) - self._offset:
            count -= len(self._chunks[self._index]) - self._offset
            self._index, self._offset = self._index + 1, 0
        self._offset += count


def _pack(pieces: Iterable[str]) -> Iterator[str]:
    """Yield chunks of about ``CHUNK`` units: join small pieces and split large ones."""
    small = ""
    for piece in pieces:
        if not small and CHUNK // 2 <= len(piece) <= 2 * CHUNK:
            yield piece
            continue
        small += piece
        if len(small) >= CHUNK // 2:
            if len(small) <= 2 * CHUNK:
                yield small
            else:
                for start in range(0, len(small), CHUNK):
                    yield small[start : start + CHUNK]
            small = ""
    if small:
        yield small
