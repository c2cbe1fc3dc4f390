"""Magics in real kernels of rooms."""

from __future__ import annotations

from pathlib import Path

from jupyter_pairedit.core.lookups import Names
from jupyter_pairedit.core.text import to_units
from jupyter_pairedit.running.kernel import Kernel

from .kernels import Gate, Process, connected, run, start, text
from .test_queries import OBJECTS, lookups

HOOKED = """
def completed(shell, event):
    open({file!r}, "a").write("completed ")
    return []

get_ipython().set_hook("complete_command", completed, str_key="%time")
"""


async def asked(kernel: Kernel, code: str) -> Names:
    """Ask for the magics at the end of some code."""
    return await lookups(kernel).names("room", "ann", code, len(to_units(code)))


async def magics(kernel: Kernel, code: str) -> list[str]:
    """Ask for the magics at the end of some code; return their names."""
    return [each.name for each in (await asked(kernel, code)).names]


async def test_magics_are_listed_and_nothing_of_the_person_is_executed(
    process: Process, tmp_path: Path
) -> None:
    file = tmp_path / "ran"
    async with connected(process) as kernel:
        await run(kernel, OBJECTS.format(file=str(file)))
        await run(kernel, HOOKED.format(file=str(file)))
        await run(kernel, "timer = thing")

        assert await magics(kernel, "%tim") == ["time", "timeit"]
        assert await magics(kernel, "%%ba") == ["bash"]
        assert "timeit" in await magics(kernel, "x = 1\n  %")
        place = await asked(kernel, "x = '😀'\n  %time")
        assert (place.start, place.end, place.names[0].kind) == (12, 16, "magic")
        for code in ("%bash", "x = 1\n%%ba", "%no_magic", "%timeit tim"):
            assert await magics(kernel, code) == []
        assert await magics(kernel, "a %tim") == ["timer"], "a variable"
        assert not file.exists(), file.read_text()
        # The file would be written: IPython completes the arguments of a whole name.
        await kernel.query("complete_request", "%time")
    assert "completed" in file.read_text()


async def test_magics_are_listed_while_a_cell_runs(
    process: Process, gate: Gate
) -> None:
    async with connected(process) as kernel:
        _, record = start(kernel, f"print('before')\n{gate.code}")
        await record.until(lambda record: "before" in text(record))
        await gate.reached()

        assert await magics(kernel, "%tim") == ["time", "timeit"]
        await gate.open()
        await record.end()


async def test_another_kernel_is_not_asked_for_magics(other: Process) -> None:
    async with connected(other) as kernel:
        assert await magics(kernel, "%tim") == []
