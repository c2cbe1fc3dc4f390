"""Each attack of the plan is a test of its name, or SECURITY.md says why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ATTACKS = [
    *(f"W{number}" for number in range(1, 11)),
    *(f"X{number}" for number in range(1, 9)),
    *(f"V{number}" for number in range(1, 3)),
    *(f"E{number}" for number in range(1, 11)),
    *(f"M{number}" for number in range(1, 17)),
    *(f"J{number}" for number in range(1, 8)),
]


def names_of_tests(root: Path) -> str:
    """Return the names of all test functions."""
    found = []
    for file in (root / "tests").rglob("test_*.py"):
        found += re.findall(r"def (test_\w+)", file.read_text("utf-8"))
    return "\n".join(found)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_has_a_test_or_a_stated_reason_for_none(
    root: Path, attack: str
) -> None:
    tested = re.search(rf"_{attack.lower()}_", names_of_tests(root))
    told = re.search(
        rf"\*\*{attack}\b|, {attack}:", (root / "SECURITY.md").read_text("utf-8")
    )

    assert tested or told
