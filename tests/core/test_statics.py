"""Keys and items of objects, found without executing code of the objects."""

from __future__ import annotations

import ast
from collections import Counter, OrderedDict, UserDict, defaultdict
from collections.abc import Iterator
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.statics import (
    MISSING,
    MOST_KEYS,
    item,
    keys,
    keys_in_hex,
    value_of,
    written,
    written_keys,
)

RAN: list[str] = []
"""What was executed."""


class Own(dict[object, object]):
    def __iter__(self) -> Iterator[object]:
        RAN.append("__iter__")
        return super().__iter__()

    def __getitem__(self, key: object) -> object:
        RAN.append("__getitem__")
        return super().__getitem__(key)

    def __missing__(self, key: object) -> object:
        RAN.append("__missing__")
        return 1

    def keys(self) -> Any:
        RAN.append("keys")
        return super().keys()

    def _ipython_key_completions_(self) -> list[str]:
        RAN.append("_ipython_key_completions_")
        return ["a"]


class Text(str):
    """A text that is equal to another one only by its own code."""

    def __eq__(self, other: object) -> bool:
        RAN.append("__eq__")
        return str.__eq__(self, other)

    __hash__ = str.__hash__


class Listed(list[object]):
    def __getitem__(self, at: Any) -> Any:
        RAN.append("__getitem__")
        return 1


@pytest.fixture(autouse=True)
def nothing_ran() -> Iterator[None]:
    RAN.clear()
    yield
    assert RAN == []


ITEMS: dict[object, object] = {
    "a": 1,
    b"b": 2,
    3: {"in": 4},
    True: 5,
    Text("t"): 6,
    None: 7,
    "c": 8,
}
"""Keys of all kinds. ``1 == True``, but the person has not written ``True``."""


@pytest.mark.parametrize("kind", [dict, OrderedDict, lambda d: defaultdict(list, d)])
def test_dictionaries_have_those_of_their_keys_that_are_texts(kind: Any) -> None:
    made = kind(ITEMS)
    RAN.clear()

    assert keys(made) == ["a", "c"]
    assert item(made, "c") == 8
    assert item(made, 3) == {"in": 4}
    for each in ("missing", "t", 1):
        assert item(made, each) is MISSING
    assert len(made) == len(ITEMS)


@pytest.mark.parametrize(
    "value",
    [
        Own(ITEMS),
        Counter("a"),
        UserDict(a=1),
        MappingProxyType(ITEMS),
        SimpleNamespace(a=1),
        Listed("a"),
        "text",
        {"a"},
        None,
        MISSING,
    ],
)
def test_other_objects_have_no_keys(value: object) -> None:
    RAN.clear()

    assert keys(value) == []
    assert item(value, "a") is item(value, 0) is MISSING


def test_lists_and_tuples_have_items() -> None:
    for each in ([1, 2], (1, 2)):
        assert (item(each, 0), item(each, -2)) == (1, 1)
        assert item(each, 2) is item(each, -3) is item(each, "a") is MISSING
        assert keys(each) == []


def test_a_chain_goes_on_by_attributes_and_keys() -> None:
    variables = {"x": SimpleNamespace(y=[{"k": SimpleNamespace(z={"end": 1})}])}

    assert value_of(variables, ("x", "y", (0,), ("k",), "z")) == {"end": 1}
    assert value_of(variables, ("len",)) is len
    for steps in (("no",), ("x", "no"), ("x", "y", (1,)), ("x", ("y",)), ("no", (1,))):
        assert value_of(variables, steps) is MISSING


def test_keys_are_written_as_between_the_quotes_of_the_person() -> None:
    found = {"it's": 1, 'say "x"': 2, "a\\b": 3, "n\n\t\0": 4, "😀": 5, "\ud800": 6}
    found |= {"\u202eb": 7, "größe": 8, "": 9, "l" * 201: 10, "\0" * 60: 11}

    def listed(begun: str, quote: str) -> list[str]:
        return written_keys(found, begun, quote, 200, 200)

    others = [r"a\\b", r"n\n\t\x00", "😀", r"\ud800", r"\u202eb", "größe"]
    assert listed("", '"') == ["it's", r"say \"x\"", *others]
    assert listed("", "'") == [r"it\'s", 'say "x"', *others]
    assert listed("it'", '"') == ["it's"]
    assert listed(r"say \"", '"') == [r"say \"x\""]
    assert listed("\\", '"') == [r"\ud800", r"\u202eb"]


@given(st.text(st.characters(exclude_categories=())), st.sampled_from("'\""))
def test_what_is_written_is_printable_and_means_the_key(text: str, quote: str) -> None:
    found = written(text, quote)

    assert found.isprintable()
    assert ast.literal_eval(quote + found + quote) == text


def test_of_many_keys_the_first_are_looked_at() -> None:
    many = {f"k{number}": number for number in range(MOST_KEYS + 1)}

    assert written_keys(many, "", "'", 200, 200) == [f"k{n}" for n in range(200)]
    assert written_keys(many, "k9999", "'", 200, 200)[:2] == ["k9999", "k99990"]
    assert written_keys(many, f"k{MOST_KEYS}", "'", 200, 200) == []
    assert item(many, f"k{MOST_KEYS}") is MISSING


def test_a_dictionary_that_another_thread_changes_has_no_keys() -> None:
    class Changing:
        """What its iterator does then."""

        def __iter__(self) -> Iterator[str]:
            raise RuntimeError("dictionary changed size during iteration")

    from jupyter_pairedit.core import statics

    assert statics._first(Changing()) == []


def test_the_answer_for_a_kernel_is_in_hex() -> None:
    variables = {"x": [{"größe": 1, "it's": 2, "b": 3}]}
    found = keys_in_hex(variables, ("x", (0,)), "", "'", 2, 200)

    assert bytes.fromhex(found).decode() == "größe\nit\\'s"
    assert keys_in_hex(variables, ("y",), "", "'", 2, 200) == ""
