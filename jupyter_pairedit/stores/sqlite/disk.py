"""Space that stays free on the disk: what else is on it is to be saved too."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from ..base import StorageFailure

_EVERY = 1.0
"""Seconds between two looks at the disk: not one for each key."""
_MIB = 1024 * 1024


class DiskReserve:
    """Refuses writes while less than ``least`` bytes are free where ``folder`` is.

    ``free`` gives the bytes that are, ``clock`` seconds, and only goes forward.
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
        self._looked_at = float("-inf")
        self._found = 0

    def check(self) -> None:
        """Look at the disk, if that was long ago. Raises ``StorageFailure``."""
        if not self._least:
            return
        now = self._clock()
        if now - self._looked_at >= _EVERY:
            self._found, self._looked_at = self._look(), now
        if self._found < self._least:
            raise StorageFailure(
                f"the disk is nearly full: {self._found // _MIB} MiB are free, and "
                f"{self._least // _MIB} are kept for notebooks"
            )

    def _look(self) -> int:
        try:
            return self._free(self._folder)
        except OSError as error:
            raise StorageFailure(
                f"nobody can tell how full the disk is: {error.strerror}"
            ) from error
