"""Keys of dictionaries and tables in real kernels of rooms, without their methods."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jupyter_pairedit.running.kernel import EXPRESSION

from .kernels import Gate, Process, connected, run, sent, start, text
from .test_queries import listed, names_in

OBJECTS = """
from types import SimpleNamespace

class Own(dict):
    def _ipython_key_completions_(self):
        open({file!r}, "a").write("completions ")
        return ["a"]

    def keys(self):
        open({file!r}, "a").write("keys ")
        return ["a"]

    def __iter__(self):
        open({file!r}, "a").write("iter ")
        return iter(["a"])

    def __repr__(self):
        open({file!r}, "a").write("repr ")
        return ""

class Holder:
    def __init__(self):
        self.d = d

    @property
    def prop(self):
        open({file!r}, "a").write("prop ")
        return d

d = {{"alpha": 1, "al pha": [{{"it's": 2}}], 3: 4, b"b": 5, "\\ud800\\n": 6}}
own, holder = Own(a=1), Holder()
# The person's own names are no concern of the question.
exec = globals = list = dict = type = str = len = vars = None
"""

TABLES = """
import numpy as np
import pandas as pd

class Frame(pd.DataFrame):
    @property
    def columns(self):
        open({file!r}, "a").write("columns ")
        return []

    def keys(self):
        open({file!r}, "a").write("keys ")
        return []

table = pd.DataFrame([[1, 2, 3]], columns=["alpha", "al pha", 3])
row = table.loc[0]
texts = pd.DataFrame(columns=["alpha", "beta"])
levels = pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")]))
wide = pd.DataFrame(np.zeros((1, 300_000)), columns=[f"c{{n}}" for n in range(300_000)])
fields = np.zeros(2, dtype=[("alpha", int), ("beta", float)])
frame = Frame([[1]])
"""


async def test_dictionaries_have_keys_and_no_method_of_an_object_is_called(
    process: Process, tmp_path: Path
) -> None:
    file = tmp_path / "ran"
    async with connected(process) as kernel:
        await run(kernel, OBJECTS.format(file=str(file)))

        assert await listed(kernel, 'd["') == ["alpha", "al pha", r"\ud800\n"]
        assert await listed(kernel, "f(d, d['al") == ["alpha", "al pha"]
        assert await listed(kernel, "d['al pha'][0]['") == [r"it\'s"]
        assert await listed(kernel, 'holder.d["alp') == ["alpha"]
        place = await names_in(kernel, "'😀'; d['al")
        assert (place.start, place.end, place.names[0].kind) == (9, 11, "dict key")
        for code in ("own['", "holder.prop['", "no['", "d['no", "holder.d.keys['"):
            assert await listed(kernel, code) == []
        await run(kernel, "del exec, globals, list, dict, type, str, len, vars")
        assert not file.exists(), file.read_text()
        # The file would be written: IPython's own completion does.
        await kernel.query("complete_request", "own['")
    assert file.exists()


async def test_tables_have_their_columns_and_fields_as_keys(
    process: Process, tmp_path: Path
) -> None:
    file = tmp_path / "ran"
    async with connected(process) as kernel:
        assert await listed(kernel, "table['") == []
        assert await process.value("'pandas' in __import__('sys').modules") == "False"
        record = await run(kernel, TABLES.format(file=str(file)))
        assert record.how == "done", record.detail
        file.unlink(missing_ok=True)  # pandas itself has asked for the columns

        assert await listed(kernel, 'table["') == ["alpha", "al pha"]
        assert await listed(kernel, 'row["alp') == ["alpha"]
        assert await listed(kernel, 'texts["b') == ["beta"]
        assert await listed(kernel, 'fields["') == ["alpha", "beta"]
        assert (await listed(kernel, 'wide["c1'))[:2] == ["c1", "c10"]
        assert await listed(kernel, 'wide["c299999') == []
        for code in ('levels["', 'frame["', 'pd["', 'table["alpha"]["'):
            assert await listed(kernel, code) == []
    assert not file.exists(), file.read_text()


async def test_a_question_leaves_the_kernel_as_it_is_and_idle(process: Process) -> None:
    state = "(get_ipython().execution_count, len(In), sorted(Out), sorted(globals()))"
    async with connected(process) as kernel:
        await run(kernel, "d = {'alpha': 1}")
        before = await process.value(state)
        await run(kernel, "pass")  # the end of the owner's cell has arrived before this
        states: list[str] = []
        kernel.on_state(lambda: states.append(kernel.state))

        for _ in range(20):
            assert await listed(kernel, 'd["') == ["alpha"]
        assert "busy" not in states

        record = await run(kernel, "print('here')")
        assert text(record) == "here\n"
        assert await process.value(state) == before


async def test_while_a_cell_runs_no_keys_are_asked_for(
    process: Process, gate: Gate
) -> None:
    async with connected(process) as kernel:
        await run(kernel, "d = {'alpha': 1}")
        _, record = start(kernel, f"print('before')\n{gate.code}")
        await record.until(lambda record: "before" in text(record))
        await gate.reached()

        assert await listed(kernel, 'd["') == []
        assert await kernel.query("complete_request", "d.") is not None
        await gate.open()

        assert await record.end() == ("done", "")
        assert await listed(kernel, 'd["') == ["alpha"]


async def test_a_question_behind_a_cell_is_given_up_and_others_are_answered(
    process: Process, gate: Gate
) -> None:
    async with connected(process) as kernel:
        await run(kernel, "d = {'alpha': 1}")
        _, record = start(kernel, gate.code)
        await sent(kernel)  # and nothing is known of it yet, or it is busy already
        question = asyncio.ensure_future(kernel.query("execute_request", "d"))
        await gate.reached()

        async with asyncio.timeout(60):  # less than until a reply is taken to be lost
            assert await question is None
        assert await kernel.query("complete_request", "d.") is not None
        await gate.open()
        await record.end()
        reply = await kernel.query("execute_request", "d['alpha'] + 1")
    assert reply is not None
    assert reply["user_expressions"][EXPRESSION]["data"]["text/plain"] == "2"


async def test_another_kernel_is_not_asked_for_keys(other: Process) -> None:
    async with connected(other) as kernel:
        assert await listed(kernel, 'd["') == []
