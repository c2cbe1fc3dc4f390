"""T1d: our change sets have the same results as CodeMirror's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.codemirror import OURS, differences, vectors_of

from .figures import Plan

_AT_ONCE = 2_000
"""Cases that are in memory at a time."""


def test_t1d_change_sets_have_the_results_of_codemirror(
    plan_of: Callable[[str], Plan], node: Path, root: Path
) -> None:
    seeds = plan_of("T1d").seeds
    for first in range(0, len(seeds), _AT_ONCE):
        vectors = vectors_of(seeds[first : first + _AT_ONCE], node, root)
        for what in OURS:
            assert not differences(vectors, what), what
