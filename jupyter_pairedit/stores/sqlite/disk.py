"""The disk of a SQLite file: whether it is local, and how much of it is free."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ..base import StorageFailure

_INTERVAL = 1.0
"""Seconds for which the number of free bytes is remembered."""
_MIB = 1024 * 1024

_LOCAL = frozenset(
    [
        *("bcachefs", "btrfs", "f2fs", "jfs", "overlay", "reiserfs", "xfs", "zfs"),
        *("ext2", "ext3", "ext4", "exfat", "ntfs3", "vfat", "ramfs", "tmpfs"),
    ]
)
"""Types of file systems that one machine alone writes to, with shared memory maps.

Others are endless: networks, FUSE, and what a virtual machine gets from its host.
"""
_OCTAL = re.compile(r"\\([0-7]{3})")


class DiskReserve:
    """Refuses writes while less than ``least`` bytes are free in ``folder``.

    ``free`` returns the number of free bytes, ``clock`` monotonic seconds.
    """

    def __init__(
        self,
        folder: Path,
        least: int,
        *,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._least = least
        self._free = free
        self._clock = clock
        self._checked_at = float("-inf")
        self._found = 0

    def check(self) -> None:
        """Raise ``StorageFailure`` if too little is free, as of the last second."""
        if not self._least:
            return
        now = self._clock()
        if now - self._checked_at >= _INTERVAL:
            self._found, self._checked_at = self._measure(), now
        if self._found < self._least:
            raise StorageFailure(
                f"the disk is nearly full: {self._found // _MIB} MiB are free, and "
                f"{self._least // _MIB} are kept for notebooks"
            )

    def _measure(self) -> int:
        try:
            return self._free(self._folder)
        except OSError as error:
            raise StorageFailure(
                f"nobody can tell how full the disk is: {error.strerror}"
            ) from error


def is_local(path: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Return whether ``path`` is on a file system that is known to be local.

    ``mounts`` lists a mount a line: device, folder, type (``man 5 fstab``). Only Linux
    has such a list; elsewhere the answer is yes.
    """
    try:
        lines = os.fsdecode(mounts.read_bytes()).split("\n")
    except OSError:
        return not sys.platform.startswith("linux")
    place = path.resolve()
    best, found = -1, ""
    for fields in (line.split(" ") for line in lines):
        if len(fields) < 3:
            continue
        folder = Path(_plain(fields[1]))
        # Of two mounts on one folder the later one is seen.
        if place.is_relative_to(folder) and len(folder.parts) >= best:
            best, found = len(folder.parts), fields[2]
    return found in _LOCAL


def _plain(folder: str) -> str:
    r"""Return a folder without the escapes of the list: ``\040`` is a space."""
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), folder)
