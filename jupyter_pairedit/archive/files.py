"""Files of rooms: one room as lines, or several in an archive."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, is_zipfile

from .transfer import Lines

_SUFFIX = ".jsonl"


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that was not there, for its owner alone; no part of one is left."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
    except BaseException:
        path.unlink()
        raise


def write_archive(path: Path, rooms: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    """Write rooms, each as its id and the lines of its file, into a new ``.zip``."""
    with new_file(path) as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for room_id, lines in rooms:
            with archive.open(room_id + _SUFFIX, "w", force_zip64=True) as member:
                member.writelines(lines)


@contextmanager
def sources(name: str) -> Iterator[Mapping[str, Lines]]:
    """Open a room's file, an archive of them, or ``-``; give each by its name."""
    if name == "-":
        # Read twice, so it has to be kept.
        with TemporaryFile() as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
            yield {"standard input": partial(_lines, file)}
        return
    with Path(name).open("rb") as file:
        if is_zipfile(file):
            archive = ZipFile(file)
            yield {
                f"{name}: {member}": partial(_member, archive, member)
                for member in archive.namelist()
            }
        else:
            yield {name: partial(_lines, file)}


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    # Not the file itself: an iterator over it that is dropped would close it.
    return iter(file.readline, b"")


def _member(archive: ZipFile, member: str) -> Iterator[bytes]:
    with archive.open(member) as file:
        yield from file
