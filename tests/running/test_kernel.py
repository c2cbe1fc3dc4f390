"""Code that is executed in real kernels, beside the cells of their owner."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyter_pairedit.core.outputs import Output

from .kernels import Gate, Process, Record, connected, run, sent, start, text, tiny
from .probe import executed

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(9)).decode()


async def test_what_is_printed_and_the_result_are_shown(process: Process) -> None:
    async with connected(process) as kernel:
        record = await run(kernel, "import sys\nprint('out')\n6 * 7")

    assert kernel.language == "python"
    assert record.texts == [("stdout", "out\n"), ("result", "42")]
    # A slow kernel has the result later than the text, in an update of its own.
    assert (record.calls[0], record.calls[-1]) == ("begun", "ended")
    assert set(record.calls[1:-1]) == {"outputs"}
    assert (record.how, record.detail) == ("done", "")


async def test_the_namespace_is_the_notebooks_and_its_history_is_left_alone(
    process: Process,
) -> None:
    count = await process.value("get_ipython().execution_count")
    await process.reply(process.cell("x = 20"))
    async with connected(process) as kernel:
        assert (await run(kernel, "x += 1\nx")).texts == [("result", "21")]

    assert await process.value("x") == "21"
    assert int(await process.value("get_ipython().execution_count")) == int(count) + 1
    assert "x += 1" not in await process.value("In[-3:]")


async def test_an_error_is_its_traceback(process: Process) -> None:
    async with connected(process) as kernel:
        record = await run(kernel, "def f(x):\n    return 1 / x\n\nf(0)")

    assert (record.how, record.detail) == ("error", "")
    [(kind, trace)] = record.texts
    assert kind == "error" and "\x1b[" in trace
    assert trace.endswith("ZeroDivisionError\x1b[0m: division by zero")


async def test_an_image_is_shown(process: Process) -> None:
    async with connected(process) as kernel:
        code = "from base64 import b64decode as d\nfrom IPython.display import Image\n"
        record = await run(kernel, f"{code}Image(d({PNG!r}))")

    [image] = record.shown
    assert (image.kind, image.mime, image.data) == ("result", "image/png", PNG)


async def test_a_plot_is_shown(process: Process) -> None:
    pytest.importorskip("matplotlib")
    code = "%matplotlib inline\nimport matplotlib.pyplot as plt\n_ = plt.plot([1, 2])"
    async with connected(process) as kernel:
        record = await run(kernel, code)

    [plot] = record.shown
    assert (plot.kind, plot.mime) == ("display", "image/png")
    assert len(base64.b64decode(plot.data)) > 1_000


async def test_the_code_clears_and_updates_what_it_shows(process: Process) -> None:
    code = """
        from IPython.display import clear_output, display
        print("gone")
        clear_output()
        handle = display("first", display_id=True)
        print("stays")
        handle.update("second")
    """
    async with connected(process) as kernel:
        record = await run(kernel, "if True:" + code)

    assert record.texts == [("display", "'second'"), ("stdout", "stays\n")]
    assert record.first > 0


async def test_a_progress_bar_is_one_output(process: Process) -> None:
    code = "for n in range(10_000):\n    print(f'\\r{n:5}', end='', flush=True)"
    async with connected(process) as kernel:
        record = await run(kernel, code)

    assert record.texts == [("stdout", " 9999")]
    assert record.left_out == 0


async def test_input_is_an_error(process: Process) -> None:
    async with connected(process) as kernel:
        record = await run(kernel, "input('Name?')")

    assert record.how == "error"
    assert "StdinNotImplementedError" in text(record, "error")


async def test_the_help_of_a_name_is_shown(process: Process) -> None:
    async with connected(process) as kernel:
        record = await run(kernel, "len?")

    assert "Return the number of items" in text(record, "display")


async def test_the_cells_of_the_owner_run_after_an_error(
    process: Process, gate: Gate
) -> None:
    async with connected(process) as kernel:
        first = process.cell(gate.code)
        await gate.reached()
        _, record = start(kernel, "1 / 0")
        await sent(kernel)
        cells = [process.cell(f"{n} + 40") for n in range(3)]
        await gate.open()

        assert (await record.end())[0] == "error"
        replies = [await process.reply(each) for each in [first, *cells]]
    assert [each["status"] for each in replies] == ["ok"] * 4


async def test_a_busy_kernel_is_opened_and_takes_code(
    process: Process, gate: Gate
) -> None:
    cell = process.cell(gate.code)
    await gate.reached()
    async with connected(process) as kernel:
        assert kernel.state == "busy"
        _, record = start(kernel, "print('after')")
        assert record.calls == []
        await gate.open()
        assert await record.end() == ("done", "")
    assert (await process.reply(cell))["status"] == "ok"
    assert record.texts == [("stdout", "after\n")]


async def test_the_state_is_reported(process: Process, gate: Gate) -> None:
    async with connected(process) as kernel:
        states: list[str] = []
        changed = asyncio.Event()

        def note() -> None:
            states.append(kernel.state)
            changed.set()

        async def until(state: str) -> None:
            while kernel.state != state:
                changed.clear()
                await changed.wait()

        kernel.on_state(note)
        await until("idle")
        cell = process.cell(gate.code)
        await until("busy")
        await gate.open()
        await until("idle")
        await process.reply(cell)
    assert kernel.state == "dead" and states[-3:] == ["busy", "idle", "dead"]


async def test_what_runs_is_interrupted(process: Process, gate: Gate) -> None:
    async with connected(process) as kernel:
        execution, record = start(kernel, f"print('here')\n{gate.code}")
        await record.until(lambda record: record.shown != [])
        assert execution.running
        await kernel.stop(execution)

        assert await record.end() == ("stopped", "")
        assert record.texts[0] == ("stdout", "here\n")
        assert "KeyboardInterrupt" in text(record, "error")
        await kernel.stop(execution)  # does nothing: the owner's cells are not ours
        assert (await run(kernel, "1")).how == "done"


async def test_what_is_awaited_is_interrupted(process: Process) -> None:
    code = "import asyncio\nprint('here')\nawait asyncio.sleep(3_600)"
    async with connected(process) as kernel:
        execution, record = start(kernel, code)
        await record.until(lambda record: record.shown != [])
        await kernel.stop(execution)

        assert await record.end() == ("stopped", "")
        assert (await run(kernel, "1")).how == "done"


async def test_what_waits_is_not_sent(process: Process, gate: Gate) -> None:
    async with connected(process) as kernel:
        _, first = start(kernel, gate.code)
        second, record = start(kernel, "never = 1")
        await first.until(lambda record: "begun" in record.calls)
        await kernel.stop(second)

        assert await record.end() == ("stopped", "")
        assert record.calls == ["ended"] and first.calls == ["begun"]
        await gate.open()
        assert (await first.end())[0] == "done"
    assert await process.value("'never' in globals()") == "False"


async def test_a_cell_of_the_owner_is_never_interrupted(
    process: Process, gate: Gate
) -> None:
    cell = process.cell(gate.code)
    await gate.reached()
    async with connected(process) as kernel:
        execution, record = start(kernel, "while True:\n    pass")
        await sent(kernel)
        await kernel.stop(execution)
        assert execution.stopping and record.how is None
        await gate.open()

        assert (await record.end())[0] == "stopped"
        assert (await process.reply(cell))["status"] == "ok"
        assert (await run(kernel, "1")).how == "done"


async def test_a_flood_is_interrupted_and_says_so(process: Process) -> None:
    limits = tiny(run_size=100_000, run_flood=3_000_000)
    async with connected(process, limits) as kernel:
        # What is not flushed is one message, and may be too large as a whole.
        code = "while True:\n    print('x' * 1_000, flush=True)"
        record = await run(kernel, code)

        assert record.how == "stopped"
        assert record.detail == "It sent more than 2 MiB."
        assert 90_000 < len(text(record)) <= 100_000
        assert record.left_out > 0
        assert "KeyboardInterrupt" in text(record, "error")
        assert (await run(kernel, "1")).how == "done"


async def test_many_messages_are_a_flood(process: Process) -> None:
    limits = tiny(run_outputs=20, run_flood_messages=100)
    async with connected(process, limits) as kernel:
        code = "from IPython.display import display\nwhile True:\n    display(1)"
        record = await run(kernel, code)

    assert record.detail == "It sent more than 100 messages."
    assert len([each for each in record.shown if each.kind == "display"]) == 20
    assert record.left_out > 70


async def test_code_that_handles_the_interrupt_runs_until_it_is_stopped_again(
    process: Process, gate: Gate
) -> None:
    limits = tiny(run_size=10_000, run_flood=1_000_000)
    code = f"""
