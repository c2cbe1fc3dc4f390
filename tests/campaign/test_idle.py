"""C6: a server in which nobody does anything writes nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from .figures import Plan
from .jupyter import JupyterProcess

if not Path("/proc/self/io").exists():
    pytest.skip("counts of system calls are read from /proc", allow_module_level=True)


def written(pid: int) -> int:
    """Return how often a process has written to anything."""
    (found,) = re.findall(r"syscw: (\d+)", Path(f"/proc/{pid}/io").read_text())
    return int(found)


def wake_ups(pid: int) -> int:
    """Return how often the threads of a process have waited."""
    found = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        (switches,) = re.findall(
            r"^voluntary_ctxt_switches:\t(\d+)", status.read_text(), re.MULTILINE
        )
        found += int(switches)
    return found


def contents(jupyter: JupyterProcess) -> dict[str, bytes]:
    """Return the bytes of the database and its log. SQLite locks in ``-shm``."""
    names = (jupyter.database, Path(f"{jupyter.database}-wal"))
    return {each.name: each.read_bytes() for each in names if each.exists()}


@pytest.mark.parametrize("rooms", ["no room", "a stored room"])
async def test_c6_an_idle_server_writes_nothing(
    plan_of: Callable[[str], Plan],
    jupyter: JupyterProcess,
    record_property: Callable[[str, object], None],
    rooms: str,
) -> None:
    plan = plan_of("C6")
    await jupyter.start()
    if rooms != "no room":
        await jupyter.call("POST", "pairedit/rooms", {"code": "x"})
    before = contents(jupyter), written(jupyter.pid), wake_ups(jupyter.pid)

    await asyncio.sleep(plan.count)  # what is measured

    after = contents(jupyter), written(jupyter.pid), wake_ups(jupyter.pid)
    assert after[0] == before[0]
    calls, waits = after[1] - before[1], after[2] - before[2]
    record_property("figure", f"{calls} writes, {waits} waits in {plan.count} s")
