"""The Python client does what the TypeScript client does."""

from __future__ import annotations

from pathlib import Path

from .replay import replay, schedules_of

SCHEDULES = 100


def test_random_schedules_end_as_with_typescript_clients(
    node: Path, root: Path
) -> None:
    seeds = range(1, SCHEDULES + 1)

    steps = sum(map(replay, schedules_of(seeds, node, root)))

    assert steps > 100 * SCHEDULES
