"""Where in some code keys in brackets are looked up, and which of them are used."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.keys import Key, Step, key_at, keys_found
from jupyter_pairedit.core.lookups import MOST_NAMES, Name, PositionOutside
from jupyter_pairedit.core.text import to_units


def at_mark(marked: str) -> Key | None:
    """Return the key that ends at the mark ``|``."""
    before, _, after = marked.partition("|")
    return key_at(before + after, len(to_units(before)))


@pytest.mark.parametrize(
    ("marked", "owner", "begun", "quote"),
    [
        ('d["|', ("d",), "", '"'),
        ('d["|"]', ("d",), "", '"'),
        ("f(d['a k|'])", ("d",), "a k", "'"),
        ('"😀"; x.y[ "be|', ("x", "y"), "be", '"'),
        ("f'{d[\"a|\"]}'", ("d",), "a", '"'),
        ("f\"{d['a|']}\"", ("d",), "a", "'"),
        ("d[\"it's|", ("d",), "it's", '"'),
        (r'd["a\"b|', ("d",), r"a\"b", '"'),
        ('d["a"]["b|', ("d", ("a",)), "b", '"'),
        ("x[ 'a' ].y[-1][\"|", ("x", ("a",), "y", (-1,)), "", '"'),
        (r'd["\ud800\n"]["|', ("d", ("\ud800\n",)), "", '"'),
        ('größe["λ|', ("größe",), "λ", '"'),
        ('f("a", d["al|', ("d",), "al", '"'),
        ("x = d['a']; e['b|", ("e",), "b", "'"),
        ("x = '" + "A" * 100_000 + "'; d['b|", ("d",), "b", "'"),
    ],
)
def test_a_key_is_a_text_in_brackets_behind_a_chain(
    marked: str, owner: tuple[Step, ...], begun: str, quote: str
) -> None:
    end = len(to_units(marked.partition("|")[0]))

    found = at_mark(marked)

    assert found == Key(owner, begun, quote, end)
    assert found.start == end - len(begun)


@pytest.mark.parametrize(
    "marked",
    [
        'f(x)["a|',
        'f(x).y["a|',
        'x[i]["a|',
        'x[1.5]["a|',
        '"text".y["a|',
        '["a|',
        'd["a"|',
        'd["a"]|',
        'd["a\\|',
        'd["a\n|',
        "d[a|",
        "d[1|",
        'd[b"a|',
        '1["a|',
        r'd["\N"]["|',
        "x" + ".x" * 10 + '["|',
        'd["' + "a" * 1_000 + "|",
    ],
)
def test_nothing_else_is_a_key(marked: str) -> None:
    assert at_mark(marked) is None


def test_a_position_outside_of_the_code_is_refused() -> None:
    with pytest.raises(PositionOutside, match="expected at from 0 to 3"):
        key_at('d["', 4)


def test_only_what_may_stand_there_is_used() -> None:
    key = Key(("d",), "a", '"', 4)
    usable = ["a", "a'", r"a\"", r"a\\", r"a\n", "a b", "aé"]
    others = ["b", "", 'a"', "a\\", "a\n", "a\ud800", "a\u202e", "a" * 201]

    found = keys_found(key, [*others, *usable])

    assert (found.start, found.end) == (3, 4)
    assert found.names == tuple(Name(each, "dict key") for each in usable)
    assert len(keys_found(key, ["a"] * 1_000).names) == MOST_NAMES
