"""The disk reserve, and which file systems are local."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from jupyter_pairedit.stores.base import StorageFailure
from jupyter_pairedit.stores.sqlite.disk import DiskReserve, is_local

MIB = 1024 * 1024
MOUNTS = r"""
/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/ann/local xfs rw 0 0
server:/a /with\040space cifs rw 0 0
/dev/vdc /with\040space/tab\011line\012hash\043back\134slash btrfs rw 0 0
host /zwölf 9p rw 0 0
/dev/vdd /hidden ext4 rw 0 0
server:/b /hidden fuse.sshfs rw 0 0
odd
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


# --- file systems ---------------------------------------------------------------------


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    mounts = tmp_path / "mounts"
    mounts.write_bytes(os.fsencode(MOUNTS))
    return mounts


@pytest.mark.parametrize(
    ("path", "local"),
    [
        ("/srv/rooms.db", True),
        ("/home/ann/rooms.db", False),
        ("/home/ann/local/rooms.db", True),
        ("/home/ann/local2/rooms.db", False),
        ("/with space/rooms.db", False),
        ("/with space/tab\tline\nhash#back\\slash/rooms.db", True),
        ("/zwölf/rooms.db", False),
        ("/hidden/rooms.db", False),
    ],
)
def test_the_nearest_mount_decides(path: str, local: bool, mounts: Path) -> None:
    assert is_local(Path(path), mounts) is local


@pytest.mark.parametrize(
    ("kind", "local"),
    [
        *((kind, True) for kind in ("ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs")),
        *((kind, False) for kind in ("virtiofs", "9p", "nfs", "nfs4", "cifs", "smb3")),
        *((kind, False) for kind in ("fuse", "fuse.rclone", "fuseblk", "fakeowner")),
        *((kind, False) for kind in ("vboxsf", "lustre", "ocfs2", "gfs2", "", "new")),
    ],
)
def test_only_what_is_known_to_be_local_is(
    kind: str, local: bool, tmp_path: Path
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"device / {kind} rw 0 0\n")

    assert is_local(Path("/srv/rooms.db"), mounts) is local


def test_a_folder_whose_name_is_no_unicode_is_one_all_the_same(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_bytes(b"/dev/vda / ext4 rw 0 0\nhost /caf\xe9\x85x virtiofs rw 0 0\n")

    assert is_local(Path(os.fsdecode(b"/caf\xe9\x85x/rooms.db")), mounts) is False


@pytest.mark.parametrize(("platform", "local"), [("linux", False), ("darwin", True)])
def test_where_there_is_no_list_of_mounts_linux_says_no(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, local: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)

    assert is_local(Path("/srv"), tmp_path / "missing") is local
