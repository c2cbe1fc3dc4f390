"""T1e, T1f, T1g: the Python client beside others, with and without sockets."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path

from jupyter_pairedit.protocol import ClientMessage
from tests.client.replay import replay, schedules_of

from .client import Client
from .cores import on_all_cores
from .figures import Plan
from .mixed import play_mixed
from .model import ModelServer, without_waiting
from .product import ProductClient
from .schedule import play

_AT_ONCE = 200
"""Schedules that are in memory at a time."""


def test_t1e_python_clients_do_what_typescript_clients_do(
    plan_of: Callable[[str], Plan], node: Path, root: Path
) -> None:
    seeds = plan_of("T1e").seeds
    for first in range(0, len(seeds), _AT_ONCE):
        for schedule in schedules_of(seeds[first : first + _AT_ONCE], node, root):
            assert replay(schedule) > 100


def test_t1g_python_clients_agree_with_others_and_the_log(
    plan_of: Callable[[str], Plan],
) -> None:
    for seed in plan_of("T1g").seeds:
        without_waiting(play(seed, ModelServer(), join_either))


def join_either(
    key: str, send: Callable[[ClientMessage], None], *, accepts: bool
) -> Client:
    """Make the package's client of every second person."""
    return (ProductClient if int(key[0]) % 2 else Client)(key, send, accepts)


def test_t1f_clients_agree_after_cut_lines_doubled_pushes_and_kills(
    plan_of: Callable[[str], Plan], node: Path
) -> None:
    plan = plan_of("T1f")
    # One job for each core: it has a server's imports and node to start.
    at_once = math.ceil(plan.count / plan.processes)
    on_all_cores(plan, partial(play_mixed, node), at_once)
