"""Runs of rooms that are open on two servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn, get_args

import pytest

from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.properties import NewProperties
from jupyter_pairedit.core.runs import Part, Run, RunState, digest_of
from jupyter_pairedit.rooms.properties import change_room
from jupyter_pairedit.rooms.room import Writer
from jupyter_pairedit.runs.requests import Requester, RunRefusal, Wanted
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import StorageFailure
from tests.handlers.probes import ProbeKernel
from tests.making import ROOM
from tests.runs.rooms import Visit

from .servers import GUARD, Pair, pair, reader, started, until

CODE = "print(1)"
ANN = Requester("ann", "Ann", "ann-1")
WRITER = Writer("ann-1", "Ann")
BOB = Requester("guest bob", "Bob", "bob-1", guest=True)


def wanted(two: Pair) -> Wanted:
    return Wanted(two.here.record.epoch, 0, digest_of(CODE))


async def with_kernel(two: Pair) -> ProbeKernel:
    """Give the room a kernel on the first server."""
    probe = ProbeKernel()
    bindings = two.servers[0].runs.bindings
    bindings._connect = probe  # type: ignore[assignment]
    await bindings.bind(ROOM, "probe", "ann")
    return probe


async def with_guest(two: Pair) -> None:
    """Let Ann in on the first server, and on the other one Bob, who may ask."""
    settings = NewProperties(settings={"guests_may_ask": True})
    await change_room(two.hubs[1], ROOM, settings, "Ann", None)
    two.join(two.here, reader("Ann"))
    two.join(two.there, reader("Bob"))
    visit = Visit(BOB.client_id, BOB.person)
    two.servers[1].runs.sessions.add(ROOM, visit)


async def test_what_runs_on_one_server_is_shown_on_the_other(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, CODE) as two:
        probe = await with_kernel(two)
        probe.holds = True
        two.join(two.there, reader("Cem"))
        run = await two.servers[0].runs.request(two.here, ANN, wanted(two))
        shown = two.there.runs

        await until(lambda: run.number in shown.runs)
        printed = [Output(0, "stdout", "1\n")]
        await probe.sinks[0].outputs(printed, 0, 0)
        await until(lambda: shown.outputs(run.number) == printed)
        probe.executions[0].ended("done", "")
        await until(lambda: shown.runs[run.number].state == "done")


async def test_a_guest_on_one_server_asks_and_the_other_server_runs(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, CODE) as two:
        probe = await with_kernel(two)
        here, there = (each.runs for each in two.servers)
        await with_guest(two)
        asked = await there.request(two.there, BOB, wanted(two))

        await until(lambda: here.asking.is_open(ROOM, asked.number))
        assert probe.given == []
        await here.asking.approve(two.here, ANN, asked.number, asked.digest)

        await until(lambda: two.there.runs.runs[asked.number].state == "done")
        assert probe.given == [CODE]
        assert two.there.runs.runs[asked.number].approver == "Ann"
        await until(lambda: not there.asking.is_open(ROOM, asked.number))


async def test_the_guest_who_asked_sees_the_run_on_another_server_while_it_runs(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, CODE) as two:
        probe = await with_kernel(two)
        probe.holds = True
        here, there = (each.runs for each in two.servers)
        await with_guest(two)
        number = (await there.request(two.there, BOB, wanted(two))).number
        shown = two.there.runs
        await until(lambda: here.asking.is_open(ROOM, number))
        await here.asking.approve(two.here, ANN, number, digest_of(CODE))

        await until(lambda: shown.runs[number].state == "running")
        assert not there.asking.is_open(ROOM, number)
        printed = [Output(0, "stdout", "1\n")]
        await probe.sinks[0].outputs(printed, 0, 0)
        await until(lambda: shown.outputs(number) == printed)
        probe.executions[0].ended("done", "")
        await until(lambda: shown.runs[number].state == "done")
        assert shown.outputs(number) == printed


async def test_a_question_that_another_server_has_just_ended_is_not_run(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, CODE) as two:
        probe = await with_kernel(two)
        here, there = (each.runs for each in two.servers)
        await with_guest(two)
        number = (await there.request(two.there, BOB, wanted(two))).number
        await until(lambda: here.asking.is_open(ROOM, number))
        await two.servers[0].peers.stop()
        await there.asking.withdraw(two.there, BOB, number)

        with pytest.raises(RunRefusal) as refused:
            await here.asking.approve(two.here, ANN, number, digest_of(CODE))

        assert (refused.value.code, probe.given) == ("ended", [])
        assert not here.runner.is_running()
        assert not here.asking.is_open(ROOM, number)
        await here.following.reload(ROOM)
        assert two.here.runs.runs[number].state == "withdrawn"


@pytest.mark.parametrize("server", ["", "this", "other"])
@pytest.mark.parametrize("state", get_args(RunState))
async def test_a_row_in_the_database_executes_nothing(
    open_again: Callable[[], Store], state: RunState, server: str
) -> None:
    async with pair(open_again, CODE) as two:
        probe = await with_kernel(two)
        here, there = (each.runs for each in two.servers)
        ids = {"this": here.runner.server, "other": there.runner.server, "": ""}
        row = Run(
            *(0, two.here.record.epoch, 0, None, digest_of(CODE), "Mallory", True),
            *(state, two.hubs[0].now()),
            server=ids[server],
            approver="Ann",
        )
        stored = await two.hubs[1].store.runs.add(ROOM, row, 50, 10**6)

        await here.following.reload(ROOM)
        await here.following.room_opened(two.here)

        assert probe.given == []
        is_question = here.asking.is_open(ROOM, stored.number)
        assert is_question == (state == "asked" and server != "this")


async def test_a_question_whose_digest_is_not_that_of_the_log_is_not_asked(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, CODE) as two:
        await with_kernel(two)
        here = two.servers[0].runs
        epoch, digest = two.here.record.epoch, digest_of("another text")
        row = Run(
            0, epoch, 0, None, digest, "Mallory", True, "asked", two.hubs[0].now()
        )
        stored = await two.hubs[1].store.runs.add(ROOM, row, 50, 10**6)

        await here.following.reload(ROOM)

        assert not here.asking.is_open(ROOM, stored.number)


async def test_a_question_that_cannot_be_read_is_asked_when_the_database_works_again(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(open_again, CODE) as two:
        await with_kernel(two)
        here = two.servers[0]
        await two.here.write(WRITER, "print(2)")  # the asked version is not in memory
        row = Run(
            *(0, two.here.record.epoch, 0, Part(6, 7), digest_of("1"), "Bob", True),
            *("asked", two.hubs[0].now()),
        )
        await here.peers.stop()
        asked = await two.hubs[1].store.runs.add(ROOM, row, 50, 10**6)

        with monkeypatch.context() as patch:
            patch.setattr(here.hub.store, "load", fails)
            with pytest.raises(StorageFailure):
                await here.runs.following.reload(ROOM)
            assert two.here.runs.runs[asked.number] == asked
            assert not here.runs.asking.is_open(ROOM, asked.number)

        await here.runs.following.reload(ROOM)

        question = await here.runs.asking.question_message(two.here)
        assert question is not None and question.code == "1"


async def test_a_room_opens_while_its_runs_cannot_be_read_and_shows_them_later(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(open_again, CODE) as two:
        row = Run(0, "epoch", 0, None, digest_of(CODE), "Ann", False, "done", 1.0)
        stored = await two.hubs[1].store.runs.add(ROOM, row, 50, 10**6)
        later = started(open_again())
        try:
            with monkeypatch.context() as patch:
                patch.setattr(later.hub.store.runs, "runs", fails)
                room = await later.hub.open(ROOM)
            await later.runs.following.reload(ROOM)

            assert room.runs.runs[stored.number] == stored
        finally:
            await later.close()


async def fails(*_: object) -> NoReturn:
    raise StorageFailure("the disk does not answer")


@pytest.mark.parametrize("state", ["queued", "running"])
async def test_a_run_whose_server_has_ended_is_recorded_as_ended(
    open_again: Callable[[], Store], state: RunState
) -> None:
    async with pair(open_again, CODE) as two:
        epoch, now = two.here.record.epoch, two.hubs[0].now()
        row = Run(0, epoch, 0, None, digest_of(CODE), "Ann", False, state, now)
        row = replace(row, server="a server before")
        stored = await two.hubs[0].store.runs.add(ROOM, row, 50, 10**6)

        later = started(open_again())
        try:
            room = await later.hub.open(ROOM)
            assert room.runs.runs[stored.number].state == "died"
            assert "server has ended" in room.runs.runs[stored.number].detail
        finally:
            await later.close()


@pytest.mark.parametrize("state", ["queued", "running"])
async def test_a_run_whose_server_ends_is_recorded_as_ended_where_the_room_is_open(
    open_again: Callable[[], Store], state: RunState
) -> None:
    async with pair(open_again, CODE) as two:
        here = two.servers[0]
        await here.peers.stop()
        epoch, now = two.here.record.epoch, two.hubs[0].now()
        row = Run(0, epoch, 0, None, digest_of(CODE), "Ann", False, state, now)
        row = replace(row, server="a server before")
        stored = await two.hubs[1].store.runs.add(ROOM, row, 50, 10**6)

        await here.runs.following.reload(ROOM)
        assert two.here.runs.runs[stored.number].state == state
        # There is nothing new, and the server is not alive.
        await here.runs.following.reload(ROOM)

        assert two.here.runs.runs[stored.number].state == "died"
        (found,) = await two.hubs[1].store.runs.runs(ROOM)
        assert (found.state, found.detail) == (
            "died",
            "The server has ended meanwhile.",
        )


async def test_a_run_goes_on_when_nobody_is_in_the_room_on_its_server(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, CODE) as two:
        probe = await with_kernel(two)
        probe.holds = True
        run = await two.servers[0].runs.request(two.here, ANN, wanted(two))
        await until(lambda: two.here.runs.runs[run.number].state == "running")

        # Another server opens the room, and reads again when there is nothing new.
        later = started(open_again())
        try:
            room = await later.hub.open(ROOM)
            for _ in range(2):
                await later.runs.following.reload(ROOM)
            assert room.runs.runs[run.number].state == "running"
        finally:
            await later.close()
        probe.executions[0].ended("done", "")
        await until(lambda: two.here.runs.runs[run.number].state == "done")
        (found,) = await two.hubs[1].store.runs.runs(ROOM)
        assert found.state == "done"


async def test_a_server_that_runs_code_counts_as_running_without_people(
    open_again: Callable[[], Store],
) -> None:
    beats = asyncio.Event()

    async def sleep(seconds: float) -> None:
        """Let each pause end at once, but give the others a turn."""
        await asyncio.sleep(0)

    async with pair(open_again, CODE) as two:
        here = two.servers[0]
        await here.peers.stop()
        store = here.hub.store.peers

        async def heartbeat() -> None:
            beats.set()

        store.heartbeat = heartbeat  # type: ignore[method-assign]
        probe = await with_kernel(two)
        probe.holds = True
        assert not here.runs.runner.is_running()
        await here.runs.request(two.here, ANN, wanted(two))
        # Before the run is stored; then with each beat.
        assert beats.is_set()
        assert here.runs.runner.is_running()
        beats.clear()
        here.peers._sleep = sleep
        here.peers.start()
        async with asyncio.timeout(GUARD):
            await beats.wait()
        await here.peers.stop()
        probe.executions[0].ended("done", "")
        await until(lambda: not here.runs.runner.is_running())
