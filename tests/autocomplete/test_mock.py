"""The mock completer's four rules."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_pairedit.autocomplete import load_completer
from jupyter_pairedit.autocomplete.base import CursorOutside, Question, Suggestion
from jupyter_pairedit.autocomplete.model import Options
from jupyter_pairedit.core.limits import Limits

RETURN = "    return "
INIT = "    def __init__(self):"
LOOP = "for item in collection:"
HELLO = "print('Hello, World!')"


def complete(
    code: str, cursor: int | None = None, language: str = "python"
) -> Suggestion:
    at = len(code.encode("utf-16-le")) // 2 if cursor is None else cursor
    mock = load_completer(Options("mock"), Limits())
    return asyncio.run(mock.complete(Question(code, at, language)))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f():\n", RETURN),
        ("def f():\n    return 1\n", HELLO),
        ("class A:\n", INIT),
        ("class A:\n    def __init__(self): return\n", HELLO),
        ("# loop", LOOP),
        ("", HELLO),
        ("undefined", HELLO),
    ],
)
def test_the_first_matching_rule_answers(code: str, expected: str) -> None:
    assert complete(code).text == expected


def test_the_rules_have_the_order_of_the_prototype() -> None:
    assert complete("def f(): class A: loop").text == RETURN
    assert complete("class A: loop").text == INIT


@pytest.mark.parametrize("unit", ["\t", "  ", " " * 8])
def test_what_is_suggested_has_the_unit_of_the_text(unit: str) -> None:
    assert complete(f"def f():\n{unit}x = 1\n").text == f"{unit}return "
    assert complete(f"class A:\n{unit}x = 1\n\n").text == f"{unit}def __init__(self):"


def test_only_the_code_before_the_cursor_counts() -> None:
    code = "x = 1\ndef f():\n"

    assert complete(code, 5).text == HELLO
    assert complete(code).text == RETURN


def test_the_cursor_counts_utf16_units() -> None:
    code = "😀 loop"

    assert complete(code, 7).text == LOOP
    assert complete(code, 6).text == HELLO


def test_a_cursor_inside_a_surrogate_pair_is_accepted() -> None:
    assert complete("😀 loop", 1).text == HELLO


@pytest.mark.parametrize("cursor", [-1, 4, 10**400])
def test_a_cursor_outside_the_code_is_refused(cursor: int) -> None:
    with pytest.raises(CursorOutside, match="from 0 to 3"):
        complete("abc", cursor)


@pytest.mark.parametrize("language", ["Python", "py", "ipython"])
def test_python_has_several_names(language: str) -> None:
    assert complete("", language=language).text == HELLO


def test_another_language_gets_no_suggestion_and_its_name_is_not_echoed() -> None:
    suggestion = complete("def f():", language="canary")

    assert suggestion.text == ""
    assert "Python" in suggestion.detail
    assert "canary" not in suggestion.detail


def test_every_suggestion_names_its_origin() -> None:
    for code in ("def f():", "class A:", "loop", ""):
        assert complete(code).detail.startswith("Mock")
