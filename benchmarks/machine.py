"""What the figures depend on: cores, and how long this disk takes to be sure."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import tornado

_PROC = Path("/proc")


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


@dataclass(frozen=True)
class Cost:
    """What a process takes of the machine; 0 where there is no ``/proc`` to ask."""

    pid: int

    @property
    def cpu(self) -> float:
        """Seconds of a core until now, of all its threads, in the kernel and out."""
        if not _PROC.exists():
            return 0.0
        # After the command, which is in brackets and may hold anything.
        fields = (_PROC / f"{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> int:
        """Bytes of memory that are its own now."""
        if not _PROC.exists():
            return 0
        pages = (_PROC / f"{self.pid}/statm").read_text().split()
        return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")


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
