"""The machine: cores, memory of processes, and the time of an fsync."""

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
    """Return the core of the servers and the core of the clients.

    Returns None if processes cannot be pinned or there is only one core.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        return None
    return {usable[0]}, {usable[1]}


def pin(core: set[int]) -> None:
    """Pin this process to a core."""
    os.sched_setaffinity(0, core)


def pinning(core: set[int] | None) -> Callable[[], None] | None:
    """Return a function that pins a subprocess to a core."""
    if core is None:
        return None
    return lambda: pin(core)


@dataclass(frozen=True)
class Cost:
    """The time and memory of a process; 0 on systems without ``/proc``."""

    pid: int

    @property
    def cpu(self) -> float:
        """CPU seconds of all threads, in user and kernel mode."""
        if not _PROC.exists():
            return 0.0
        # The fields follow the command, which is in brackets and may contain spaces.
        fields = (_PROC / f"{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> int:
        """Private memory in bytes."""
        if not _PROC.exists():
            return 0
        pages = (_PROC / f"{self.pid}/statm").read_text().split()
        return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")


def sync_seconds(folder: Path) -> float:
    """Return the median time in seconds of an fsync after appending 4 KiB."""
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
    """Return a description of the machine and the versions."""
    where = "servers on one core, clients on another" if pinned else "nothing pinned"
    return (
        f"{platform.system()}, {os.cpu_count()} cores ({where}); "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"Tornado {tornado.version}, SQLite {sqlite3.sqlite_version}; "
        f"one fsync of 4 KiB takes {sync * 1000:.2f} ms here."
    )
