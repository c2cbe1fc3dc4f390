"""What of a room's code is looked up in a kernel, and what of the answers is used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.lookups import (
    LARGEST_TEXT,
    MOST_NAMES,
    Chain,
    Name,
    PositionOutside,
    described_chain,
    kind_in,
    names_chain,
    read_description,
    read_names,
    shortened,
)
from jupyter_pairedit.core.text import to_units


def split(marked: str) -> tuple[str, int]:
    """Return the code without the mark ``|``, and its place in UTF-16 units."""
    before, _, after = marked.partition("|")
    return before + after, len(to_units(before))


@pytest.mark.parametrize(
    ("marked", "steps"),
    [
        ("|", ("",)),
        ("x = np.lin|alg", ("np", "lin")),
        ("np.linalg.|", ("np", "linalg", "")),
        ("f(a, b.c|)", ("b", "c")),
        ("x[i|]", ("i",)),
        ("größe.λ|", ("größe", "λ")),
        ("import os\nos.pa|", ("os", "pa")),
        ("importer.x|", ("importer", "x")),
    ],
)
def test_names_are_looked_up_by_the_chain_before_the_position(
    marked: str, steps: tuple[str, ...]
) -> None:
    code, at = split(marked)
    chain = names_chain(code, at)

    assert chain == Chain(steps, at)
    assert chain.start == at - len(steps[-1])


@pytest.mark.parametrize(
    "marked",
    [
        "f(x).real|",
        "x[0].real|",
        '"text".up|',
        "1.re|",
        "3|",
        "a..b|",
        ".x|",
        "a .b|",
        "import nu|",
        "from numpy import li|",
        "%tim|",
        "  !l|",
        "?np|",
        "x." * 10 + "x|",
        "x" * 501 + "|",
    ],
)
def test_nothing_but_a_chain_of_names_is_looked_up(marked: str) -> None:
    assert names_chain(*split(marked)) is None


def test_a_long_line_does_not_hold_up_the_server() -> None:
    """By the square of its length, this would take an hour."""
    code = f"x = '{'A' * 1_000_000}'"

    assert names_chain(code, len(code)) == Chain(("",), len(code))
    assert described_chain(code, len(code)) is None


def test_positions_are_in_utf_16_units() -> None:
    code = "'😀'; 𐐀.real"
    chain = names_chain(code, len(to_units(code)))

    assert chain is not None and chain.steps == ("𐐀", "real")
    assert (chain.start, chain.end) == (9, 13)
    last = names_chain("😀 𐐀", 5)
    assert last is not None and (last.start, last.end) == (3, 5)
    # In the middle of a pair, there is no name.
    middle = names_chain("𐐀", 1)
    assert middle == Chain(("",), 1)


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("np.lin|alg.norm(x)", "np.linalg"),
        ("np.linalg.norm|(x)", "np.linalg.norm"),
        ("|np.x", "np"),
        ("f(|)", "f"),
        ("os.path.join(a, (1, 2), |)", "os.path.join"),
        ("f(\n    1,\n    |\n)", "f"),
        ("f(g(1), x|)", "x"),
        ("f(1) + |", None),
        ("x[|]", None),
        ("(|)", None),
        ("x.|", None),
        ("x[0].a|", None),
        ("f(x)(|)", None),
        ("|", None),
    ],
)
def test_the_name_at_a_position_or_that_of_the_call_is_described(
    marked: str, text: str | None
) -> None:
    chain = described_chain(*split(marked))

    assert (chain.text if chain else None) == text


@pytest.mark.parametrize("look_up", [names_chain, described_chain])
def test_a_position_outside_of_the_code_is_refused(look_up: object) -> None:
    assert callable(look_up)
    for code, at in (("", 1), ("😀", 3), ("x", -1)):
        with pytest.raises(PositionOutside, match="expected at from 0 to"):
            look_up(code, at)


@given(st.text("ab.(,) \n😀é", max_size=30), st.data())
def test_what_is_looked_up_is_always_text_of_the_code(
    code: str, data: st.DataObject
) -> None:
    units = to_units(code)
    at = data.draw(st.integers(0, len(units)))

    chain = names_chain(code, at)
    if chain is not None:
        found = to_units(chain.text)
        assert units[at - len(found) : at] == found
    described = described_chain(code, at)
    if described is not None:
        assert described.text in code


def typed(*entries: tuple[str, str]) -> dict[str, object]:
    """Return a ``complete_reply`` with names and their kinds."""
    found = [{"text": t, "type": k, "signature": "()"} for t, k in entries]
    return {"metadata": {"_jupyter_types_experimental": found}}


NP = Chain(("np", "li"), 5)


def test_names_of_a_reply_have_kind_and_signature() -> None:
    reply = typed(("linalg", "module"), ("lin", "<unknown>"), ("linalg", "class"))

    found = read_names(NP, reply, python=True)

    assert (found.start, found.end) == (3, 5)
    assert found.names == (Name("linalg", "module", "()"), Name("lin", "", "()"))


def test_without_kinds_the_matches_count_and_are_names_after_the_last_dot() -> None:
    reply = {"matches": ["np.linalg", "np.lib", 5]}

    assert read_names(NP, reply, python=True).names == (Name("linalg"), Name("lib"))


def test_what_is_no_name_is_left_out() -> None:
    entries = [
        ("li\x1b[2J", "x"),
        ("li st", "x"),
        ("l" * 201, "x"),
        ("li", "path"),
        ("%li", "magic"),
        ("", "x"),
    ]

    assert read_names(NP, typed(*entries), python=True).names == ()
    other = read_names(NP, typed(("li st", "x"), ("a\nb", "x")), python=False)
    assert other.names == (Name("li st", "x", "()"),)


def test_an_answer_has_at_most_200_names() -> None:
    reply = typed(*((f"li{n}", "x") for n in range(1_000)))

    assert len(read_names(NP, reply, python=True).names) == MOST_NAMES


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"metadata": 5, "matches": "np.li"},
        {"metadata": {"_jupyter_types_experimental": [5, {"text": 5}, {}]}},
        {"matches": [None, {}]},
    ],
)
def test_a_reply_of_another_form_has_no_names(reply: dict[str, object]) -> None:
    assert read_names(NP, reply, python=True).names == ()
    assert kind_in(reply, "np.li") == ""


def test_the_kind_of_a_name_is_that_of_the_whole_name() -> None:
    assert kind_in(typed(("path", "module"), ("pathconf", "function")), "os.path") == (
        "module"
    )
    assert kind_in(typed(("os.path", "module")), "os.path") == "module"
    assert kind_in(typed(("pathconf", "module")), "os.path") == ""


def test_a_description_is_text_of_at_most_16_kib() -> None:
    assert read_description({"data": {"text/plain": "\x1b[1mx"}}) == "\x1b[1mx"
    assert read_description({"data": {"text/html": "x"}}) == ""
    assert read_description({"data": 5}) == ""
    long = shortened("é" * LARGEST_TEXT)
    assert long == "é" * (LARGEST_TEXT // 2)
    assert shortened("x" + "é" * LARGEST_TEXT) == "x" + "é" * (LARGEST_TEXT // 2 - 1)
    assert shortened("\ud800") == "?"
