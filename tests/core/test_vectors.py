"""Our change sets give what CodeMirror gives, on cases that CodeMirror itself made up.

The seeds are fixed: a failing case stays failing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codemirror import Vector, differences, vectors_of

CASES = 20_000
SEED = 20_260_801


@pytest.fixture(scope="module")
def vectors(node: Path, root: Path) -> list[Vector]:
    """20,000 cases: a text, changes of it, and what CodeMirror makes of them."""
    return vectors_of(range(SEED, SEED + CASES), node, root)


def test_a_change_set_applies_as_in_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "applied")


def test_line_ends_become_what_codemirror_makes_of_them(vectors: list[Vector]) -> None:
    assert not differences(vectors, "loaded")


def test_json_is_read_and_written_as_in_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "a")


def test_compose_gives_what_codemirror_gives(vectors: list[Vector]) -> None:
    assert not differences(vectors, "composed")


def test_map_gives_what_codemirror_gives(vectors: list[Vector]) -> None:
    assert not differences(vectors, "mapped")


def test_map_before_gives_what_codemirror_gives(vectors: list[Vector]) -> None:
    assert not differences(vectors, "mappedBefore")


def test_invert_gives_what_codemirror_gives(vectors: list[Vector]) -> None:
    assert not differences(vectors, "inverted")


def test_positions_move_as_in_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "positions")


def test_a_late_push_becomes_what_a_codemirror_client_makes_of_it(
    vectors: list[Vector],
) -> None:
    assert not differences(vectors, "rebased")
