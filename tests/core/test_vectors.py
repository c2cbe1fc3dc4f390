"""Change sets have the results of CodeMirror, on random cases with fixed seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codemirror import Vector, differences, vectors_of

CASES = 20_000
SEED = 20_260_801


@pytest.fixture(scope="module")
def vectors(node: Path, root: Path) -> list[Vector]:
    """Texts with changes, and the results of CodeMirror."""
    return vectors_of(range(SEED, SEED + CASES), node, root)


def test_a_change_set_applies_as_in_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "applied")


def test_line_ends_are_unified_as_in_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "loaded")


def test_json_is_read_and_written_as_in_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "a")


def test_compose_has_the_result_of_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "composed")


def test_map_has_the_result_of_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "mapped")


def test_map_before_has_the_result_of_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "mappedBefore")


def test_positions_are_mapped_as_in_codemirror(vectors: list[Vector]) -> None:
    assert not differences(vectors, "positions")


def test_rebase_has_the_result_of_a_codemirror_client(
    vectors: list[Vector],
) -> None:
    assert not differences(vectors, "rebased")
