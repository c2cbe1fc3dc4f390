"""The examples in the docstrings and in the documentation are true."""

from __future__ import annotations

import asyncio
import doctest
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from jupyter_pairedit import aconnect, connect
from jupyter_pairedit.client import asyncroom, joining, room, syncruns, views

from .conftest import Join, NewPlace, Place

MODULES: tuple[ModuleType, ...] = (asyncroom, joining, room, syncruns, views)
FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


def examples() -> Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in MODULES:
        yield from (each for each in finder.find(module) if each.examples)


def public_methods() -> Iterator[str]:
    for part in (room.Room, syncruns.Runs):
        for name in vars(part):
            if not name.startswith("_"):
                yield f"{part.__module__}.{part.__name__}.{name}"


@pytest.mark.parametrize("example", [*examples()], ids=lambda each: each.name)
def test_the_example_of_a_docstring_is_true(
    example: doctest.DocTest,
    place: Place,
    join: Join,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = place.link()
    monkeypatch.setenv("PAIREDIT_LINK", link)
    if "connect(" not in (example.docstring or ""):
        example.globs["room"] = join(link, name="Linter")
        example.globs["member"] = join(place.url)
    if syncruns.__name__ in example.name:
        place.start_kernel()
    example.globs |= {
        "link": link,
        "connect": connect,
        "aconnect": aconnect,
        "asyncio": asyncio,
        "os": os,
    }
    printed: list[str] = []

    doctest.DocTestRunner(optionflags=FLAGS).run(example, out=printed.append)

    assert printed == []


def test_each_method_of_a_room_has_an_example() -> None:
    assert set(public_methods()) <= {each.name for each in examples()}


def test_the_programs_of_the_documentation_run(
    root: Path,
    new_place: NewPlace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (root / "docs" / "programs.md").read_text("utf-8")
    programs = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    namespace: dict[str, object] = {}
    codes = []
    for program in programs:
        place = new_place("x=1\ny = 2\n")
        monkeypatch.setenv("PAIREDIT_LINK", place.link())
        monkeypatch.setenv("PAIREDIT_URL", place.url.partition("?")[0])
        monkeypatch.setenv("PAIREDIT_TOKEN", place.server.token)
        exec(compile(program, "programs.md", "exec"), namespace)
        codes.append(place.code())

    assert codes == [
        "x = 1\ny = 2\n",
        "x=1\ny = 2\n",
        "x=1\ny = 2\n",
        "import math\nx=1\ny = math.tau\n",
        "x=1\nz = 2\n",
        "x=1\ny = 2\n",
        "print(6 * 7)\n",
        "X=1\nY = 2\n",
    ]
    assert "1 Caller" in capsys.readouterr().out
