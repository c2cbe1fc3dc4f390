"""Code that sends more than is kept: each run ends, and says why."""

from __future__ import annotations

import asyncio
import weakref

import pytest
import zmq

from jupyter_pairedit.core.limits import MIB, Limits
from jupyter_pairedit.running.channels import Channels, Received
from jupyter_pairedit.running.kernel import Kernel

from .kernels import Process, Record, connected, run, text, tiny

DISPLAY = "from IPython.display import Image, clear_output, display\n"
BIG = 3 * MIB
AT_ONCE = "It sent more than 1 MiB at once, which is not shown."
SMALL = tiny(run_size=100_000, run_message=MIB + 1)


async def idle(kernel: Kernel) -> None:
    """Wait until the kernel executes nothing."""
    changed = asyncio.Event()
    kernel.on_state(changed.set)
    async with asyncio.timeout(60):
        while kernel.state != "idle":
            await changed.wait()
            changed.clear()


async def test_one_message_that_is_too_large_ends_the_run(process: Process) -> None:
    async with connected(process, SMALL) as kernel:
        record = await run(kernel, f"print('first', flush=True)\nprint('x' * {BIG})")

        assert (record.how, record.detail) == ("stopped", AT_ONCE)
        assert text(record) in ("", "first\n")  # they may be one message
        assert record.left_out >= MIB // 8_192
        await idle(kernel)
        assert (await run(kernel, "6 * 7")).texts == [("result", "42")]


async def test_many_messages_that_are_too_large_are_interrupted(
    process: Process,
) -> None:
    code = f"while True:\n    print('x' * {BIG}, flush=True)"
    async with connected(process, SMALL) as kernel:
        record = await run(kernel, code)

        assert (record.how, record.detail) == ("stopped", AT_ONCE)
        assert "KeyboardInterrupt" in text(record, "error")
        assert (await run(kernel, "1")).how == "done"


async def test_a_reply_that_is_too_large_ends_the_run(process: Process) -> None:
    async with connected(process, SMALL) as kernel:
        record = await run(kernel, f"raise ValueError('x' * {BIG})")

        assert (record.how, record.detail) == ("stopped", AT_ONCE)
        await idle(kernel)
        assert (await run(kernel, "6 * 7")).texts == [("result", "42")]


async def test_a_cell_of_the_owner_may_send_what_is_too_large(
    process: Process,
) -> None:
    async with connected(process, SMALL) as kernel:
        cell = process.cell(f"for _ in range(3): print('x' * {BIG}, flush=True)")
        assert (await process.reply(cell))["status"] == "ok"
        assert (await run(kernel, "6 * 7")).texts == [("result", "42")]
        await idle(kernel)


async def test_of_a_long_message_the_start_is_shown(process: Process) -> None:
    limits = tiny(run_size=100_000, run_image=10_000)
    async with connected(process, limits) as kernel:
        record = await run(kernel, f"print('x' * {BIG})")

    assert (record.how, record.detail) == ("done", "")
    shown = text(record)
    assert shown == "x" * len(shown) and 90_000 < len(shown) <= 100_000
    assert abs(record.left_out * 8_192 - (BIG - len(shown))) < 3 * 8_192


async def test_a_message_is_freed_before_the_next_is_received(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of messages of many MiB, there is never more than one here."""
    alive = weakref.WeakSet[Received]()
    held: list[int] = []
    receive = Channels.receive

    def counted(self: Channels, socket: zmq.Socket[bytes]) -> Received | None:
        held.append(len(alive))
        message = receive(self, socket)
        if message is not None:
            alive.add(message)
        return message

    monkeypatch.setattr(Channels, "receive", counted)
    async with connected(process, tiny()) as kernel:
        await run(kernel, "for n in range(200): print(n, flush=True)")

    assert len(held) > 200
    assert max(held) == 0


FLOODS = {
    "numbers": "for n in range(10**9): print(n)",
    "two streams": "import sys\nwhile True:\n"
    "    print('x' * 999, flush=True)\n"
    "    print('y' * 999, file=sys.stderr, flush=True)",
    "displays": f"{DISPLAY}while True: display(1)",
    "images": f"{DISPLAY}image = Image(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(40_000))\n"
    "while True: display(image)",
    "updates": f"{DISPLAY}shown = display(0, display_id=True)\n"
    "while True: shown.update('x' * 999)",
    "cleared": f"{DISPLAY}while True:\n    clear_output()\n"
    "    print('x' * 999, flush=True)",
    "cleared later": f"{DISPLAY}while True:\n    clear_output(wait=True)\n"
    "    display('x' * 999)",
    "lines that return": "while True: print('\\r' + 'x' * 999, end='', flush=True)",
}


def within(record: Record, limits: Limits) -> bool:
    """Whether what is shown is within the limits."""
    shown = [each for each in record.shown if each.kind != "error"]
    size = sum(len(each.text.encode()) for each in shown)
    data = sum(len(each.data) for each in shown)
    return (
        len(shown) <= limits.run_outputs
        and size <= limits.run_size
        and data <= limits.runs_size
    )


@pytest.mark.parametrize("flood", FLOODS)
async def test_each_flood_ends_in_words_and_within_the_limits(
    process: Process, flood: str
) -> None:
    limits = tiny(
        run_size=50_000,
        run_outputs=20,
        runs_size=200_000,
        run_image=50_000,
        run_flood=2 * MIB,
        run_flood_messages=500,
    )
    async with connected(process, limits) as kernel:
        record = await run(kernel, FLOODS[flood])

        assert record.how == "stopped"
        assert record.detail in (
            "It sent more than 2 MiB.",
            "It sent more than 500 messages.",
        )
        assert within(record, limits)
        assert (await run(kernel, "1")).how == "done"
