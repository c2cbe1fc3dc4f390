"""The past of a room: who wrote which line, the versions, and restoring one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.marks import marks_of
from ..core.revisions import Kind
from .views import BlameLine, HistoryEntry


class _Run(msgspec.Struct):
    line: int
    count: Annotated[int, Meta(ge=1)]
    author: str
    at: float
    kind: Kind
    marks: list[str] = []


class Blame(msgspec.Struct):
    """What the server says of the lines."""

    authors: list[str]
    lines: list[_Run]


class _Revision(msgspec.Struct):
    version: int
    author: str
    at: float
    kind: Kind
    marks: list[str] = []


class Revisions(msgspec.Struct):
    """What the server says of some versions."""

    head: int
    revisions: list[_Revision]


class Archive(ABC):
    """Requests about one room. They raise a ``RoomError``."""

    async def blame(self) -> list[BlameLine]:
        """Return who last changed each line."""
        return [
            BlameLine(line, run.author, run.at, run.kind, marks_of(run.marks))
            for run in (await self._blame()).lines
            for line in range(run.line, run.line + run.count)
        ]

    async def authors(self) -> list[str]:
        """Return the names of all who have changed the code, and of who made it."""
        return (await self._blame()).authors

    async def history(self, after: int) -> list[HistoryEntry]:
        """Return the versions after a version, oldest first."""
        entries: list[HistoryEntry] = []
        while True:
            page = await self._revisions(after)
            entries += [
                HistoryEntry(
                    each.version,
                    each.author,
                    each.at,
                    each.kind,
                    marks_of(each.marks),
                )
                for each in page.revisions
            ]
            if not page.revisions or page.revisions[-1].version >= page.head:
                return entries
            after = page.revisions[-1].version

    @abstractmethod
    async def restore(self, version: int, write: Callable[[str], None]) -> int:
        """Restore a version, perhaps by writing its code.

        Returns a version from which on it is restored, or 0 if it was written.
        """

    @abstractmethod
    async def _blame(self) -> Blame: ...

    @abstractmethod
    async def _revisions(self, after: int) -> Revisions: ...
