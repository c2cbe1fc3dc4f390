"""A room, its runs, and who takes part in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.marks import NO_MARKS, marks_of
from jupyter_pairedit.core.roles import Role
from jupyter_pairedit.core.runs import Part, Run, digest_of
from jupyter_pairedit.core.text import to_units
from jupyter_pairedit.protocol import NotedLine, RunError
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.runs.requests import Requester, RunRefusal, UnreadText, Wanted
from jupyter_pairedit.runs.service import Runs
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.records import RoomRecord
from tests.handlers.probes import ProbeKernel
from tests.making import ROOM, Clock, record

ANN = Requester("person-ann", "Ann", "client-ann")
BEN = Requester("person-ben", "Ben", "client-ben")
GUS = Requester("guest-gus", "Gus", "client-gus", guest=True)
EVE = Requester("guest-eve", "Eve", "client-eve", guest=True)


class Source:
    """Kernels that exist only by name. See ``KernelSource``."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.ended: list[str] = []

    def info(self, kernel_id: str) -> Mapping[str, object]:
        return {}

    def name(self, kernel_id: str) -> str:
        return kernel_id.title()

    def specs(self) -> dict[str, str]:
        return {"probe": "Probe"}

    async def start(self, spec: str) -> str:
        self.running.append(f"{spec}-{len(self.running)}")
        return self.running[-1]

    async def shut_down(self, kernel_id: str) -> None:
        self.ended.append(kernel_id)

    async def interrupt(self, kernel_id: str) -> None:
        raise AssertionError

    def on_end(self, kernel_id: str, ended: Callable[[], None]) -> None:
        return None


@dataclass(eq=False)
class Visit:
    """One connection. See ``Session``."""

    client_id: str
    person: str = "guest-gus"
    is_guest: bool = True
    role: Role = "edit"
    changes: list[str] = field(default_factory=list)

    def kernel_changed(self) -> None:
        self.changes.append("kernel")

    def question_changed(self) -> None:
        self.changes.append("question")


class RunRoom:
    """A room with a probe as its kernel."""

    def __init__(self, store: Store, **limits: Any) -> None:
        self.store = store
        self.clock = Clock()
        self.source = Source()
        self.probe = ProbeKernel()
        self.limits = Limits(**limits)
        settings = replace(record().settings, guests_may_ask=True)
        self.record: RoomRecord = replace(record(limit=9), settings=settings)
        self.room: Room
        self.runs: Runs

    async def open(self) -> None:
        """Start a server with the room."""
        await self.store.create(self.record, "")
        hub = Hub(self.store, self.limits, now=lambda: 1.0, clock=self.clock)
        self.runs = Runs(hub, cast("Any", self.source), self.clock)
        self.runs.bindings._connect = cast("Any", self.probe)
        self.room = await hub.open(ROOM)
        for guest in (GUS, EVE):
            visit = Visit(guest.client_id, guest.person)
            self.runs.sessions.add(ROOM, visit)
        await self.runs.bindings.bind(ROOM, "probe", ANN.person)

    async def close(self) -> None:
        """End the server."""
        await self.runs.close()

    @property
    def code(self) -> str:
        """The newest text."""
        return str(self.room.log.text)

    async def type(self, text: str, who: Requester = ANN, at: int | None = None) -> int:
        """Insert text, at the end if no place is given. Return the version."""
        length = self.room.log.text.length
        start = length if at is None else at
        return await self.edit(start, start, text, who)

    async def edit(self, start: int, end: int, text: str, who: Requester) -> int:
        """Replace a range. Return the version."""
        length = self.room.log.text.length
        change = ChangeSet.replacing(length, [(start, end, to_units(text))])
        marks = marks_of(["guest"]) if who.guest else NO_MARKS
        writer = Writer(who.client_id, who.name, marks)
        await self.room.push(writer, self.room.head, [change])
        return self.room.head

    async def wanted(
        self, version: int | None = None, part: Part | None = None
    ) -> Wanted:
        """Return what names a version, the newest if none is given."""
        version = self.room.head if version is None else version
        code = await self.text_of(version)
        code = code[part.start : part.end] if part else code
        return Wanted(self.room.record.epoch, version, digest_of(code), part)

    async def text_of(self, version: int) -> str:
        """Return the text of a version."""
        from jupyter_pairedit.rooms.history import code_at

        return await code_at(self.store, ROOM, version)

    async def run(
        self,
        who: Requester = ANN,
        version: int | None = None,
        part: Part | None = None,
        *,
        unread: bool = False,
    ) -> Run:
        """Run a version, or ask for it."""
        wanted = await self.wanted(version, part)
        return await self.runs.request(self.room, who, wanted, unread=unread)

    async def unread(self, who: Requester = ANN, version: int | None = None) -> Listed:
        """Request a run that lists lines instead. Return the list."""
        given = [*self.probe.given]
        with pytest.raises(UnreadText) as raised:
            await self.run(who, version)
        assert self.probe.given == given
        return Listed(self, who, raised.value)

    async def refused(self, work: Any) -> RunError:
        """Await something that is refused. Return the code of the refusal."""
        given = [*self.probe.given]
        with pytest.raises(RunRefusal) as raised:
            await work
        assert self.probe.given == given
        return raised.value.code

    async def state(self, run: Run) -> str:
        """Return what is stored of a run."""
        (found,) = [
            each
            for each in await self.store.runs.runs(ROOM)
            if each.number == run.number
        ]
        return found.state


class Listed:
    """A list of lines that a person is sent."""

    def __init__(self, at: RunRoom, who: Requester, text: UnreadText) -> None:
        self.at, self.who, self.text = at, who, text
        at.runs.shown.listed(ROOM, who.person, 1, text)

    @property
    def lines(self) -> Sequence[NotedLine]:
        return self.text.lines

    @property
    def numbers(self) -> list[int]:
        """The numbers of its lines."""
        return [each.line for each in self.lines]

    def confirm(self, request: int = 1, version: int | None = None) -> None:
        """Confirm a list: this one, if no other is named."""
        version = self.text.version if version is None else version
        self.at.runs.shown.confirm(ROOM, self.who.person, request, version)
