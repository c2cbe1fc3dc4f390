"""The disk reserve, and which file systems are local."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_pairedit.stores.base import StorageFailure
from jupyter_pairedit.stores.sqlite.disk import DiskReserve, is_on_network

MIB = 1024 * 1024
MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/ann/local xfs rw 0 0
server:/a /with\\040space cifs rw 0 0
"""


class Disk:
    """A disk and a clock, both set by the test."""

    def __init__(self) -> None:
        self.free = 200 * MIB
        self.checks = 0
        self.seconds = 0.0

    def check(self, folder: Path) -> int:
        self.checks += 1
        return self.free

    def reserve(self, least: int) -> DiskReserve:
        return DiskReserve(
            Path("/"), least, free=self.check, clock=lambda: self.seconds
        )


def test_writes_are_refused_while_less_than_the_reserve_is_free() -> None:
    disk = Disk()
    reserve = disk.reserve(100 * MIB)
    reserve.check()

    disk.free, disk.seconds = 99 * MIB, 1.0
    with pytest.raises(StorageFailure, match="99 MiB are free, and 100 are kept"):
        reserve.check()
    disk.free, disk.seconds = 100 * MIB, 2.0
    reserve.check()


def test_the_disk_is_checked_once_a_second_at_most() -> None:
    disk = Disk()
    reserve = disk.reserve(100 * MIB)

    for key in range(1_000):
        disk.seconds = key / 500
        reserve.check()

    assert disk.checks == 2


def test_without_a_reserve_the_disk_is_not_checked() -> None:
    disk = Disk()
    disk.free = 0

    disk.reserve(0).check()

    assert disk.checks == 0


def test_a_disk_that_cannot_be_read_is_a_storage_failure(tmp_path: Path) -> None:
    folder = tmp_path / "mounted"
    reserve = DiskReserve(folder, 1)

    for _ in range(2):
        with pytest.raises(StorageFailure, match="how full the disk is: No such file"):
            reserve.check()
    folder.mkdir()
    reserve.check()


def test_the_disk_of_this_test_has_free_space() -> None:
    DiskReserve(Path(__file__).parent, 1).check()


@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/srv/rooms.db", False),
        ("/home/ann/rooms.db", True),
        ("/home/ann/local/rooms.db", False),
        ("/with space/rooms.db", True),
    ],
)
def test_the_nearest_mount_decides(path: str, network: bool, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)

    assert is_on_network(Path(path), mounts) is network


def test_without_a_list_of_mounts_every_disk_counts_as_local(tmp_path: Path) -> None:
    assert is_on_network(Path("/srv"), tmp_path / "missing") is False
