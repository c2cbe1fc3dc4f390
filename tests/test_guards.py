"""Each guard that ``tests.mutants`` removes is in the code, exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guards import MUTANTS
from tests.mutant import Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.guard)
def test_a_guard_is_in_the_code_and_so_are_its_tests(
    root: Path, mutant: Mutant
) -> None:
    source = (root / "jupyter_pairedit" / mutant.file).read_text("utf-8")

    assert source.count(mutant.old) == 1
    for test in mutant.tests.split():
        if "/" in test:
            assert (root / test.partition("::")[0]).exists()
