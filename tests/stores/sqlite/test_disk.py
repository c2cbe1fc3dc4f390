"""The disk reserve, quotas, and which file systems are local."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.sqlite.disk import (
    DiskReserve,
    is_local,
    is_quota_reached,
)

MIB = 1024 * 1024


class Disk:
    """A disk and a clock that the test winds."""

    def __init__(self, total: int = 10_000 * MIB, free: int = 200 * MIB) -> None:
        self.total = total
        self.free = free
        self.looks = 0
        self.seconds = 0.0

    def look(self, folder: Path) -> tuple[int, int]:
        self.looks += 1
        return self.total, self.free

    def reserve(self, most: int) -> DiskReserve:
        return DiskReserve(Path("/"), most, usage=self.look, clock=lambda: self.seconds)


def test_writes_are_refused_while_less_than_the_reserve_is_free() -> None:
    disk = Disk()
    reserve = disk.reserve(100 * MIB)
    reserve.check()

    disk.free, disk.seconds = 99 * MIB, 1.0
    with pytest.raises(
        StorageFailure,
        match=r"99\.0 MiB are free, and 100\.0 MiB are kept .*disk_reserve in c\.Pair",
    ):
        reserve.check()
    disk.free, disk.seconds = 100 * MIB, 2.0
    reserve.check()


@pytest.mark.parametrize(
    ("total", "kept"), [(90 * MIB, 4.5), (20 * MIB, 1.0), (1_000 * MIB, 50.0)]
)
def test_the_reserve_of_a_small_disk_is_a_twentieth(total: int, kept: float) -> None:
    disk = Disk(total, free=total // 20)
    reserve = disk.reserve(100 * MIB)
    reserve.check()

    disk.free, disk.seconds = total // 20 - 1, 1.0
    with pytest.raises(StorageFailure, match=f"and {kept:.1f} MiB are kept"):
        reserve.check()


def test_the_free_space_is_read_once_a_second() -> None:
    disk = Disk()
    reserve = disk.reserve(100 * MIB)

    for key in range(1_000):
        disk.seconds = key / 500
        reserve.check()

    assert disk.looks == 2


def test_the_free_space_is_not_read_without_a_reserve() -> None:
    disk = Disk(free=0)

    disk.reserve(0).check()

    assert disk.looks == 0


def test_a_missing_disk_is_a_storage_failure(tmp_path: Path) -> None:
    folder = tmp_path / "mounted"
    reserve = DiskReserve(folder, 1)

    for _ in range(2):
        with pytest.raises(StorageFailure, match="how full the disk is: No such file"):
            reserve.check()
    folder.mkdir()
    reserve.check()


def test_a_real_disk_has_some_space() -> None:
    DiskReserve(Path(__file__).parent, 1).check()


# --- quotas ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "reached"),
    [(errno.EDQUOT, True), (errno.EIO, False), (errno.ENOSPC, False)],
)
@pytest.mark.parametrize("call", ["tempfile.TemporaryFile", "os.fsync"])
def test_a_quota_is_found_by_writing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    reached: bool,
    call: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(f"jupyter_pairedit.stores.sqlite.disk.{call}", fail)

    assert is_quota_reached(tmp_path) is reached


def test_no_quota_is_reached_while_there_is_space(tmp_path: Path) -> None:
    assert is_quota_reached(tmp_path) is False
    assert not list(tmp_path.iterdir())


# --- file systems ---------------------------------------------------------------------


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
def test_only_known_file_systems_count_as_local(
    kind: str, local: bool, tmp_path: Path
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"device / {kind} rw 0 0\n")

    assert is_local(Path("/srv/rooms.db"), mounts) is local


def test_the_name_of_a_folder_need_not_be_unicode(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_bytes(b"/dev/vda / ext4 rw 0 0\nhost /caf\xe9\x85x virtiofs rw 0 0\n")

    assert is_local(Path(os.fsdecode(b"/caf\xe9\x85x/rooms.db")), mounts) is False


@pytest.mark.parametrize(("platform", "local"), [("linux", False), ("darwin", True)])
def test_without_a_list_of_mounts_a_disk_counts_as_remote_on_linux(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, local: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)

    assert is_local(Path("/srv"), tmp_path / "missing") is local
