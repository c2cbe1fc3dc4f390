"""Keys of whole-file writes, so that a room carries out each write once."""

from __future__ import annotations

from typing import NamedTuple

_DIGITS = 16
"""Of 2**53 - 1, the largest number on the wire."""


class WriteKey(NamedTuple):
    """What identifies a write in its room.

    ``key`` is stored with the write. A write is a repeat, and not carried out, if the
    room has one whose key is between ``key`` and ``last``, in the order of ASCII.
    """

    key: str
    last: str

    @classmethod
    def single(cls, key: str) -> WriteKey:
        """Return the key of a write that is a repeat of writes with that key alone."""
        return cls(key, key)

    @classmethod
    def numbered(cls, writer: str, number: int) -> WriteKey:
        """Return the key of a writer's ``number``-th write.

        It is also a repeat if the writer has made a later write: several clients may
        send the writes of one writer, and each of them may leave some out.
        """
        return cls(f"{writer}-{number:0{_DIGITS}}", f"{writer}-{'9' * _DIGITS}")

    def covers(self, key: str) -> bool:
        """Return whether a write with that key makes this one a repeat."""
        return self.key <= key <= self.last
