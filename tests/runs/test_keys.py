"""The question about keys to the kernel of a room, and what of its answer is used."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from jupyter_pairedit.core.keys import key_at
from jupyter_pairedit.core.lookups import MOST_NAMES
from jupyter_pairedit.runs.keys import keys_expression, read_keys


def names(code: str, **variables: object) -> list[str]:
    """Return what a kernel with these variables has at the end of some code."""
    key = key_at(code, len(code))
    assert key
    value = eval(keys_expression(key), variables)
    return [each.name for each in read_keys(key, reply(repr(value))).names]


def reply(text: object) -> dict[str, Any]:
    """Return an ``execute_reply`` with a value of this text."""
    value = {"status": "ok", "data": {"text/plain": text}}
    return {"status": "ok", "user_expressions": {"value": value}}


def test_the_expression_has_the_keys_and_defines_nothing() -> None:
    variables: dict[str, Any] = {"d": {"alpha": {"it's": 1}, "größe 😀": 2}}

    assert names('d["', **variables) == ["alpha", "größe 😀"]
    assert names("d['alpha']['", **variables) == [r"it\'s"]
    key = key_at("d['", 3)
    assert key
    eval(keys_expression(key), variables)
    assert variables.keys() == {"d", "__builtins__"}  # eval adds the latter


def test_names_that_the_person_has_redefined_are_not_used() -> None:
    own = {each: None for each in vars(builtins) if each not in ("__import__", "d")}

    assert names('d["', d={"alpha": 1}, **own) == ["alpha"]


@pytest.mark.parametrize(
    "code",
    [
        "d['']['\"+run()+\"",
        "d['\"+run()+\"']['",
        "d['\\')+run()+(\\'']['",
        "d['a'][\"'+run()+'",
        "d['{run()}']['",
        "d['\\\\']['\\\\",
        "d['\\n']['\\nrun()",
    ],
)
def test_nothing_of_the_code_is_executed(code: str) -> None:
    ran: list[str] = []

    def run() -> str:
        ran.append("run")
        return ""

    assert names(code, run=run, d={"a": 1}) == []
    assert ran == []


def test_an_answer_has_at_most_200_keys() -> None:
    found = {f"k{number}": 1 for number in range(10_000)}

    assert names("d['k", d=found) == [f"k{n}" for n in range(MOST_NAMES)]
    assert names("d['k9999", d=found) == ["k9999"]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"user_expressions": 5},
        {"user_expressions": {"value": {"status": "error", "ename": "NameError"}}},
        reply(5),
        reply("alpha"),
        reply("'616'"),
        reply("'61 62'"),
        reply("'ff'"),
        reply("''"),
        reply("'" + "6e6f".upper() + "'"),
    ],
)
def test_an_answer_of_another_form_has_no_keys(answer: dict[str, Any]) -> None:
    key = key_at("d['", 3)
    assert key

    assert read_keys(key, answer).names == ()
    assert [n.name for n in read_keys(key, reply("'61'")).names] == ["a"]
