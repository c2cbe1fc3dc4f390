"""Where magics are looked up, and what of the answers is used."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_pairedit.core.lookups import MOST_NAMES, Name, Names, PositionOutside
from jupyter_pairedit.core.magics import (
    KIND,
    Magic,
    magic_at,
    magics_found,
    read_magics,
)

from .test_lookups import split


@pytest.mark.parametrize(
    ("marked", "sign", "begun"),
    [
        ("%|", "%", ""),
        ("%tim|", "%", "tim"),
        ("%ti|me", "%", "ti"),
        ("x = '😀'\n  \t%tim|\ny = 1", "%", "tim"),
        ("%%|", "%%", ""),
        ("%%ba|\necho", "%%", "ba"),
        ("\n  %%ba|", "%%", "ba"),
    ],
)
def test_a_magic_begins_its_line_and_that_of_a_cell_begins_the_code(
    marked: str, sign: str, begun: str
) -> None:
    code, at = split(marked)
    magic = magic_at(code, at)

    assert magic == Magic(sign, begun, at)
    assert (magic.start, magic.question) == (at - len(begun), sign + begun[:1])


@pytest.mark.parametrize(
    "marked",
    [
        "tim|",
        "|%tim",
        "a %tim|",
        "x = %tim|",
        "% tim|",
        "%timeit |",
        "%timeit nu|",
        "%1|",
        "%%%ti|",
        "x = 1\n%%ba|",
        "!l|",
        "?np|",
        "import nu|",
        "# %tim|",
    ],
)
def test_elsewhere_no_magic_begins(marked: str) -> None:
    assert magic_at(*split(marked)) is None


def test_a_position_outside_of_the_code_is_refused() -> None:
    with pytest.raises(PositionOutside, match="from 0 to 4"):
        magic_at("%tim", 5)


def test_magics_are_in_order_once_each_and_at_most_200() -> None:
    names = ["timeit", "_tim", "Time", "other", "tim-e", "tim e", "timeit", 5, "time2"]
    found = magics_found(Magic("%", "ti", 8), names)

    listed = [Name(each, KIND) for each in ("Time", "time2", "timeit")]
    assert found == Names(6, 8, tuple(listed))
    many = magics_found(Magic("%", "", 1), [f"m{number}" for number in range(999)])
    assert len(many.names) == MOST_NAMES


@pytest.mark.parametrize("kind", ["magic", "<unknown>"])
def test_of_an_answer_the_magics_with_this_sign_are_used(kind: str) -> None:
    texts = ["%time", "%%time", "%%timeit", "%alias", "timed", "%tim e", "%"]
    typed: list[Any] = [{"text": each, "type": kind} for each in texts]
    typed += [{"text": "%tim_file", "type": "path"}, {"text": 5}, "%timed"]
    reply = {"metadata": {"_jupyter_types_experimental": typed}}

    def names(magic: Magic) -> list[str]:
        return [each.name for each in read_magics(magic, reply).names]

    assert names(Magic("%", "tim", 4)) == ["time"]
    assert names(Magic("%%", "tim", 5)) == ["time", "timeit"]
    assert names(Magic("%", "", 1)) == ["alias", "time"]
    assert read_magics(Magic("%", "tim", 4), {"matches": 5}) == Names(1, 4)
