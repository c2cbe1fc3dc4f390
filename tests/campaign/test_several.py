"""S1 to S5: several servers on one room, and faults of PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.making import ROOM
from tests.postgres import Postgres

from .client import Client
from .figures import Plan
from .hubprocess import START
from .live import Company, Typist
from .oracles import check
from .processes import HubProcess, type_on
from .schedule import Hands
from .several import Fleet
from .stored import read_stored

OURS = "application_name = 'jupyter_pairedit'"


@asynccontextmanager
async def fleet(
    url: str, servers: int, people: int
) -> AsyncIterator[tuple[Fleet, Company]]:
    """Servers, with so many people at work on each."""
    fleet = Fleet(url)
    try:
        await fleet.start(servers)
        async with Company(fleet.typists(people)) as working:
            await working.until(lambda: all(each.loaded for each in working.clients))
            yield fleet, working
    finally:
        await fleet.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database for several servers."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/rooms.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.new_database()


def keeps_up(client: Client) -> bool:
    """Say whether a client may type on; one that the store kept waiting tries again."""
    if client.held:
        client.nudge()
    return len(client.unconfirmed) < 20


async def test_s1_three_servers_with_four_clients_each_agree(
    plan_of: Callable[[str], Plan],
    url: str,
    record_property: Callable[[str, object], None],
) -> None:
    """Each client makes so many edits; there is a whole-file write for twenty."""
    plan = plan_of("S1")
    hands = Hands(random.Random(plan.seed))
    async with fleet(url, 3, 4) as (several, working):

        async def work(number: int) -> None:
            client = working.clients[number]
            for turn in range(plan.count):
                await working.until(lambda: keeps_up(client))
                hands.anything(client)
                if (number + turn) % max(1, plan.count * 12 // 100) == 0:
                    hands.write(client)
                await asyncio.sleep(0)

        await asyncio.gather(*(work(number) for number in range(12)))
        await working.settled()

        await several.check(working.typists)
        edits = sum(len(each.made) for each in working.clients)
        record_property("figure", f"{edits} edits, {several.conflicts} conflicts")
        # Otherwise nobody was ever on one room at the same time.
        assert several.conflicts


KILLS = 25
"""Of one room: its oracles look at the text of each version."""


async def test_s2_of_two_servers_one_is_killed_while_both_type(
    plan_of: Callable[[str], Plan],
    postgres: Postgres,
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> None:
    plan = plan_of("S2")
    rng = random.Random(plan.seed)
    for killed in range(0, plan.count, KILLS):
        kills = min(KILLS, plan.count - killed)
        await kill_in_turn(postgres.new_database(), kills, rng)


async def kill_in_turn(url: str, kills: int, rng: random.Random) -> None:
    """Kill one of two servers and the other while four clients type in a new room."""
    hands = Hands(rng)
    hubs = HubProcess(), HubProcess()
    typists = [Typist(f"{n}" * 22, hubs[n % 2].dial) for n in range(4)]
    try:
        for hub in hubs:
            await hub.start(url)
        async with Company(typists) as working:
            typing = asyncio.create_task(type_on(working, hands))
            for turn in range(kills):
                enough = working.acknowledged + rng.choice((5, 20, 60))
                await working.until(partial(working.has_acknowledged, enough))
                await hubs[turn % 2].kill()
                await hubs[turn % 2].start(url)
            typing.cancel()
            await working.settled()
            log, code = await read_stored(url, ROOM)
            check(START, log, code, working.clients)
    finally:
        for hub in hubs:
            await hub.close()


class Trouble:
    """A fault of a PostgreSQL."""

    def __init__(self, postgres: Postgres, url: str) -> None:
        self.postgres = postgres
        self.url = url

    def begin(self) -> None:
        """Cause the fault."""

    def end(self) -> None:
        """End the fault."""

    def pids(self) -> list[int]:
        """Give the processes of the database that work for our servers."""
        found = self.postgres.do(f"select pid from pg_stat_activity where {OURS}")
        return [int(pid) for pid in found.split()]


class Stopped(Trouble):
    """It is stopped in an orderly way, and started again."""

    def begin(self) -> None:
        """See ``Trouble``."""
        self.postgres.stop()

    def end(self) -> None:
        """See ``Trouble``."""
        self.postgres.start()


class Crashed(Stopped):
    """It crashes, and is started again."""

    def begin(self) -> None:
        """See ``Trouble``."""
        self.postgres.stop(signal.SIGQUIT)


class Locked(Trouble):
    """Another client locks the table and does not release it."""

    def begin(self) -> None:
        """See ``Trouble``."""
        self._lock = self.postgres.begin(
            "begin; lock table pairedit.revision in exclusive mode", self.url
        )

    def end(self) -> None:
        """See ``Trouble``."""
        self._lock()


class Stalled(Trouble):
    """All its processes are suspended."""

    def begin(self) -> None:
        """See ``Trouble``."""
        self._stalled = [self.postgres.pid]
        os.kill(self.postgres.pid, signal.SIGSTOP)
        # From here on it starts no process that the list would miss.
        for pid in self.postgres.children():
            os.kill(pid, signal.SIGSTOP)
            self._stalled.append(pid)

    def end(self) -> None:
        """See ``Trouble``."""
        for pid in self._stalled:
            os.kill(pid, signal.SIGCONT)


class Full(Trouble):
    """Its disk is full: its files have reached a size limit."""

    def begin(self) -> None:
        """See ``Trouble``."""
        self.postgres.do(
            "insert into pairedit.room select 'filler', '', '', '', '', 1, '', 0"
            " on conflict do nothing;"
            "insert into pairedit.revision (room, version, kind, client_id, author,"
            " at, changes, digest) select 'filler', n, '', '', '', 0, repeat('x', 400),"
            " '' from generate_series(1, 4000) n on conflict do nothing",
            self.url,
        )
        self._limited = self.pids()
        for pid in self._limited:
            self.postgres.limit_files(pid)

    def end(self) -> None:
        """See ``Trouble``."""
        for pid in self._limited:
            self.postgres.limit_files(pid, limited=False)


@pytest.mark.parametrize("kind", [Stopped, Crashed, Locked, Stalled, Full])
async def test_s3_edits_that_cannot_be_stored_are_reported_and_stored_later(
    plan_of: Callable[[str], Plan], postgres: Postgres, kind: type[Trouble]
) -> None:
    plan = plan_of("S3")
    hands = Hands(random.Random(plan.seed))
    url = postgres.new_database()
    async with fleet(url, 2, 2) as (several, working):
        for _ in range(plan.count):
            enough = working.acknowledged + 20
            typing = asyncio.create_task(type_on(working, hands))
            await working.until(partial(working.has_acknowledged, enough))
            for client in working.clients:
                client.errors.clear()
            trouble = kind(postgres, url)
            await asyncio.to_thread(trouble.begin)
            try:
                # All are told: nobody types into an editor that only looks alive.
                await working.until(
                    lambda: all(each.errors for each in working.clients)
                )
            finally:
                await asyncio.to_thread(trouble.end)
            typing.cancel()
            await working.settled()
        await several.check(working.typists)


async def test_s4_listeners_that_are_ended_miss_nothing(
    plan_of: Callable[[str], Plan], postgres: Postgres
) -> None:
    plan = plan_of("S4")
    hands = Hands(random.Random(plan.seed))
    async with fleet(postgres.new_database(), 2, 2) as (several, working):
        for _ in range(plan.count):
            enough = working.acknowledged + 20
            typing = asyncio.create_task(type_on(working, hands))
            await working.until(partial(working.has_acknowledged, enough))
            # Servers whose listeners were ended before listen again after a second.
            ended = "0"
            while ended == "0":
                ended = await asyncio.to_thread(
                    postgres.do,
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    f" where {OURS} and query ~ 'seat|refusal|LISTEN'",
                )
            typing.cancel()
            await working.settled()
        await several.check(working.typists)
        assert [each.codes for each in working.typists if each.codes] == []
