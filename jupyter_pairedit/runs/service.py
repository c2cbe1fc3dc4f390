"""Running the code of this server's rooms.

Only what is in memory here is executed: a person's own request, or the approval of a
question, that has reached this server. What another server, or anybody else, writes
into the database is shown, and at most asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from ..core.notes import notes
from ..core.runs import Run, RunState
from ..protocol import NotedLine, Question
from ..rooms.hub import Hub
from ..rooms.room import Room
from ..running.execution import Execution
from ..stores.base import StoreError
from .bindings import Binding, Bindings
from .grants import Grants
from .questions import OpenQuestion, Questions
from .recorder import Recorder, show
from .reported import ReportedRuns
from .requests import Requester, RunRefusal, Wanted
from .sessions import Session, Sessions
from .shown import ShownText
from .source import KernelSource
from .texts import text_at, wanted_code

_ENDED = "This run has ended, or was decided, already."


class Runs:
    """The runs of a hub. ``clock`` is monotonic, in seconds."""

    def __init__(
        self, hub: Hub, source: KernelSource, clock: Callable[[], float]
    ) -> None:
        self.hub = hub
        self._limits = hub.limits
        self._clock = clock
        self.sessions = Sessions()
        self.bindings = Bindings(source, hub.limits, self._kernel_changed)
        self.grants = Grants(hub.limits.grant, clock)
        self.questions = Questions(hub.limits, clock)
        self.shown = ShownText(hub.store)
        self.reported = ReportedRuns(hub)
        self._executions: dict[tuple[str, int], tuple[Execution, Binding, Run]] = {}
        self._expiries: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[object]] = set()

    @property
    def server(self) -> str:
        """The id of this server."""
        return self.hub.store.peers.server

    # --- requests ---------------------------------------------------------------------

    async def request(
        self, room: Room, who: Requester, wanted: Wanted, *, unread: bool = False
    ) -> Run:
        """Run the code of a version, or ask for it; return the new run.

        A guest asks unless a member permits runs; ``unread`` runs text of guests that
        the person was not shown. Raises ``RunRefusal`` and ``UnreadText``.
        """
        room_id = room.record.room_id
        code = await wanted_code(self.hub.store, room, wanted)
        if not who.guest:
            if not unread:
                await self.check_shown(room, who, wanted)
            binding = self.bindings.usable(room_id)
            run = await self.execute(room_id, self._new(who, wanted), code, binding)
            self.shown.ran(room_id, who.person, wanted)
            return run
        permitted_by = self.grants.permits_runs(room_id, who.client_id)
        if not permitted_by:
            return await self._ask(room, who, wanted, code)
        binding = self.bindings.usable(room_id)
        new = replace(self._new(who, wanted), approver=permitted_by)
        return await self.execute(room_id, new, code, binding, who.client_id)

    async def check_shown(self, room: Room, who: Requester, wanted: Wanted) -> None:
        """Raise ``UnreadText`` if the code has text of guests that was not shown."""
        trusted = self.grants.trusted(room.record.room_id, who.person)
        await self.shown.check(room, who.person, wanted, trusted)

    def _new(self, who: Requester, wanted: Wanted, state: RunState = "queued") -> Run:
        return Run(
            0,
            wanted.epoch,
            wanted.version,
            wanted.part,
            wanted.digest,
            who.name,
            who.guest,
            state,
            self.hub.now(),
            server="" if state == "asked" else self.server,
        )

    async def add(self, room_id: str, run: Run, asker: str = "") -> Run:
        """Store a new run, and show it. ``asker`` is the client of who asked for it."""
        limits = self._limits
        stored = await self.hub.store.runs.add(
            room_id, run, limits.runs, limits.runs_size
        )
        show(self.hub, room_id, stored, asker=asker)
        self._drop_old(room_id)
        return stored

    def _drop_old(self, room_id: str) -> None:
        room = self.hub.opened(room_id)
        if room is not None:
            runs = room.runs.runs
            old = sorted(number for number, each in runs.items() if each.ended)
            room.runs.drop(old[: max(0, len(runs) - self._limits.runs)])

    async def execute(
        self, room_id: str, run: Run, code: str, binding: Binding, asker: str = ""
    ) -> Run:
        """Store a run that was permitted here, and give its code to the kernel."""
        if run.number:
            await self.hub.store.runs.change(room_id, run)
            show(self.hub, room_id, run)
        else:
            run = await self.add(room_id, run, asker)
        key = room_id, run.number
        recorder = Recorder(self.hub, room_id, run, lambda: self._over(key))
        execution = binding.kernel.execute(code, recorder)
        self._executions[key] = execution, binding, run
        return run

    async def begin(
        self,
        room: Room,
        session: Session,
        who: Requester,
        wanted: Wanted,
        unread: bool,
    ) -> Run:
        """Record a run that a kernel executes by itself. Raises as ``request`` does."""
        room_id = room.record.room_id
        await wanted_code(self.hub.store, room, wanted)
        if not unread:
            await self.check_shown(room, who, wanted)
        run = await self.add(room_id, replace(self._new(who, wanted), in_cell=True))
        await self.reported.begin(room_id, session, run)
        self.shown.ran(room_id, who.person, wanted)
        return run

    def _over(self, key: tuple[str, int]) -> None:
        self._executions.pop(key, None)

    # --- questions of guests ----------------------------------------------------------

    async def _ask(self, room: Room, who: Requester, wanted: Wanted, code: str) -> Run:
        room_id = room.record.room_id
        if not room.record.settings.guests_may_ask:
            raise RunRefusal("forbidden", "Guests may not ask for runs in this room.")
        if self.bindings.of(room_id) is None and self.hub.store.peers.alone:
            raise RunRefusal("no_kernel", "This room has no kernel now.")
        self.questions.admit(room_id, who.person)
        run = await self.add(room_id, self._new(who, wanted, "asked"), who.client_id)
        await self.open_question(room_id, run, code, who.person, who.client_id)
        return run

    async def open_question(
        self, room_id: str, run: Run, code: str, asker: str = "", client_id: str = ""
    ) -> None:
        """Make a run the open question of its room, in the place of another one."""
        lasts = self._limits.question
        question = OpenQuestion(run, code, asker, client_id, self._clock() + lasts)
        before = self.questions.open(room_id, question)
        self._cancel_expiry(room_id)
        loop = asyncio.get_running_loop()
        self._expiries[room_id] = loop.call_later(
            lasts, lambda: self._start(self.end_question(room_id, run, "expired"))
        )
        self._questions_changed(room_id)
        if before is not None:
            await self._move(room_id, before.run, "withdrawn")

    async def end_question(
        self, room_id: str, run: Run, state: RunState
    ) -> OpenQuestion | None:
        """End an open question without a run; return it, or None if it has ended."""
        question = self.questions.close(room_id, run.number)
        if question is not None:
            self._cancel_expiry(room_id)
            self._questions_changed(room_id)
            await self._move(room_id, run, state)
        return question

    async def _move(self, room_id: str, run: Run, state: RunState) -> None:
        """Store a state of a question that has ended, and show it."""
        await Recorder(self.hub, room_id, run, lambda: None).move(state)

    def _cancel_expiry(self, room_id: str) -> None:
        expiry = self._expiries.pop(room_id, None)
        if expiry is not None:
            expiry.cancel()

    def _question(self, room_id: str, number: int) -> OpenQuestion:
        question = self.questions.of(room_id)
        if question is None or question.run.number != number:
            raise RunRefusal("ended", _ENDED)
        return question

    async def approve(
        self, room: Room, who: Requester, number: int, digest: str
    ) -> Run:
        """Run the code of a question, once. Raises ``RunRefusal``."""
        room_id = room.record.room_id
        question = self._question(room_id, number)
        if question.run.digest != digest:
            raise RunRefusal("stale", "Expected the digest of the code that was shown.")
        binding = self.bindings.usable(room_id)
        # From here on, nobody else can decide it.
        self.questions.close(room_id, number)
        self._cancel_expiry(room_id)
        self._questions_changed(room_id)
        self.questions.accepted(room_id, question.asker)
        run = replace(
            question.run.moved("queued", self.hub.now()),
            approver=who.name,
            server=self.server,
        )
        return await self.execute(room_id, run, question.code, binding)

    async def refuse(self, room: Room, number: int) -> None:
        """Refuse a question. Raises ``RunRefusal`` if it has ended."""
        room_id = room.record.room_id
        question = self._question(room_id, number)
        if question.asker:
            self.questions.refused(room_id, question.asker)
        await self.end_question(room_id, question.run, "refused")

    async def withdraw(self, room: Room, who: Requester, number: int) -> None:
        """Take back the guest's own question. Raises ``RunRefusal``."""
        room_id = room.record.room_id
        question = self._question(room_id, number)
        if question.asker != who.person:
            raise RunRefusal("forbidden", "This is the question of somebody else.")
        await self.end_question(room_id, question.run, "withdrawn")

    async def question_message(self, room: Room) -> Question | None:
        """Return the open question of a room, for who may decide."""
        question = self.questions.of(room.record.room_id)
        if question is None:
            return None
        run, part = question.run, question.run.part
        message = Question(
            run=run.number,
            version=run.version,
            digest=run.digest,
            code=question.code,
            by=run.by,
            client=question.client_id,
            seconds=max(0.0, question.expires - self._clock()),
            lines=_numbered(question.code, await self._first_line(room, run)),
            since=_authors_since(room, run.version),
        )
        if part is not None:
            message.start, message.end = part.start, part.end
        previous = room.runs.executed()
        if previous is not None:
            code = await self._code_of(room, previous)
            if code is not None:
                message.previous = code
        return message

    async def _first_line(self, room: Room, run: Run) -> int:
        if run.part is None:
            return 1
        text = await text_at(self.hub.store, room, run.epoch, run.version)
        return text.slice(0, run.part.start).count("\n") + 1

    async def _code_of(self, room: Room, run: Run) -> str | None:
        wanted = Wanted(run.epoch, run.version, run.digest, run.part)
        try:
            return await wanted_code(self.hub.store, room, wanted)
        except (RunRefusal, StoreError):
            return None

    # --- stopping ---------------------------------------------------------------------

    async def stop(self, room: Room, who: Requester, number: int) -> None:
        """Interrupt a run, or take it out of the queue. Raises ``RunRefusal``.

        A guest may stop the guest's own runs.
        """
        room_id = room.record.room_id
        run = room.runs.runs.get(number)
        if run is None:
            raise RunRefusal("gone", "There is no such run in this room.")
        if who.guest and not room.runs.is_asker(number, who.client_id):
            raise RunRefusal("forbidden", "This is the run of somebody else.")
        found = self._executions.get((room_id, number))
        if found is None:
            if run.ended:
                raise RunRefusal("ended", _ENDED)
            raise RunRefusal(
                "no_kernel", "This run belongs to another server, or to a cell."
            )
        execution, binding, _ = found
        await binding.kernel.stop(execution)

    # --- who is here ------------------------------------------------------------------

    def leave(self, room_id: str, session: Session) -> None:
        """End what a connection was permitted, and its question."""
        if self.sessions.remove(room_id, session):
            self.end_permissions(room_id, session)
            for recorder in self.reported.leave(room_id, session):
                self._start(recorder.ended("died", "The kernel has disconnected."))

    def end_permissions(self, room_id: str, session: Session) -> None:
        """End what a guest was permitted and has asked, as the role has changed."""
        self.grants.end(room_id, session.client_id)
        question = self.questions.of(room_id)
        if question is not None and question.client_id == session.client_id:
            self._start(self.end_question(room_id, question.run, "withdrawn"))

    def _kernel_changed(self, room_id: str) -> None:
        for session in self.sessions.of(room_id):
            session.kernel_changed()

    def _questions_changed(self, room_id: str) -> None:
        for session in self.sessions.of(room_id):
            session.question_changed()

    # --- the end of the server --------------------------------------------------------

    def _start(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what waits or runs here, as far as the rooms are concerned."""
        for room_id in list(self._expiries):
            self._cancel_expiry(room_id)
        await self.bindings.close()
        if self._tasks:
            await asyncio.wait(self._tasks)


def _numbered(code: str, first: int) -> list[NotedLine]:
    """Return the lines of code to look at, numbered as in the whole text."""
    return [
        NotedLine(
            line=each.line + first - 1,
            text=each.text,
            invisible=list(each.invisible),
            command=each.command,
        )
        for each in notes(code)
    ]


def _authors_since(room: Room, version: int) -> list[str]:
    """Return who has changed the code after a version, as far as memory goes."""
    revisions = room.log.tail_after(version) or []
    return list(dict.fromkeys(each.author for each in revisions))
