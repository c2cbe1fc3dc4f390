"""Outputs that come after the code which they belong to has ended."""

from __future__ import annotations

from .kernels import Gate, Process, connected, run, text

_IN_THREAD = """
import threading
def late():
    {gate}
    print("late")
threading.Thread(target=late).start()
print("over")
"""
_IN_TASK = """
import asyncio
async def late():
    await asyncio.to_thread(lambda: {gate})
    print("late")
task = asyncio.create_task(late())
print("over")
"""


async def test_what_a_thread_prints_later_is_shown(
    process: Process, gate: Gate
) -> None:
    async with connected(process) as kernel:
        record = await run(kernel, _IN_THREAD.format(gate=gate.code))
        assert record.texts == [("stdout", "over\n")]
        await gate.open()
        await record.until(lambda record: "late" in text(record))

    assert record.texts == [("stdout", "over\nlate\n")]
    assert (record.how, record.calls.count("ended")) == ("done", 1)


async def test_what_a_task_prints_later_is_shown(process: Process, gate: Gate) -> None:
    async with connected(process) as kernel:
        record = await run(kernel, _IN_TASK.format(gate=gate.code))
        await gate.open()
        await record.until(lambda record: "late" in text(record))

    assert record.texts == [("stdout", "over\nlate\n")]


async def test_later_code_updates_what_was_displayed(process: Process) -> None:
    async with connected(process) as kernel:
        record = await run(kernel, "handle = display('first', display_id=True)")
        other = await run(kernel, "handle.update('second')")
        await record.until(lambda record: record.texts[0][1] == "'second'")
        await process.reply(process.cell("handle.update('third')"))
        await record.until(lambda record: record.texts[0][1] == "'third'")

    assert record.texts == [("display", "'third'")]
    assert other.texts == []


async def test_a_display_that_was_cleared_is_not_updated(process: Process) -> None:
    code = (
        "handle = display(1, display_id=True)\nfrom IPython.display import clear_output"
    )
    async with connected(process) as kernel:
        record = await run(kernel, f"{code}\nclear_output()\nprint('end')")
        await run(kernel, "handle.update(2)")
        await run(kernel, "1")

    assert record.texts == [("stdout", "end\n")]


async def test_only_the_last_executions_get_later_outputs(
    process: Process, gate: Gate
) -> None:
    async with connected(process) as kernel:
        record = await run(kernel, _IN_THREAD.format(gate=gate.code))
        for _ in range(10):
            await run(kernel, "1")
        await gate.open()
        assert (await run(kernel, "import time; time.sleep(0)")).how == "done"

    assert record.texts == [("stdout", "over\n")]
