"""Plays the schedules of many seeds, on all cores."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress

from .figures import Plan

Work = Callable[[Sequence[int]], None]
"""Runs some seeds. Another process receives it, so it is a function of a module."""

_AT_ONCE = 250
"""Seeds of one job: few, so that all cores end at about the same time."""


def on_all_cores(plan: Plan, work: Work, at_once: int = _AT_ONCE) -> None:
    """Play all seeds of a plan, ``at_once`` in a job; fails as the first that fails.

    A process is begun from nothing, and not forked from one that has threads.
    """
    if plan.count <= at_once or plan.processes == 1:
        for seeds in _pieces(plan.seeds, at_once):
            work(seeds)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(plan.processes, mp_context=context) as pool:
        pieces = [pool.submit(work, seeds) for seeds in _pieces(plan.seeds, at_once)]
        try:
            for piece in as_completed(pieces):
                piece.result()
        except BaseException:
            with suppress(RuntimeError):
                pool.shutdown(wait=False, cancel_futures=True)
            raise


def _pieces(seeds: Sequence[int], at_once: int) -> Iterator[Sequence[int]]:
    for first in range(0, len(seeds), at_once):
        yield seeds[first : first + at_once]
