"""Files for their owner alone: what is set back, and what is refused."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.archive.files import new_file
from jupyter_pairedit.stores import permissions
from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.permissions import INSECURE, make_private
from jupyter_pairedit.stores.sqlite.backup import back_up
from jupyter_pairedit.stores.sqlite.store import SQLiteStore

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the settings of the shell that runs the tests."""
    monkeypatch.delenv(INSECURE, raising=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that was closed in order, in a folder of its own."""
    path = tmp_path / "folder" / "rooms.db"
    asyncio.run(SQLiteStore(path).close())
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("wide", [0o660, 0o644, 0o640, 0o604, 0o620, 0o602, 0o777])
def test_j4_a_file_that_others_can_use_is_set_back(
    path: Path, wide: int, caplog: pytest.LogCaptureFixture
) -> None:
    path.chmod(wide)

    make_private(path)

    assert mode(path) == wide & 0o700
    (line,) = caplog.messages
    assert line.startswith(f"Others could read {path} until now (mode {wide:03o})")


@pytest.mark.parametrize("wide", [0o2775, 0o770, 0o720, 0o702, 0o777])
def test_j4_a_folder_that_others_can_write_to_is_set_back(
    path: Path, wide: int, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.chmod(wide)

    make_private(path)

    assert mode(path.parent) == wide & ~0o022
    (line,) = caplog.messages
    assert line.startswith(f"Others could write to {path.parent} until now")


@pytest.mark.parametrize("fine", [0o700, 0o755, 0o1777])
def test_j4_a_folder_that_others_can_only_read_is_accepted(
    path: Path, fine: int, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.chmod(fine)

    make_private(path)

    assert (mode(path.parent), caplog.messages) == (fine, [])


async def test_the_modes_of_sqlites_other_files_are_set_back_as_well(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = SQLiteStore(path)
    await store.rooms()
    files = {path, *(path.with_name(f"rooms.db{end}") for end in ("-wal", "-shm"))}
    assert files <= {path.parent / name for name in os.listdir(path.parent)}
    for each in files:
        os.chmod(each, 0o660)

    # What the other connection has locked stays locked.
    await SQLiteStore(path).close()

    assert {mode(each) for each in files} == {0o600}
    assert len(caplog.messages) == 3
    await store.close()


def test_reading_the_modes_does_not_release_locks_of_this_process(
    path: Path,
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("pragma journal_mode = delete")
        database.execute("begin exclusive")
        path.chmod(0o660)

        make_private(path)

        # Another process, because POSIX locks do not part those of one.
        program = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute"
        found = subprocess.run(
            [sys.executable, "-c", f"{program}('begin immediate')", str(path)],
            stderr=subprocess.PIPE,
            check=False,
        ).stderr
    assert b"database is locked" in found


@pytest.mark.parametrize("wide", [0o600, 0o660])
def test_j4_a_link_is_refused_and_its_target_is_not_changed(
    path: Path, tmp_path: Path, wide: int
) -> None:
    other = path.rename(tmp_path / "other.db")
    other.chmod(wide)
    path.symlink_to(other)

    with pytest.raises(StorageFailure, match=f"regular file at {path}, found a link"):
        SQLiteStore(path)

    assert mode(other) == wide


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_j4_a_link_in_the_place_of_a_log_is_refused(path: Path, end: str) -> None:
    path.with_name(f"rooms.db{end}").symlink_to("/dev/null")

    with pytest.raises(StorageFailure, match=f"rooms.db{end}, found a link"):
        SQLiteStore(path)


def test_j4_a_folder_that_is_a_link_is_not_set_back(path: Path, tmp_path: Path) -> None:
    path.parent.chmod(0o770)
    (tmp_path / "link").symlink_to(path.parent)

    with pytest.raises(StorageFailure, match="others cannot write to, found mode 770"):
        SQLiteStore(tmp_path / "link" / "rooms.db")

    assert mode(path.parent) == 0o770
    path.parent.chmod(0o700)
    make_private(tmp_path / "link" / "rooms.db")


def test_j4_a_file_of_another_user_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    monkeypatch.setattr(permissions, "_holds_modes", lambda _: True)
    monkeypatch.setenv(INSECURE, "true")

    with pytest.raises(StorageFailure, match=r"expected a file of user \d+, found one"):
        SQLiteStore(path)
    path.parent.chmod(0o2775)
    with pytest.raises(StorageFailure, match="found mode 2775 and user"):
        SQLiteStore(path)
    assert mode(path.parent) == 0o2775


# --- disks that do not keep modes -----------------------------------------------------


@pytest.fixture
def without_modes(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Let everything be open to all, as on a share of Windows, and stay so."""
    path.chmod(0o777)
    path.parent.chmod(0o777)
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    monkeypatch.setattr(permissions, "_is_private", lambda _: False)


@pytest.mark.usefixtures("without_modes")
def test_the_error_for_a_disk_without_modes_names_the_setting(path: Path) -> None:
    with pytest.raises(StorageFailure, match=f"does not keep .* set {INSECURE}=true"):
        SQLiteStore(path)
    with pytest.raises(StorageFailure, match=f"set {INSECURE}=true"):
        back_up(path, path.parent / "copy.db")
    with (
        pytest.raises(StorageFailure, match=f"set {INSECURE}=true"),
        new_file(path.parent / "room.jsonl"),
    ):
        pass

    assert os.listdir(path.parent) == ["rooms.db"]


@pytest.mark.usefixtures("without_modes")
@pytest.mark.parametrize("agreed", ["true", "1", "TRUE"])
async def test_a_disk_without_modes_is_used_with_a_warning_if_that_is_set(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    agreed: str,
) -> None:
    monkeypatch.setenv(INSECURE, agreed)

    with caplog.at_level(logging.WARNING):
        await SQLiteStore(path).close()

    assert any(f"read {path} and to change it" in line for line in caplog.messages)


async def test_the_setting_changes_nothing_on_a_disk_with_modes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INSECURE, "true")
    os.chmod(path, 0o660)

    await SQLiteStore(path).close()

    assert mode(path) == 0o600


# --- what the command line makes ------------------------------------------------------


def test_only_the_owner_can_read_copies_and_exports(path: Path) -> None:
    before = os.umask(0)
    try:
        back_up(path, path.parent / "copy.db")
        with new_file(path.parent / "room.jsonl") as file:
            file.write(b"{}")
    finally:
        os.umask(before)

    assert {mode(each) for each in path.parent.iterdir()} == {0o600}
