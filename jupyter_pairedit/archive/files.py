"""Files of exported rooms: one room as JSON Lines, or a zip archive of several."""

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

from ..stores.permissions import new_private_file
from .transfer import Lines

_SUFFIX = ".jsonl"


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Create a file with mode 0600 and open it. It is deleted if the block fails.

    Raises ``FileExistsError``.
    """
    descriptor = new_private_file(path)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
    except BaseException as error:
        path.unlink()
        if isinstance(error, OSError) and error.filename is None:
            # Writing to an open file raises an error without its name.
            error.filename = str(path)
        raise


def write_archive(path: Path, rooms: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    """Create a zip archive. ``rooms`` are pairs of a room id and the room's lines.

    Raises ``FileExistsError``.
    """
    with new_file(path) as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for room_id, lines in rooms:
            with archive.open(room_id + _SUFFIX, "w", force_zip64=True) as member:
                member.writelines(lines)


@contextmanager
def open_exports(name: str) -> Iterator[Mapping[str, Lines]]:
    """Open the file of a room, a zip archive of them, or ``-`` for standard input.

    Returns the lines of each room by the name to show in messages.
    """
    if name == "-":
        # The lines are read twice, which standard input does not support.
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
    # ``iter(file)`` would close the file when the iterator is discarded.
    return iter(file.readline, b"")


def _member(archive: ZipFile, member: str) -> Iterator[bytes]:
    with archive.open(member) as file:
        yield from file
