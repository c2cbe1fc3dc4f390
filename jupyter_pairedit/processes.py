"""Which process a process id means: an id is used again, after a restart as well."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_BOOT = "sys/kernel/random/boot_id"
_START = 19
"""The start time in ``/proc/<pid>/stat``, after the name of the program (proc(5))."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process that runs."""

    boot: str
    """The id of the boot of the machine."""
    started: str
    """Ticks since the boot."""
    user: int
    """The id of the user whose process it is."""


def find_process(pid: int, proc: Path = Path("/proc")) -> Process | None:
    """Return a process; None if there is none, or the system does not describe it.

    Only Linux does. ``proc`` is where its process file system is.
    """
    try:
        stat = (proc / str(pid) / "stat").read_text("utf-8", "replace")
        return Process(
            (proc / _BOOT).read_text("ascii").strip(),
            # The name is in brackets and may contain blanks and brackets.
            stat.rpartition(")")[2].split()[_START],
            (proc / str(pid)).stat().st_uid,
        )
    except (OSError, UnicodeError, IndexError):
        return None
