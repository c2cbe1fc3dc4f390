"""Kernels that end, start again, or cannot be reached."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.running.kernel import Kernel, KernelUnreachable, Times

from .kernels import PATIENT, Gate, Process, connected, run, sent, start, tiny
from .probe import executed


async def test_a_killed_kernel_ends_all_and_nothing_runs_in_the_next_process(
    probed: Process, record: Path, gate: Gate
) -> None:
    async with connected(probed) as kernel:
        _, running = start(kernel, gate.code)
        _, waiting = start(kernel, "print('never')")
        await gate.reached()
        ready = asyncio.Event()
        kernel.on_state(lambda: ready.set() if kernel.state == "idle" else None)
        probed.manager.restart_kernel(now=True)

        assert await running.end() == ("died", "The kernel has ended.")
        assert await waiting.end() == ("died", "The kernel has ended.")
        assert waiting.calls == ["ended"]
        ready.clear()
        while kernel.state not in ("idle", "busy"):
            await asyncio.wait_for(ready.wait(), 60)
        assert (await run(kernel, "'again'")).texts == [("result", "'again'")]
    assert "print('never')" not in [each.code for each in executed(record)]


async def test_a_reported_death_ends_what_runs(
    own_process: Process, gate: Gate
) -> None:
    async with connected(own_process) as kernel:
        _, running = start(kernel, gate.code)
        await gate.reached()
        kernel.kernel_died()

        assert await running.end() == ("died", "The kernel has ended.")


async def test_closing_ends_what_runs_and_frees_the_thread(
    own_process: Process, gate: Gate
) -> None:
    async with connected(own_process) as kernel:
        _, running = start(kernel, gate.code)
        await sent(kernel)
        await gate.reached()
    assert running.how == "died"
    assert kernel.state == "dead"
    _, late = start(kernel, "1")
    assert await late.end() == ("died", "The kernel is not connected.")


@pytest.mark.parametrize(
    ("info", "sentence"),
    [
        ({"ip": "192.0.2.1"}, "The kernel runs on another machine (192.0.2.1)"),
        ({"shell_port": 0}, "The kernel has no address on this machine."),
        ({"transport": "gateway"}, "The kernel has no address on this machine."),
        ({}, "The kernel did not answer within 0.02 seconds."),
    ],
)
async def test_a_kernel_that_cannot_be_reached_is_named(
    info: dict[str, Any], sentence: str
) -> None:
    ports = {f"{name}_port": 9 for name in ("shell", "iopub", "control", "hb")}
    info = {"transport": "tcp", "ip": "127.0.0.1", "key": b"k", **ports, **info}

    async def interrupt() -> None:
        raise AssertionError

    kernel = Kernel(info, tiny(), interrupt=interrupt, times=Times(2, 0.01))
    with pytest.raises(KernelUnreachable) as raised:
        await kernel.open()
    assert str(raised.value).startswith(sentence)
    assert kernel.state == "dead"


async def test_nothing_of_python_is_assumed(other: Process) -> None:
    async with connected(other, times=PATIENT) as kernel:
        assert kernel.language == "sum"
        assert (await run(kernel, "1+2")).texts == [("display", "3")]
        failed = await run(kernel, "a")
        assert (failed.how, failed.texts) == ("error", [("error", "ValueError: a")])
        assert failed.calls == ["begun", "outputs", "ended"]

        execution, record = start(kernel, "wait")
        await record.until(lambda record: record.shown != [])
        await kernel.stop(execution)
        assert (await record.end())[0] == "stopped"
