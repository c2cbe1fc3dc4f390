"""Names that a notebook's own kernel gives to the pages of an editor."""

from __future__ import annotations

import statistics
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from .kernels import Gate, Process, started
from .pages import WidgetPage

PROPERTY = """
class Thing:
    @property
    def prop(self):
        open({file!r}, "a").write("prop ")
        return "text"

    def method(self, first):
        "What the method does."

thing = Thing()
"""


@contextmanager
def kernel(kind: str, folder: Path) -> Iterator[Process]:
    """Start a kernel without a server."""
    path = {"PYTHONPATH": str(folder)} if kind == "ipykernel_6" else {}
    with started(**path) as process:
        yield process


@pytest.fixture(scope="module", params=["ipykernel", "ipykernel_6"])
def notebook(request: pytest.FixtureRequest) -> Iterator[Process]:
    """A kernel of each kind that no server has started."""
    folder = request.getfixturevalue("ipykernel_6")
    with kernel(request.param, folder) as process:
        yield process


@asynccontextmanager
async def shown(process: Process, code: str = "") -> AsyncIterator[WidgetPage]:
    """Show a new editor for the time of a block."""
    page = WidgetPage(process)
    await page.open(code)
    yield page
    await process.reply(process.cell("ed.close()"))


async def test_the_page_gets_names_and_descriptions(
    notebook: Process, tmp_path: Path
) -> None:
    file = tmp_path / "ran"
    async with shown(notebook, PROPERTY.format(file=str(file))) as page:
        page.ask("names", "'😀'; thing.met", at=15, id="1")
        assert await page.answer() == {
            "type": "names",
            "id": "1",
            "from": 12,
            "to": 15,
            "names": [{"name": "method", "kind": "function", "signature": "(first)"}],
        }
        page.ask("inspect", "thing.method(", id="2")
        assert await page.answer() == {
            "type": "inspect",
            "id": "2",
            "text": "thing.method(first)\n\nWhat the method does.",
        }
        assert "join" in await page.names("os.path.jo")
        assert await page.names("x = thing.prop\nx.") == []
        assert await page.names("thing.prop.") == []
        page.ask("inspect", "thing.prop")
        assert (await page.answer())["text"] == ""

    assert not file.exists()


async def test_the_page_gets_keys_of_dictionaries_and_tables(
    notebook: Process,
) -> None:
    code = (
        "import pandas\nd = {'a': [{'b': 1}]}\n"
        "table = pandas.DataFrame([[1, 2]], columns=['unit price', 3])"
    )
    async with shown(notebook, code) as page:
        assert await page.names('d["') == ["a"]
        assert await page.names("d['a'][0][\"") == ["b"]
        assert await page.names("table['un") == ["unit price"]


async def test_the_page_gets_magics(notebook: Process) -> None:
    async with shown(notebook) as page:
        assert await page.names("x = 1\n  %tim") == ["time", "timeit"]
        assert await page.names("%%ba") == ["bash"]
        assert await page.names("x = 1\n%%ba") == []


async def test_a_question_leaves_the_kernel_as_it_is(notebook: Process) -> None:
    state = (
        "(hooks.clear(), get_ipython().execution_count, len(In), sorted(Out), "
        "sorted(globals()))"
    )
    async with shown(notebook) as page:
        before = await notebook.value(state)
        hooks = await notebook.value("hooks[:]")  # of the two cells

        assert await notebook.value(state) == before
        await page.names("os.")
        page.ask("inspect", "os.path.join")
        await page.answer()
        assert await notebook.value("hooks[:]") == hooks

        assert await notebook.value(state) == before
        page.send({"type": "another message"})
        await page.names("os.")
        assert await notebook.value("hooks[:]") != hooks


async def test_what_is_no_question_is_not_answered(notebook: Process) -> None:
    async with shown(notebook) as page:
        page.ask("names", "x", at=2)
        page.ask("names", "x", at=-1)
        for wrong in (
            None,
            {"type": "names"},
            {"type": "names", "id": "a", "code": 5, "at": 0},
            {"type": "names", "id": "a" * 65, "code": "", "at": 0},
            {"type": "names", "id": "a", "code": "", "at": True},
            {"type": "others", "id": "a", "code": "", "at": 0},
        ):
            page.send(wrong)
        page.ask("inspect", "os", id="last")

        assert (await page.answer())["id"] == "last"


@pytest.mark.parametrize("how", ["waits", "computes"])
async def test_in_a_subshell_names_are_known_while_a_cell_runs(
    tmp_path: Path, how: str, record_property: Callable[[str, object], None]
) -> None:
    file = tmp_path / "end"
    wait = "time.sleep(0.01)" if how == "waits" else "pass"
    loop = f"while not os.path.exists({str(file)!r}): {wait}"
    with started() as process:
        page = WidgetPage(process)
        await page.open()
        await page.open_subshell()
        request = process.cell(
            f"import time\nhooks.clear()\ned.send({{'type': 'begun'}})\n{loop}\n"
            "found = hooks[:]"
        )
        assert await page.answer() == {"type": "begun"}

        took = [await page.timed("os.pa") for _ in range(10)]
        file.touch()
        assert (await process.reply(request))["status"] == "ok"
        assert await process.value("found") == "[]"
    record_property("median_ms", round(statistics.median(took) * 1000))


async def test_without_a_subshell_the_answer_waits_for_the_cell(
    notebook: Process, gate: Gate
) -> None:
    async with shown(notebook) as page:
        request = notebook.cell(f"late = 1\n{gate.code}")
        await gate.reached()
        page.ask("names", "la")
        await gate.open()

        assert "late" in [each["name"] for each in (await page.answer())["names"]]
        await notebook.reply(request)
