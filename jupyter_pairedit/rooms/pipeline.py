"""Commits of one room that are under way.

While revisions are being appended to the store, the next ones are computed on top of
them. All that wait are appended together. They are in no memory but this one: readers
get them after the append.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..core.revisions import Kind, Revision
from ..core.text import Text
from ..stores.errors import StoreError, VersionConflict
from .background import BackgroundTasks
from .log import Log


class Interrupted(Exception):
    """A commit before this one was cancelled: make it again on top of the log."""


class Tip(NamedTuple):
    """Where the next revisions follow on."""

    version: int
    digest: str
    text: Text


@dataclass(slots=True, eq=False)
class Commit:
    """Revisions of one client to append, and the text after them."""

    kind: Kind
    client_id: str
    revisions: Sequence[Revision]
    text: Text
    done: asyncio.Future[None] | None = None
    """The outcome, for a caller that does not append itself."""


class Pipeline:
    """The commits of a room in their order.

    ``append`` stores the commits that it is given, all or none, and adds them to
    ``log``. It is called for one batch after the other.
    """

    def __init__(
        self, log: Log, append: Callable[[Sequence[Commit]], Awaitable[None]]
    ) -> None:
        self._log = log
        self._append = append
        self._tasks = BackgroundTasks()
        self._under_way: Sequence[Commit] = ()
        self._waiting: list[Commit] = []
        self._busy = False
        self._drained: asyncio.Future[None] | None = None
        self.failures = 0
        """How many appends have failed, and with them the tip."""
        self.conflicts = 0
        """How many appends in a row another server has preceded."""

    @property
    def tip(self) -> Tip:
        """The end of the last commit, or of the log if none is under way."""
        last = self._last
        if last is None:
            return Tip(self._log.head, self._log.digest, self._log.text)
        revision = last.revisions[-1]
        return Tip(revision.version, revision.digest, last.text)

    @property
    def _last(self) -> Commit | None:
        if self._waiting:
            return self._waiting[-1]
        return self._under_way[-1] if self._under_way else None

    @property
    def revisions(self) -> list[Revision]:
        """The revisions after the head of the log, up to the tip."""
        commits = [*self._under_way, *self._waiting]
        return [each for commit in commits for each in commit.revisions]

    def add(self, commit: Commit) -> Awaitable[None]:
        """Add a commit that follows the tip; return what to await at once.

        If an append fails, the commits behind it fail in the same way: they were made
        on top of revisions that the store may not have. If the caller of the append was
        cancelled, they raise ``Interrupted``.
        """
        self._waiting.append(commit)
        if self._busy:
            commit.done = asyncio.get_running_loop().create_future()
            return commit.done
        self._busy = True
        return self._append_waiting()

    async def drained(self) -> None:
        """Wait until no commit is under way, whether they succeed or fail."""
        while self._busy:
            if self._drained is None:
                self._drained = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._drained)

    async def settle(self) -> None:
        """Wait until all operations of the store are done."""
        await self.drained()
        await self._tasks.settle()

    async def _append_waiting(self) -> None:
        self._under_way, self._waiting = self._waiting, []
        try:
            await self._append(self._under_way)
        except BaseException as error:
            failed = [*self._under_way, *self._waiting]
            self._under_way, self._waiting = (), []
            self.failures += 1
            self.conflicts += isinstance(error, VersionConflict)
            self._rest()
            _fail(failed, error)
            raise
        self.conflicts = 0
        done, self._under_way = self._under_way, ()
        if self._waiting:
            self._tasks.start(self._go_on())
        else:
            self._rest()
        for commit in done:
            if commit.done is not None and not commit.done.done():
                commit.done.set_result(None)

    async def _go_on(self) -> None:
        # Each caller has got the error.
        with contextlib.suppress(StoreError):
            await self._append_waiting()

    def _rest(self) -> None:
        self._busy = False
        drained, self._drained = self._drained, None
        if drained is not None:
            drained.set_result(None)


def _fail(commits: Sequence[Commit], error: BaseException) -> None:
    if not isinstance(error, StoreError):
        error = Interrupted()
    for commit in commits:
        if commit.done is not None and not commit.done.done():
            commit.done.set_exception(error)
