"""The disk reserve: looked at now and then, and over when there is space again."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_pairedit.stores.base import StorageFailure
from jupyter_pairedit.stores.sqlite.disk import DiskReserve

MIB = 1024 * 1024


class Disk:
    """A disk and a clock that the test winds."""

    def __init__(self) -> None:
        self.free = 200 * MIB
        self.looks = 0
        self.seconds = 0.0

    def look(self, folder: Path) -> int:
        self.looks += 1
        return self.free

    def reserve(self, least: int) -> DiskReserve:
        return DiskReserve(Path("/"), least, free=self.look, clock=lambda: self.seconds)


def test_writes_are_refused_while_less_is_free_than_is_to_stay_free() -> None:
    disk = Disk()
    reserve = disk.reserve(100 * MIB)
    reserve.check()

    disk.free, disk.seconds = 99 * MIB, 1.0
    with pytest.raises(StorageFailure, match="99 MiB are free, and 100 are kept"):
        reserve.check()
    disk.free, disk.seconds = 100 * MIB, 2.0
    reserve.check()


def test_the_disk_is_looked_at_once_a_second_and_not_at_each_key() -> None:
    disk = Disk()
    reserve = disk.reserve(100 * MIB)

    for key in range(1_000):
        disk.seconds = key / 500
        reserve.check()

    assert disk.looks == 2


def test_without_a_reserve_nobody_looks() -> None:
    disk = Disk()
    disk.free = 0

    disk.reserve(0).check()

    assert disk.looks == 0


def test_a_disk_that_is_gone_is_a_failure_of_the_storage(tmp_path: Path) -> None:
    folder = tmp_path / "mounted"
    reserve = DiskReserve(folder, 1)

    for _ in range(2):
        with pytest.raises(StorageFailure, match="how full the disk is: No such file"):
            reserve.check()
    folder.mkdir()
    reserve.check()


def test_a_real_disk_has_some_space() -> None:
    DiskReserve(Path(__file__).parent, 1).check()
