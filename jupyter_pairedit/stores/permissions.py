"""Files for their owner alone: made so, set back to it where they are not, or refused.

A volume may be given other modes without its owner's doing: with ``fsGroup``,
Kubernetes lets a group read and write everything at each mount. Modes are changed by
path: closing a file that SQLite has open would drop the locks of this process on it
(POSIX; SQLite, "How To Corrupt", 2.2).
"""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import tempfile
from pathlib import Path

from .errors import StorageFailure

INSECURE = "JUPYTER_ALLOW_INSECURE_WRITES"
"""Jupyter's own variable for disks that do not keep owners and modes."""

_OTHERS = 0o077
_OTHERS_WRITE = 0o022

_log = logging.getLogger(__name__)


def make_private(path: Path) -> None:
    """Make a database file and its folder if need be, and keep others out of both.

    A regular file or a folder of this user that others may use is set back, with a
    warning; so are the files of SQLite beside it. Raises ``StorageFailure`` for a file
    of another user or a link, and for a folder of another user that others may write
    to: they could put a file in the place of this one.
    """
    try:
        new = [each for each in (path, *path.parents) if not each.exists()]
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            _keep_out_of_folder(path.parent)
            for suffix in ("", "-wal", "-shm", "-journal"):
                _keep_out_of_file(path.with_name(path.name + suffix))
        # Opening what is there already would end in a close.
        if not path.exists():
            os.close(new_private_file(path))
        for each in new:
            sync_folder(each.parent)
    except OSError as error:
        raise StorageFailure(f"cannot open {path}: {error.strerror}") from error


def sync_folder(folder: Path) -> None:
    """Wait until the entries of a folder are on the disk. Raises ``OSError``."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def new_private_file(path: Path) -> int:
    """Make a file that was not there, for its owner alone; return its descriptor.

    Raises ``StorageFailure`` on a disk where others may read it all the same, and
    ``OSError``, such as ``FileExistsError``.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        if os.name == "posix" and not _is_private(os.fstat(descriptor)):
            _expect_insecure(path, "others may read it")
    except BaseException:
        os.close(descriptor)
        path.unlink()
        raise
    return descriptor


def _keep_out_of_file(path: Path) -> None:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode):
        kind = "a link" if stat.S_ISLNK(found.st_mode) else "something else"
        raise StorageFailure(f"expected a regular file at {path}, found {kind}")
    if found.st_uid != os.geteuid():
        _expect_insecure(
            path,
            f"expected a file of user {os.geteuid()}, found one of user {found.st_uid}",
        )
    elif found.st_mode & _OTHERS:
        _set_back(path, found, _OTHERS, "read")


def _keep_out_of_folder(path: Path) -> None:
    found = path.stat()
    # Where the sticky bit is set, as on /tmp, nobody moves the files of others.
    if not found.st_mode & _OTHERS_WRITE or found.st_mode & stat.S_ISVTX:
        return
    if found.st_uid == os.geteuid() and not path.is_symlink():
        _set_back(path, found, _OTHERS_WRITE, "write to")
    else:
        _expect_insecure(
            path,
            "expected a folder that others cannot write to, found mode "
            f"{stat.S_IMODE(found.st_mode):03o} and user {found.st_uid}",
        )


def _set_back(path: Path, found: os.stat_result, others: int, could: str) -> None:
    before = stat.S_IMODE(found.st_mode)
    with contextlib.suppress(OSError):
        path.chmod(before & ~others)
    after = stat.S_IMODE(path.stat().st_mode)
    if after & others:
        _expect_insecure(path, f"its mode stays {after:03o}")
        return
    _log.warning(
        "Others could %s %s until now (mode %03o): its mode is set back to %03o.",
        could,
        path,
        before,
        after,
    )


def _expect_insecure(path: Path, problem: str) -> None:
    """Go on only where modes do not hold and the operator has agreed to that."""
    folder = path if path.is_dir() else path.parent
    if _holds_modes(folder):
        raise StorageFailure(f"others may use {path}: {problem}")
    if os.environ.get(INSECURE, "").lower() not in ("true", "1"):
        raise StorageFailure(
            f"others may use {path}: {problem}, and the disk does not keep owners and "
            f"modes. Choose a folder on another disk, or set {INSECURE}=true"
        )
    _log.warning(
        "Others may be able to read %s and to change it: the disk does not keep owners "
        "and modes, and %s is set.",
        path,
        INSECURE,
    )


def _holds_modes(folder: Path) -> bool:
    """Return whether a new file in a folder is its maker's alone."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=".pairedit-", dir=folder)
    except OSError:
        return True
    try:
        return _is_private(os.fstat(descriptor))
    finally:
        os.close(descriptor)
        os.unlink(name)


def _is_private(found: os.stat_result) -> bool:
    return not found.st_mode & _OTHERS and found.st_uid == os.geteuid()