try:
    while True:
        print("x" * 1_000)
except KeyboardInterrupt:
    print("caught")
{gate.code}
"""
    async with connected(process, limits) as kernel:
        execution, record = start(kernel, code)
        await gate.reached()
        assert record.how is None and execution.running
        await kernel.stop(execution)

        assert (await record.end())[0] == "stopped"
        assert "caught" not in text(record)


async def test_a_slow_sink_gets_the_newest_and_one_call_at_a_time(
    process: Process,
) -> None:
    class Slow(Record):
        inside = 0
        go = asyncio.Event()

        async def outputs(
            self, outputs: Sequence[Output], first: int, left_out: int
        ) -> None:
            self.inside += 1
            await self.go.wait()
            self.inside -= 1
            assert self.inside == 0
            await super().outputs(outputs, first, left_out)

    async with connected(process) as kernel:
        record = Slow()
        kernel.execute("for n in range(9_999):\n    print(n, flush=True)", record)
        # The kernel has ended the first one when it begins the second.
        assert (await run(kernel, "1")).how == "done"
        assert record.calls == ["begun"] and record.inside == 1
        record.go.set()
        await record.end()

    assert text(record) == "".join(f"{n}\n" for n in range(9_999))
    assert record.calls == ["begun", "outputs", "outputs", "ended"]


async def test_a_sink_that_raises_does_not_end_the_run(
    process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Record):
        async def outputs(
            self, outputs: Sequence[Output], first: int, left_out: int
        ) -> None:
            raise OSError("no space left")

    async with connected(process) as kernel:
        record = Broken()
        kernel.execute("print(1)", record)
        assert await record.end() == ("done", "")
    assert "no space left" in caplog.text


async def test_the_kernel_is_given_exactly_the_code(
    probed: Process, record: Path
) -> None:
    code = "# ü 😀 \u202e\r\n\tif True:\x0c pass\n"
    async with connected(probed) as kernel:
        await run(kernel, code)

    assert executed(record)[-1].digest == hashlib.sha256(code.encode()).hexdigest()
