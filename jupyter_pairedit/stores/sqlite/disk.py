"""The disk of a SQLite file: whether it is local, and how much of it is free."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from ..base import StorageFailure

_INTERVAL = 1.0
"""Seconds for which the number of free bytes is remembered."""
_MIB = 1024 * 1024

_NETWORK = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "lustre",
        "gpfs",
        "beegfs",
        "glusterfs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "fuse.s3fs",
        "fuse.juicefs",
    ]
)


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


def is_on_network(path: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Return whether ``path`` is on a network file system.

    SQLite's write-ahead log needs shared memory, which these do not have. ``mounts``
    has a line for each mount: device, folder, type (``man 5 fstab``). Returns False
    where there is no such file, as on systems other than Linux.
    """
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return False
    place = path.resolve()
    best, kind = -1, ""
    for _, folder, type_, *_ in (line.split(" ") for line in lines if line):
        mounted = Path(folder.replace("\\040", " "))
        if place.is_relative_to(mounted) and len(mounted.parts) >= best:
            best, kind = len(mounted.parts), type_
    return kind in _NETWORK
