"""Magics in real kernels of rooms."""

from __future__ import annotations

from pathlib import Path

from .kernels import Gate, Process, connected, run, start, text
from .test_queries import OBJECTS, listed, names_in

HOOKED = """
def completed(shell, event):
    open({file!r}, "a").write("completed ")
    return []

get_ipython().set_hook("complete_command", completed, str_key="%time")
"""


async def test_magics_are_listed_and_nothing_of_the_person_is_executed(
    process: Process, tmp_path: Path
) -> None:
    file = tmp_path / "ran"
    async with connected(process) as kernel:
        await run(kernel, OBJECTS.format(file=str(file)))
        await run(kernel, HOOKED.format(file=str(file)))
        await run(kernel, "timer = thing")

        assert await listed(kernel, "%tim") == ["time", "timeit"]
        assert await listed(kernel, "%%ba") == ["bash"]
        assert "timeit" in await listed(kernel, "x = 1\n  %")
        place = await names_in(kernel, "x = '😀'\n  %time")
        assert (place.start, place.end, place.names[0].kind) == (12, 16, "magic")
        for code in ("%bash", "x = 1\n%%ba", "%no_magic", "%timeit tim"):
            assert await listed(kernel, code) == []
        assert await listed(kernel, "a %tim") == ["timer"], "a variable"
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

        assert await listed(kernel, "%tim") == ["time", "timeit"]
        await gate.open()
        await record.end()


async def test_another_kernel_is_not_asked_for_magics(other: Process) -> None:
    async with connected(other) as kernel:
        assert await listed(kernel, "%tim") == []
