"""The disk of a SQLite file: whether it is local, how much is free, and its quota."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ..errors import StorageFailure

_INTERVAL = 1.0
"""Seconds for which the number of free bytes is remembered."""
_SHARE = 20
"""At most one in so many bytes of the disk is reserved."""
_PROBE = 64 * 1024
"""Bytes that are written to find out whether a quota is used up."""
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


def _usage(folder: Path) -> tuple[int, int]:
    total, _, free = shutil.disk_usage(folder)
    return total, free


class DiskReserve:
    """Refuses writes while too few bytes are free in ``folder``.

    The reserve is ``most`` bytes, or a share of a small disk. ``usage`` returns the
    size of the disk and the number of free bytes, ``clock`` monotonic seconds.
    """

    def __init__(
        self,
        folder: Path,
        most: int,
        *,
        usage: Callable[[Path], tuple[int, int]] = _usage,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._most = most
        self._usage = usage
        self._clock = clock
        self._checked_at = float("-inf")
        self._reserve = self._free = 0

    def check(self) -> None:
        """Raise ``StorageFailure`` if too little is free, as of the last second."""
        if not self._most:
            return
        now = self._clock()
        if now - self._checked_at >= _INTERVAL:
            self._measure()
            self._checked_at = now
        if self._free < self._reserve:
            raise StorageFailure(
                f"the disk is nearly full: {self._free / _MIB:.1f} MiB are free, and "
                f"{self._reserve / _MIB:.1f} MiB are kept for notebooks (disk_reserve "
                "in c.PairEdit.limits)"
            )

    def _measure(self) -> None:
        try:
            total, self._free = self._usage(self._folder)
        except OSError as error:
            raise StorageFailure(
                f"nobody can tell how full the disk is: {error.strerror}"
            ) from error
        self._reserve = min(self._most, total // _SHARE)


def is_quota_reached(folder: Path) -> bool:
    """Return whether the user's disk quota allows no more bytes in ``folder``.

    SQLite reports a quota as an I/O error, so this writes a temporary file.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_PROBE))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return error.errno == errno.EDQUOT
    return False


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
