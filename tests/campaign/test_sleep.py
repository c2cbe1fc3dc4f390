"""T10: suspended clients and a suspended server, by SIGSTOP."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable
from functools import partial

import pytest

from .figures import Plan
from .jupyter import JupyterProcess
from .live import GIVE_UP, Company, Typist
from .oracles import check
from .processes import ROOT, type_on
from .schedule import Hands
from .sleeper import START
from .stored import read_stored

PEOPLE = 3
NIGHT = 90.0
"""Seconds of sleep, at night."""


@pytest.fixture
def limits() -> dict[str, object]:
    """A client that does not answer is disconnected after two seconds."""
    return {"ping_interval": 1.0, "ping_timeout": 1.0, "edits": 1_000_000}


async def _room(jupyter: JupyterProcess) -> str:
    await jupyter.start()
    wanted = {"code": START, "limit": 100}
    made = await jupyter.call("POST", "pairedit/rooms", wanted)
    return str(made["roomId"])


async def _until_anybody_is(there: bool, jupyter: JupyterProcess, room: str) -> None:
    async with asyncio.timeout(GIVE_UP):
        while True:
            if (room in await jupyter.call("GET", "pairedit/debug/rooms")) is there:
                return
            await asyncio.sleep(0.05)  # between two attempts


async def test_t10b_clients_that_slept_lose_and_double_nothing(
    plan_of: Callable[[str], Plan], jupyter: JupyterProcess
) -> None:
    plan = plan_of("T10b")
    room_id = await _room(jupyter)
    command = [sys.executable, "-m", "tests.campaign.sleeper", str(jupyter.port)]
    command += [room_id, str(jupyter.database), str(PEOPLE), str(plan.seed)]
    pipe = asyncio.subprocess.PIPE
    clients = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=pipe, stdout=pipe
    )
    assert clients.stdin is not None and clients.stdout is not None
    assert await clients.stdout.readline() == b"ready\n"

    for number in range(plan.count):
        clients.send_signal(signal.SIGSTOP)
        # The server sees it by itself, and meanwhile the text becomes another one.
        await _until_anybody_is(False, jupyter, room_id)
        code = {"code": START + chr(0xE000 + number)}
        await jupyter.call("PUT", f"pairedit/rooms/{room_id}/code", code)
        if plan.nightly:
            await asyncio.sleep(NIGHT)
        clients.send_signal(signal.SIGCONT)
        await _until_anybody_is(True, jupyter, room_id)

    clients.stdin.write(b"quiet\n")
    said = (await clients.stdout.readline()).split()
    assert await clients.wait() == 0
    assert said[0] == b"equal" and int(said[1]) > 20


async def test_t10b_a_server_that_slept_loses_and_doubles_nothing(
    plan_of: Callable[[str], Plan], jupyter: JupyterProcess
) -> None:
    plan = plan_of("T10b")
    room_id = await _room(jupyter)
    dial = partial(jupyter.dial, room_id)
    typists = [Typist(f"{number:022}", dial) for number in range(PEOPLE)]
    for each in typists:
        each.answer_within = 0.5
    async with Company(typists) as working:
        await working.until(lambda: all(each.loaded for each in working.clients))
        typing = asyncio.create_task(type_on(working, Hands(random.Random(plan.seed))))
        for _ in range(plan.count):
            tries = [each.tries for each in typists]
            os.kill(jupyter.pid, signal.SIGSTOP)
            # Everybody gives up, and tries in vain to come back.
            await working.until(
                lambda: all(
                    each.tries > before + 2
                    for each, before in zip(typists, tries, strict=True)  # noqa: B023
                )
            )
            if plan.nightly:
                await asyncio.sleep(NIGHT)
            os.kill(jupyter.pid, signal.SIGCONT)
            enough = working.acknowledged + 20
            await working.until(lambda: working.has_acknowledged(enough))  # noqa: B023
        typing.cancel()
        await working.settled()
        log, code = await read_stored(jupyter.database, room_id)
        check(START, log, code, working.clients)
