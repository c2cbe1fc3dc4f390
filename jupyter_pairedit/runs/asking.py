"""Guests who ask for runs, and members who answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..core.runs import Run, RunEnded, RunState
from ..protocol import NotedLine, Question
from ..rooms.background import BackgroundTasks
from ..rooms.room import Room
from ..stores.errors import StoreError
from .questions import OpenQuestion, Questions
from .recorder import Recorder
from .requests import Requester, RunRefusal, Wanted, new_run
from .runner import ENDED, Runner
from .texts import noted_lines, wanted_code


class Asking:
    """The questions of guests. ``changed`` is called with the room of one that changes.

    ``clock`` is monotonic, in seconds.
    """

    def __init__(
        self,
        runner: Runner,
        clock: Callable[[], float],
        changed: Callable[[str], None],
    ) -> None:
        self._runner = runner
        self._hub = runner.hub
        self._limits = runner.hub.limits
        self._clock = clock
        self._changed = changed
        self.questions = Questions(self._limits, clock)
        self._expiries: dict[str, asyncio.TimerHandle] = {}
        self._tasks = BackgroundTasks()

    async def ask(self, room: Room, who: Requester, wanted: Wanted, code: str) -> Run:
        """Store a guest's question; return its run. Raises ``RunRefusal``."""
        room_id = room.record.room_id
        if not room.record.settings.guests_may_ask:
            raise RunRefusal("forbidden", "Guests may not ask for runs in this room.")
        if self._runner.bindings.of(room_id) is None and self._hub.store.peers.alone:
            raise RunRefusal("no_kernel", "This room has no kernel now.")
        self.questions.admit(room_id, who.person)
        lines = await noted_lines(self._hub.store, room, wanted, code)
        new = new_run(who, wanted, self._hub.now(), state="asked")
        run = await self._runner.add(room_id, new, who.client_id)
        await self.open_question(room_id, run, code, lines, who.person, who.client_id)
        return run

    async def open_question(
        self,
        room_id: str,
        run: Run,
        code: str,
        lines: Sequence[NotedLine],
        asker: str = "",
        client_id: str = "",
    ) -> None:
        """Make a run the open question of its room, in the place of another one.

        ``lines`` are those of its code to look at; see ``OpenQuestion``.
        """
        expires = self._clock() + self._limits.question
        question = OpenQuestion(run, code, lines, asker, client_id, expires)
        before = self._set_open(room_id, question)
        if before is not None:
            await self._move(room_id, before.run, "withdrawn")

    def _set_open(self, room_id: str, question: OpenQuestion) -> OpenQuestion | None:
        """Make a question the open one until it expires; return the one before."""
        before = self.questions.open(room_id, question)
        self._cancel_expiry(room_id)
        loop = asyncio.get_running_loop()
        self._expiries[room_id] = loop.call_later(
            question.expires - self._clock(),
            lambda: self._tasks.start(self._expire(room_id, question.run)),
        )
        self._changed(room_id)
        return before

    async def _expire(self, room_id: str, run: Run) -> None:
        await self.end_question(room_id, run, "expired")

    def is_open(self, room_id: str, number: int) -> bool:
        """Return whether this run is the open question of its room."""
        question = self.questions.of(room_id)
        return question is not None and question.run.number == number

    def forget(self, room_id: str, number: int) -> None:
        """End a question, if it is open, that was answered elsewhere."""
        if self.questions.close(room_id, number) is not None:
            self._cancel_expiry(room_id)
            self._changed(room_id)

    def leave(self, room_id: str, client_id: str) -> None:
        """Take back the question of a guest who may not ask any more."""
        question = self.questions.of(room_id)
        if question is not None and client_id and question.client_id == client_id:
            self._tasks.start(self._withdraw(room_id, question.run))

    async def _withdraw(self, room_id: str, run: Run) -> None:
        await self.end_question(room_id, run, "withdrawn")

    async def close(self) -> None:
        """End the timers, and wait for what was begun."""
        for room_id in list(self._expiries):
            self._cancel_expiry(room_id)
        await self._tasks.settle()

    async def end_question(
        self, room_id: str, run: Run, state: RunState
    ) -> OpenQuestion | None:
        """End an open question without a run; return it, or None if it has ended."""
        question = self.questions.close(room_id, run.number)
        if question is not None:
            self._cancel_expiry(room_id)
            self._changed(room_id)
            await self._move(room_id, run, state)
        return question

    async def _move(self, room_id: str, run: Run, state: RunState) -> None:
        """Store a state of a question that has ended, and show it."""
        await Recorder(self._hub, room_id, run, lambda: None).move(state)

    def _cancel_expiry(self, room_id: str) -> None:
        expiry = self._expiries.pop(room_id, None)
        if expiry is not None:
            expiry.cancel()

    def _question(self, room_id: str, number: int) -> OpenQuestion:
        question = self.questions.of(room_id)
        if question is None or question.run.number != number:
            raise RunRefusal("ended", ENDED)
        return question

    async def approve(
        self, room: Room, who: Requester, number: int, digest: str
    ) -> Run:
        """Run the code of a question, once. Raises ``RunRefusal``."""
        room_id = room.record.room_id
        question = self._question(room_id, number)
        if question.run.digest != digest:
            raise RunRefusal("stale", "Expected the digest of the code that was shown.")
        binding = self._runner.bindings.usable(room_id)
        # From here on, nobody else can decide it.
        self.questions.close(room_id, number)
        self._cancel_expiry(room_id)
        self._changed(room_id)
        self.questions.accepted(room_id, question.asker)
        run = replace(
            question.run.moved("queued", self._hub.now()),
            approver=who.name,
            server=self._runner.server,
        )
        try:
            return await self._runner.execute(room_id, run, question.code, binding)
        except RunEnded:
            # Another server has ended it, and its notice has not come yet.
            raise RunRefusal("ended", ENDED) from None
        except StoreError:
            # Nothing was executed, so it can be answered again.
            if self.questions.of(room_id) is None:
                self._set_open(room_id, replace(question, marker=object()))
            raise

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
        """Return the open question of a room, for who may decide.

        It is in memory, so it is shown while the database fails, only without the code
        of the run before.
        """
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
            lines=list(question.lines),
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

    async def _code_of(self, room: Room, run: Run) -> str | None:
        wanted = Wanted(run.epoch, run.version, run.digest, run.part)
        try:
            return await wanted_code(self._hub.store, room, wanted)
        except (RunRefusal, StoreError):
            return None


def _authors_since(room: Room, version: int) -> list[str]:
    """Return who has changed the code after a version, as far as memory goes."""
    revisions = room.log.tail_after(version) or []
    return list(dict.fromkeys(each.author for each in revisions))
