"""T9: a kernel is given what its member was shown or has approved, and nothing else.

What a guest types are characters that occur once, so that each of them in the code that
the kernel was given can be asked for: was it shown to the person who ran it?
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.marks import NO_MARKS, marks_of
from jupyter_pairedit.core.runs import Part, digest_of
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.runs.requests import (
    Requester,
    RunRefusal,
    UnreadText,
    Wanted,
)
from jupyter_pairedit.runs.service import Runs
from jupyter_pairedit.runs.source import KernelSource
from jupyter_pairedit.stores.base import RoomRecord, Store
from tests.handlers.probes import ProbeKernel
from tests.making import Clock, record, unsynced_store

from .cores import on_all_cores
from .figures import Plan

STEPS = 40
MEMBERS = ("Ann", "Ben")
GUESTS = ("Gus", "Eve")
_FIRST = 0x4E00
"""The first of the characters that guests type."""
NO_LIMITS = Limits(questions=1_000_000, question_refusals=1_000_000)


class NoSource:
    """Kernels that need nothing."""

    def info(self, kernel_id: str) -> Mapping[str, object]:
        return {}

    def name(self, kernel_id: str) -> str:
        return "Probe"

    def on_end(self, kernel_id: str, ended: Callable[[], None]) -> None:
        return None

    async def interrupt(self, kernel_id: str) -> None:
        return None


class House:
    """One room, its server, and what everybody was shown."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.rng = random.Random(seed)
        new = record(f"R{seed:021}", limit=9)
        settings = replace(new.settings, guests_may_ask=True)
        self.record: RoomRecord = replace(new, settings=settings)
        self.probe = ProbeKernel()
        self.typed = 0
        self.texts: list[str] = [""]
        """The text of each version."""
        self.shown: dict[str, set[str]] = {}
        self.expected: list[str] = []
        """The code of each run that was permitted, in order."""
        self.questions: dict[int, tuple[str, str]] = {}
        """The digest and the code of each question, by its run, answered or not."""
        self.happened: Counter[str] = Counter()
        self.room: Room
        self.runs: Runs

    async def begin(self) -> None:
        """Start the server. Nothing counts as shown."""
        self.shown = {name: set() for name in MEMBERS}
        hub = Hub(self.store, NO_LIMITS, now=lambda: 1.0, clock=Clock())
        self.runs = Runs(hub, cast("KernelSource", NoSource()), Clock())
        # No other kernel can be reached from here.
        self.runs.bindings._connect = cast("Any", self.probe)
        self.room = await hub.open(self.record.room_id)
        await self.runs.bindings.bind(self.record.room_id, "probe", "Ann")

    async def play(self) -> None:
        """Do something by chance, many times."""
        await self.store.create(self.record, "")
        await self.begin()
        steps = (
            *(self.type,) * 6,
            *(self.run,) * 4,
            *(self.ask, self.approve, self.repeat) * 2,
            *(self.permit, self.end_permit, self.refuse),
            self.restart,
        )
        for _ in range(STEPS):
            await self.rng.choice(steps)()
            self.check()
        await self.runs.close()

    def check(self) -> None:
        """Compare what the kernel was given with what was permitted."""
        assert self.probe.given == self.expected

    # --- steps ------------------------------------------------------------------------

    async def type(self) -> None:
        """Insert or remove something, as a member or a guest."""
        guest = self.rng.random() < 0.5
        author = self.rng.choice(GUESTS if guest else MEMBERS)
        text = self.texts[-1]
        start = self.rng.randint(0, len(text))
        end = self.rng.randint(start, min(len(text), start + 3))
        if guest:
            new = chr(_FIRST + self.typed)
            self.typed += 1
        else:
            new = self.rng.choice(("a", "b\n", ""))
        if guest and end > start and self.rng.random() < 0.3:
            new = ""
        parts: list[Any] = [start] if start else []
        parts.append([end - start, *new.split("\n")] if new else [end - start])
        if len(text) > end:
            parts.append(len(text) - end)
        if not new and start == end:
            return
        marks = marks_of(["guest"]) if guest else NO_MARKS
        writer = Writer(f"client-{author}", author, marks)
        await self.room.push(writer, self.room.head, [ChangeSet.from_json(parts)])
        self.texts.append(text[:start] + new + text[end:])
        assert str(self.room.log.text) == self.texts[-1]

    def wanted(self) -> tuple[Wanted, str]:
        """Choose a version and perhaps a part of it; return it with its code."""
        last = len(self.texts) - 1
        version = last if self.rng.random() < 0.6 else self.rng.randint(0, last)
        text = self.texts[version]
        part, code = None, text
        if self.rng.random() < 0.4:
            start = self.rng.randint(0, len(text))
            part = Part(start, self.rng.randint(start, len(text)))
            code = text[part.start : part.end]
        found = Wanted(self.room.record.epoch, version, digest_of(code), part)
        return found, code

    async def run(self) -> None:
        """Run as a member, after looking at what was not shown, or without."""
        name = self.rng.choice(MEMBERS)
        who = Requester(f"person-{name}", name, f"client-{name}")
        wanted, code = self.wanted()
        typed = {each for each in code if ord(each) >= _FIRST}
        try:
            await self.runs.request(self.room, who, wanted)
        except UnreadText as unread:
            self.happened["not shown"] += 1
            # What is asked for is all there is, and no more than that is listed.
            listed = {c for line in unread.lines for c in line.text}
            assert typed - self.shown[name] <= listed
            shown = self.runs.shown
            shown.listed(self.record.room_id, who.person, 1, unread)
            if self.rng.random() < 0.7:
                # The lines of another list do not count.
                right = self.rng.random() < 0.8
                shown.confirm(
                    self.record.room_id, who.person, 1 if right else 2, unread.version
                )
                if right:
                    self.shown[name] |= listed
            return
        assert typed <= self.shown[name], f"{name} ran what was not shown"
        self.happened["text of guests" if typed else "own text"] += 1
        self.expected.append(code)

    async def ask(self) -> None:
        """Ask as a guest, or run where it is permitted."""
        name = self.rng.choice(GUESTS)
        who = Requester(f"guest-{name}", name, f"client-{name}", guest=True)
        wanted, code = self.wanted()
        free = self.runs.grants.permits_runs(self.record.room_id, who.client_id)
        try:
            run = await self.runs.request(self.room, who, wanted)
        except RunRefusal as refusal:
            raise AssertionError(f"refused: {refusal}") from refusal
        if free:
            self.happened["by permission"] += 1
            self.expected.append(code)
        else:
            assert run.state == "asked"
            self.questions[run.number] = wanted.digest, code

    async def answer(self, number: int, digest: str) -> bool:
        """Approve a run; return whether that was accepted."""
        who = Requester("person-Ann", "Ann", "client-Ann")
        try:
            await self.runs.asking.approve(self.room, who, number, digest)
        except RunRefusal as refusal:
            assert refusal.code in {"ended", "stale"}
            return False
        return True

    async def approve(self) -> None:
        """Approve the open question, perhaps with the digest of another text."""
        question = await self.runs.asking.question_message(self.room)
        if question is None:
            return
        digest, code = self.questions[question.run]
        assert (question.code, question.digest) == (code, digest)
        other = digest_of(code + "x")
        assert not await self.answer(question.run, other)
        if await self.answer(question.run, digest):
            self.happened["approved"] += 1
            del self.questions[question.run]
            self.expected.append(code)

    async def repeat(self) -> None:
        """Approve any run again: nothing but the open question can be approved."""
        number = self.rng.randint(1, 30)
        digest, code = self.questions.get(number, (digest_of(""), ""))
        question = self.runs.asking.questions.of(self.record.room_id)
        is_open = question is not None and question.run.number == number
        if await self.answer(number, digest):
            assert is_open
            del self.questions[number]
            self.expected.append(code)

    async def refuse(self) -> None:
        """Refuse the open question."""
        question = self.runs.asking.questions.of(self.record.room_id)
        if question is not None:
            await self.runs.asking.refuse(self.room, question.run.number)

    async def permit(self) -> None:
        """Let a guest run."""
        client = f"client-{self.rng.choice(GUESTS)}"
        self.runs.grants.permit_runs(self.record.room_id, client, "Ann")

    async def end_permit(self) -> None:
        """Let the guests run no more."""
        for name in GUESTS:
            self.runs.grants.end(self.record.room_id, f"client-{name}")

    async def restart(self) -> None:
        """End the server, and start another one on the database."""
        await self.runs.close()
        await self.begin()


def test_t9_nothing_is_executed_that_was_not_shown_or_approved(
    plan_of: Callable[[str], Plan],
) -> None:
    on_all_cores(plan_of("T9"), _play)


def _play(seeds: Sequence[int]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(_play_in(Path(folder), seeds))


async def _play_in(folder: Path, seeds: Sequence[int]) -> None:
    store = unsynced_store(folder / "rooms.db")
    happened: Counter[str] = Counter()
    for seed in seeds:
        house = House(store, seed)
        try:
            await house.play()
        except Exception as failure:
            raise AssertionError(f"seed {seed}") from failure
        happened += house.happened
    await store.close()
    # Of one schedule, not each kind of run is to be expected.
    kinds = {"not shown", "text of guests", "own text", "approved", "by permission"}
    assert len(seeds) < 100 or happened.keys() == kinds
