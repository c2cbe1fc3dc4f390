"""T1a: convergence of clients and a log that do no I/O."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .cores import on_all_cores
from .figures import Plan
from .model import ModelServer, without_waiting
from .schedule import play


def test_t1a_clients_and_log_agree_whatever_happened(
    plan_of: Callable[[str], Plan],
) -> None:
    on_all_cores(plan_of("T1a"), _play)


def _play(seeds: Sequence[int]) -> None:
    for seed in seeds:
        without_waiting(play(seed, ModelServer()))
