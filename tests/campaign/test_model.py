"""T1a: convergence of clients and a log that do no I/O."""

from __future__ import annotations

from collections.abc import Callable

from .figures import Plan
from .model import ModelHouse, without_waiting
from .schedule import LONG, SHORT, play


def test_t1a_clients_and_log_agree_whatever_happened(
    plan_of: Callable[[str], Plan],
) -> None:
    plan = plan_of("T1a")
    steps = LONG if plan.nightly else SHORT

    for seed in plan.seeds:
        without_waiting(play(seed, ModelHouse(), steps))
