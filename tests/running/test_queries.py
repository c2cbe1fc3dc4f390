"""Questions about names in real kernels, also while a cell runs."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.lookups import Names
from jupyter_pairedit.core.text import to_units
from jupyter_pairedit.running.kernel import Kernel
from jupyter_pairedit.runs.bindings import Binding
from jupyter_pairedit.runs.lookups import Lookups

from .kernels import Gate, Process, connected, run, sent, start, text

OBJECTS = """
import os.path

class Thing:
    plain = os.path

    @property
    def prop(self):
        open({file!r}, "a").write("prop ")
        return os

    class Inner:
        word = 1

    def method(self, first, second=2):
        "What the method does."

class Described:
    def __get__(self, instance, owner):
        open({file!r}, "a").write("get ")
        return os

class Printed:
    def __repr__(self):
        open({file!r}, "a").write("repr ")
        return ""

    def __len__(self):
        open({file!r}, "a").write("len ")
        return 1

Thing.described = Described()
thing, printed = Thing(), Printed()
"""

SLOW = """
class Slow:
    def __dir__(self):
        {wait}
        return []

slow = Slow()
"""

GUESTS = [
    "thing.prop.",
    "thing.prop.path.jo",
    "thing.described.",
    "Thing.described.",
    "thing.plain.join(thing.prop).",
    "x = thing.prop\nx.",
    "for x in [thing.prop]:\n    x.",
    "f(thing.prop, thing.prop.",
    "thing.pr",
    "thing.",
    "Thing.",
    "thing.described",
    "printed",
    "printed.",
    "printed[0].",
    "thing.prop",
    "thing.prop.path",
    "thing.prop(",
    "thing.method(thing.prop, ",
    "import thing.prop.",
    "%timeit thing.prop.",
    "from thing.prop import ",
]
"""Code in a room, with the caret at its end."""


def lookups(kernel: Kernel) -> Lookups:
    """Return what asks a kernel, however long it takes."""
    binding = Binding("k", "Python", kernel, "ann", started=False)
    bindings: Any = SimpleNamespace(usable=lambda room_id: binding)
    never = asyncio.Event()

    async def wait(seconds: float) -> None:
        await never.wait()

    return Lookups(bindings, Limits(lookups=10_000), time.monotonic, wait)


async def names_in(kernel: Kernel, code: str) -> Names:
    """Ask for what could stand at the end of some code."""
    return await lookups(kernel).names("room", "ann", code, len(to_units(code)))


async def listed(kernel: Kernel, code: str) -> list[str]:
    """Ask for what could stand at the end of some code; return the names."""
    return [each.name for each in (await names_in(kernel, code)).names]


async def names(asked: Lookups, code: str) -> Names:
    """Ask for the names at the end of some code."""
    return await asked.names("room", "ann", code, len(code))


async def description(asked: Lookups, code: str) -> str:
    """Ask for what is known at the end of some code."""
    return await asked.description("room", "ann", code, len(code))


async def test_no_property_runs_because_of_what_is_written_in_a_room(
    process: Process, tmp_path: Path
) -> None:
    file = tmp_path / "ran"
    async with connected(process) as kernel:
        await run(kernel, OBJECTS.format(file=str(file)))
        asked = lookups(kernel)
        for code in GUESTS:
            await names(asked, code)
            await description(asked, code)

            assert not file.exists(), f"{code!r}: {file.read_text()}"
        # The file would be written: IPython's own completion does.
        await kernel.query("complete_request", "thing.prop.")

    assert file.read_text() == "prop "


async def test_names_and_descriptions_are_those_of_the_kernel(
    process: Process, tmp_path: Path
) -> None:
    async with connected(process) as kernel:
        await run(kernel, OBJECTS.format(file=str(tmp_path / "ran")))
        asked = lookups(kernel)

        members = {each.name: each for each in (await names(asked, "thing.")).names}
        assert members.keys() >= {"plain", "prop", "Inner", "method"}
        assert members["method"].signature == "(first, second=2)"
        assert [n.name for n in (await names(asked, "Thing.Inner.wo")).names] == [
            "word"
        ]
        assert "join" in [n.name for n in (await names(asked, "os.path.jo")).names]
        assert "thing" in [n.name for n in (await names(asked, "y = thi")).names]
        assert (await names(asked, "nothing_at_all.")).names == ()

        method = await description(asked, "Thing.method(1, ")
        assert "What the method does." in method and "second" in method
        assert "Join two or more" in await description(asked, "os.path.join")
        assert await description(asked, "nothing_at_all") == ""


@pytest.mark.parametrize("how", ["waits", "computes"])
async def test_names_are_known_while_a_cell_runs_and_its_run_is_not_disturbed(
    process: Process,
    tmp_path: Path,
    how: str,
    record_property: Callable[[str, object], None],
) -> None:
    file = tmp_path / "end"
    wait = "time.sleep(0.01)" if how == "waits" else "pass"
    code = f"while not os.path.exists({str(file)!r}): {wait}"
    async with connected(process) as kernel:
        asked = lookups(kernel)
        await run(kernel, "import os, time")
        await names(asked, "os.pa")  # the first time, IPython loads its completer
        count = await process.value("get_ipython().execution_count")
        _, record = start(kernel, f"print('before')\n{code}\nprint('after')\n7")
        await record.until(lambda record: "before" in text(record))
        states: list[str] = []
        kernel.on_state(lambda: states.append(kernel.state))

        took = []
        for _ in range(10):
            began = time.perf_counter()
            assert "path" in [n.name for n in (await names(asked, "os.pa")).names]
            took.append(time.perf_counter() - began)
        assert (record.how, states) == (None, [])
        file.touch()

        assert await record.end() == ("done", "")
        assert text(record) == "before\nafter\n"
        assert [each.text for each in record.shown if each.kind == "result"] == ["7"]
    assert await process.value("get_ipython().execution_count") == count
    record_property("median_ms", round(statistics.median(took) * 1000))


async def test_a_question_that_was_given_up_ends_before_the_next_one(
    process: Process, gate: Gate
) -> None:
    async with connected(process) as kernel:
        await run(kernel, SLOW.format(wait=gate.code))
        first = asyncio.ensure_future(kernel.query("complete_request", "slow."))
        await gate.reached()
        first.cancel()
        await asyncio.wait([first])
        second = asyncio.ensure_future(kernel.query("complete_request", "slo"))
        await sent(kernel)
        assert not second.done()
        await gate.open()

        reply = await second
    assert reply is not None and "slow" in reply["matches"]


async def test_another_kernel_is_asked_while_it_is_idle(other: Process) -> None:
    async with connected(other) as kernel:
        assert not kernel.ipython
        assert await kernel.query("complete_request", "1") is not None
        execution, record = start(kernel, "wait")
        await record.until(lambda record: "waiting" in text(record))
        assert await kernel.query("complete_request", "1") is None
        await kernel.stop(execution)
        await record.end()


@pytest.mark.parametrize("ends", ["closed", "dead"])
async def test_without_a_kernel_there_is_no_answer(
    own_process: Process, gate: Gate, ends: str
) -> None:
    async with connected(own_process) as kernel:
        await run(kernel, SLOW.format(wait=gate.code))
        question = asyncio.ensure_future(kernel.query("complete_request", "slow."))
        await gate.reached()
        if ends == "closed":
            await kernel.close()
        else:
            kernel.kernel_died()

        assert await question is None
        await gate.open()
        if ends == "closed":
            assert await kernel.query("complete_request", "x") is None
