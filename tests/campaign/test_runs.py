"""T9: a kernel is given what its member was shown or has approved, and nothing else.

What a guest types are characters that occur once, so that each of them in the code that
the kernel was given can be asked for: was it shown to the person who ran it, or was its
guest trusted by that person? So can each place where a guest has removed something.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.diff import smallest_change
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.marks import NO_MARKS, marks_of
from jupyter_pairedit.core.runs import Part, digest_of
from jupyter_pairedit.core.text import Text
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
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.records import RoomRecord
from tests.handlers.probes import ProbeKernel
from tests.making import Clock, record, unsynced_store

from .cores import on_all_cores
from .figures import Plan

STEPS = 50
MEMBERS = ("Ann", "Ben")
GUESTS = ("Gus", "Eve")
_FIRST = 0x4E00
"""The first of the characters that guests type."""
HOUR = 3_600.0
KINDS = {
    *("not shown", "removed", "text of guests", "own text", "trusted"),
    *("approved", "by permission", "after an hour"),
}
"""What the schedules have to contain."""
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


@dataclass(frozen=True)
class Removal:
    """A place where a guest has removed something, in one version."""

    number: int
    place: int
    author: str
    of_member: bool
    """Whether it was text of a member, perhaps among others."""
    typed: frozenset[str]
    """What a guest had typed of it."""


class RunServer:
    """One room, its server, and what everybody was shown."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.rng = random.Random(seed)
        new = record(f"R{seed:021}", limit=9)
        settings = replace(new.settings, guests_may_ask=True)
        self.record: RoomRecord = replace(new, settings=settings)
        self.probe = ProbeKernel()
        self.clock = Clock()
        self.typed: dict[str, str] = {}
        """The guest who has typed each character."""
        self.texts: list[str] = [""]
        """The text of each version."""
        self.removals: list[list[Removal]] = [[]]
        """What was removed until each version."""
        self.shown: dict[str, set[str]] = {}
        """What each member was shown."""
        self.shown_removals: dict[str, set[int]] = {}
        self.reached: dict[str, int] = {}
        """The version that each member has run or tried to run last."""
        self.known: dict[str, set[str]] = {}
        """What each was shown since an older version than before was run. The removal
        of what was shown to nobody leaves the text as if it had never been there."""
        self.permitted: dict[str, float] = {}
        """Until when each guest may run versions."""
        self.trusted: dict[tuple[str, str], float] = {}
        """Until when each member trusts each guest."""
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
        self.shown_removals = {name: set() for name in MEMBERS}
        self.known = {name: set() for name in MEMBERS}
        self.reached = dict.fromkeys(MEMBERS, 0)
        self.permitted, self.trusted = {}, {}
        hub = Hub(self.store, NO_LIMITS, now=lambda: 1.0, clock=Clock())
        self.runs = Runs(hub, cast("KernelSource", NoSource()), self.clock)
        # No other kernel can be reached from here.
        self.runs.bindings._connect = cast("Any", self.probe)
        self.room = await hub.open(self.record.room_id)
        await self.runs.bindings.bind(self.record.room_id, "probe", "Ann")

    async def play(self) -> None:
        """Do something by chance, many times."""
        await self.store.create(self.record, "")
        await self.begin()
        steps = (
            *(self.type,) * 8,
            *(self.run,) * 6,
            *(self.ask, self.approve, self.repeat) * 2,
            *(self.permit, self.trust) * 2,
            *(self.write, self.pass_time, self.end_permit, self.refuse),
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
        if not guest:
            new = self.rng.choice(("a", "b\n", ""))
        elif end > start and self.rng.random() < 0.4:
            new = ""
        else:
            new = chr(_FIRST + len(self.typed))
            self.typed[new] = author
        if not new and start == end:
            return
        change = ChangeSet.replacing(len(text), [(start, end, new)])
        marks = marks_of(["guest"]) if guest else NO_MARKS
        writer = Writer(f"client-{author}", author, marks)
        await self.room.push(writer, self.room.head, [change])
        self.changed(change, author if guest else "")

    async def write(self) -> None:
        """Replace the whole text as a member, whose program has moved lines."""
        lines = self.texts[-1].splitlines(keepends=True)
        self.rng.shuffle(lines)
        new = "".join([*lines, self.rng.choice(("a\n", "b"))])
        change = smallest_change(Text.of(self.texts[-1]), new)
        await self.room.write(Writer("client-Ann", "Ann"), new)
        self.changed(change)

    def changed(self, change: ChangeSet, guest: str = "") -> None:
        """Record a version, and what a guest has removed in it."""
        text, shift = self.texts[-1], 0
        found = [
            replace(each, place=change.map_position(each.place))
            for each in self.removals[-1]
        ]
        for start, end, insert in change.edits():
            if guest and end > start:
                removed = frozenset(text[start:end])
                typed = removed & self.typed.keys()
                number, place = len(self.texts), start + shift + len(insert)
                new = Removal(number, place, guest, removed > typed, typed)
                found.append(new)
            shift += len(insert) - (end - start)
        self.texts.append(str(change.apply(Text.of(text))))
        self.removals.append(found)
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
        if wanted.version < self.reached[name]:
            self.known[name] = set()
        self.reached[name] = wanted.version
        whole = Part(0, len(self.texts[wanted.version]))
        part = wanted.part or whole
        typed = code_typed(code) - self.shown[name]
        removals = [
            each
            for each in self.removals[wanted.version]
            if part.start <= each.place <= part.end
        ]
        hidden = [each for each in removals if self.is_hidden(name, each)]
        strange = {each for each in typed if not self.trusts(name, self.typed[each])}
        unknown = [each for each in hidden if not self.trusts(name, each.author)]
        try:
            await self.runs.request(self.room, who, wanted)
        except UnreadText as unread:
            lines = defaultdict[bool, dict[int, str]](dict)
            for line in unread.lines:
                lines[line.removed][line.line] = line.text
            text = self.texts[wanted.version]
            listed = code_typed("".join(lines[False].values()))
            gaps = [
                each.number
                for each in removals
                if text.count("\n", 0, each.place) + 1 in lines[True]
            ]
            assert strange <= listed
            assert {each.number for each in unknown} <= {*gaps}
            self.happened["not shown"] += bool(strange)
            self.happened["removed"] += bool(unknown)
            if self.look(who.person, unread):
                self.shown[name] |= listed
                self.known[name] |= listed
                self.shown_removals[name] |= {*gaps}
            return
        assert not strange, f"{name} ran what was not shown"
        assert not unknown, f"{name} was not shown that something was removed"
        own = "text of guests" if code_typed(code) else "own text"
        self.happened["trusted" if typed or hidden else own] += 1
        self.shown[name] |= typed
        self.known[name] |= code_typed(code)
        self.shown_removals[name] |= {each.number for each in removals}
        self.expected.append(code)

    def is_hidden(self, name: str, removal: Removal) -> bool:
        """Return whether a member was shown what was removed, and not that it was."""
        known = removal.of_member or removal.typed & self.known[name]
        return bool(known) and removal.number not in self.shown_removals[name]

    def trusts(self, name: str, guest: str) -> bool:
        """Return whether a member trusts a guest now."""
        return self.trusted.get((name, guest), 0) > self.clock()

    def look(self, person: str, unread: UnreadText) -> bool:
        """Let a member look at a list, perhaps; return whether that counts."""
        room_id, shown = self.record.room_id, self.runs.shown
        shown.listed(room_id, person, 1, unread)
        if self.rng.random() < 0.3:
            return False
        # The lines of another list do not count.
        right = self.rng.random() < 0.8
        shown.confirm(room_id, person, 1 if right else 2, unread.version)
        return right

    async def ask(self) -> None:
        """Ask as a guest, or run where it is permitted."""
        name = self.rng.choice(GUESTS)
        who = Requester(f"guest-{name}", name, f"client-{name}", guest=True)
        wanted, code = self.wanted()
        until = self.permitted.get(name, 0)
        free = until > self.clock()
        try:
            run = await self.runs.request(self.room, who, wanted)
        except RunRefusal as refusal:
            raise AssertionError(f"refused: {refusal}") from refusal
        if free:
            self.happened["by permission"] += 1
            self.expected.append(code)
        else:
            assert run.state == "asked"
            self.happened["after an hour"] += until > 0
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
        """Let a guest run for an hour."""
        name = self.rng.choice(GUESTS)
        self.runs.grants.permit_runs(self.record.room_id, f"client-{name}", "Ann")
        self.permitted[name] = self.clock() + HOUR

    async def trust(self) -> None:
        """Trust a guest for an hour."""
        name, guest = self.rng.choice(MEMBERS), self.rng.choice(GUESTS)
        who = f"client-{guest}", f"person-{name}"
        self.runs.grants.trust(self.record.room_id, *who)
        self.trusted[name, guest] = self.clock() + HOUR

    async def pass_time(self) -> None:
        """Let some of the hour pass, or all of it."""
        self.clock.seconds += self.rng.choice((1, HOUR / 2, HOUR))

    async def end_permit(self) -> None:
        """Let a guest run no more, and be trusted by nobody."""
        name = self.rng.choice(GUESTS)
        self.runs.grants.end(self.record.room_id, f"client-{name}")
        self.permitted.pop(name, None)
        for key in [key for key in self.trusted if key[1] == name]:
            del self.trusted[key]

    async def restart(self) -> None:
        """End the server, and start another one on the database."""
        await self.runs.close()
        await self.begin()


def code_typed(code: str) -> set[str]:
    """Return the characters of guests."""
    return {each for each in code if ord(each) >= _FIRST}


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
        server = RunServer(store, seed)
        try:
            await server.play()
        except Exception as failure:
            raise AssertionError(f"seed {seed}") from failure
        happened += server.happened
    await store.close()
    # Of one schedule, not each kind of run is to be expected.
    print(dict(sorted(happened.items())))
    assert len(seeds) < 100 or (+happened).keys() == KINDS
