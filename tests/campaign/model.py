"""A room without I/O: a log by ``core``, and a reader for each connection."""

from __future__ import annotations

import random
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.diff import smallest_change
from jupyter_pairedit.core.revisions import Kind, Revision, rebase
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.protocol import (
    ClientMessage,
    CodeChange,
    CodeUpdate,
    Hello,
    InitialState,
    Saved,
    ServerMessage,
    Update,
    Welcome,
    WriteId,
)

T = TypeVar("T")


class ModelServer:
    """Rebases pushed edits and stores the log."""

    epoch = 0

    async def begin(self, code: str) -> None:
        """See ``RoomServer.begin``."""
        self.epoch += 1
        self.revisions: list[Revision] = []
        self.merged = 0
        self.seats: dict[str, ModelSeat] = {}
        self.text = Text.of(code)
        self.written = set[WriteId]()

    async def connect(self) -> ModelSeat:
        """See ``RoomServer.connect``."""
        return ModelSeat(self)

    def push(self, client_id: str, version: int, pushed: list[ChangeSet]) -> None:
        """Rebase and append."""
        assert version <= len(self.revisions)
        pending = rebase(client_id, pushed, self.revisions[version:])
        self._append("edit", client_id, pending)

    def replace(self, client_id: str, code: str, id: WriteId | None = None) -> None:
        """Append what makes the code this one, once for each id."""
        if id in self.written:
            return
        if id is not None:
            self.written.add(id)
        change = smallest_change(self.text, code)
        if not change.empty:
            self._append("write", client_id, [change])

    def _append(self, kind: Kind, author: str, changes: Sequence[ChangeSet]) -> None:
        for change in changes:
            version = len(self.revisions) + 1
            self.text = change.apply(self.text)
            self.revisions.append(Revision(version, kind, author, "", 0.0, change))

    async def write(self, code: str) -> None:
        """See ``RoomServer.write``."""
        self.replace("outside", code)

    async def code(self) -> str:
        """See ``RoomServer.code``."""
        return str(self.text)

    async def log(self) -> Sequence[Revision]:
        """See ``RoomServer.log``."""
        return self.revisions

    async def compact(self, rng: random.Random) -> int:
        """See ``RoomServer.compact``; the log itself is left, for the oracles."""
        self.merged = rng.randint(self.merged, len(self.revisions))
        return self.merged

    async def own(self, client_id: str, version: int) -> list[int]:
        """See ``RoomServer.own``."""
        log = self.revisions[:version]
        return [each.version for each in log if each.confirms(client_id)]

    async def restart(self) -> None:
        """All is stored."""

    async def together(self, *work: Coroutine[Any, Any, None]) -> None:
        """See ``RoomServer.together``; here one after the other."""
        for each in work:
            await each

    async def trouble(self, rng: random.Random) -> None:
        """Nothing goes wrong in a model."""

    async def recover(self) -> None:
        """Nothing went wrong."""


class ModelSeat:
    """A reader, as ``readers.EditReader`` is one."""

    def __init__(self, server: ModelServer) -> None:
        self.server = server
        self.ended = False
        self.client_id = ""
        self.version: int | None = None
        self.owed: WriteId | None = None
        self.author: str | None = None
        """The client of the last revision that was sent."""

    async def take(self, message: ClientMessage) -> list[ServerMessage]:
        """See ``Seat.take``."""
        server = self.server
        if self.ended:
            return []
        match message:
            case Hello():
                epoch = str(server.epoch)
                self.client_id = f"{message.key}.{epoch}"
                server.seats.get(self.client_id, self).ended = True
                server.seats[self.client_id] = self
                self.ended = False
                if (
                    message.epoch == epoch
                    and isinstance(message.version, int)
                    and message.version >= server.merged
                ):
                    self.version = message.version
                resumed = self.version is not None
                return [Welcome(self.client_id, epoch, resumed, "", "python", 9)]
            case CodeChange(code=str(code), id=WriteId() as id):
                server.replace(self.client_id, code, id)
                self.owed = id
            case CodeChange(version=int(version)) if version < server.merged:
                self.ended = True
            case CodeChange(version=int(version), updates=list(updates)):
                pushed = [ChangeSet.from_json(update) for update in updates]
                server.push(self.client_id, version, pushed)
        return []

    async def pull(self) -> ServerMessage | None:
        """See ``Seat.pull``."""
        server = self.server
        head = len(server.revisions)
        if not self.client_id or self.ended:
            return None
        if self.version is None:
            self.version, self.author = head, None
            return InitialState(str(server.text), head)
        if self.version < head:
            news = server.revisions[self.version :]
            self.version = head
            author, self.author = self.author, news[-1].client_id
            if all(each.confirms(self.client_id) for each in news):
                return Saved() if len(news) == 1 else Saved(head)
            updates = [_update(each) for each in news]
            if author is None:
                return CodeUpdate(head, updates=updates)
            if updates[0].client_id == author:
                updates[0] = Update(0, updates[0].changes, updates[0].write)
            return CodeUpdate(updates=updates)
        if self.owed:
            owed, self.owed = self.owed, None
            return Saved(head, owed)
        return None

    def leave(self) -> None:
        """See ``Seat.leave``."""


def _update(revision: Revision) -> Update:
    write: Any = int(revision.kind == "write")
    return Update(revision.client_id, revision.changes.to_json(), write)


def without_waiting(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits, without an event loop."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("expected work that does not wait")
