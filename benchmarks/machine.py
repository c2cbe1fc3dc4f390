"""What the figures depend on: cores, and how long this disk takes to be sure."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import tornado


def cores() -> tuple[set[int], set[int]] | None:
    """Give the core of the servers and that of the clients.

    None where processes cannot be pinned or there is only one core.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        return None
    return {usable[0]}, {usable[1]}


def pin(core: set[int]) -> None:
    """Keep this process on a core."""
    os.sched_setaffinity(0, core)


def pinning(core: set[int] | None) -> Callable[[], None] | None:
    """Give what a subprocess does first, so that it stays on a core."""
    if core is None:
        return None
    return lambda: pin(core)


def sync_seconds(folder: Path) -> float:
    """Give the median time in which this disk is sure of 4 KiB more of a file."""
    block = os.urandom(4096)
    times = []
    with (folder / "probe").open("wb", buffering=0) as file:
        for _ in range(200):
            start = perf_counter()
            file.write(block)
            os.fsync(file.fileno())
            times.append(perf_counter() - start)
    (folder / "probe").unlink()
    return statistics.median(times)


def describe(pinned: bool, sync: float) -> str:
    """Say in a sentence or two what ran where."""
    where = "servers on one core, clients on another" if pinned else "nothing pinned"
    return (
        f"{platform.system()}, {os.cpu_count()} cores ({where}); "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"Tornado {tornado.version}, SQLite {sqlite3.sqlite_version}; "
        f"one fsync of 4 KiB takes {sync * 1000:.2f} ms here."
    )
