"""``jupyter pairedit``: lists, saves, exports and imports rooms, without a server.

Which database is used is printed to standard error, as standard output may be a room.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile
from zlib import error as BadCompression

from .archive.badexport import BadExport
from .archive.files import new_file, open_exports, write_archive
from .archive.transfer import export_room, import_room, with_identity
from .core.identifiers import mint_room_id
from .settings import choose_database, default_url
from .stores import file_of, look, open_store, place_of
from .stores.base import Store
from .stores.errors import RoomNotFound, StorageFailure, StoreError
from .stores.owner import server_owner
from .stores.sqlite.backup import back_up

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rooms:
    """An open store, and the event loop that runs its operations."""

    store: Store
    run: Callable[[Coroutine[Any, Any, Any]], Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    asked = parser().parse_args(arguments)
    try:
        asked.url = _database_url(asked.database)
        asked.do(asked)
    except (StoreError, ValueError, BadZipFile, BadCompression) as problem:
        return _complain(str(problem))
    except OSError as problem:
        return _complain(_words_of(problem))
    return 0


def _words_of(problem: OSError) -> str:
    """Return what is wrong, after the file that it is about if that is known."""
    what = problem.strerror or str(problem)
    return f"{problem.filename}: {what}" if problem.filename else what


def _complain(problem: str) -> int:
    print(f"jupyter pairedit: {problem}", file=sys.stderr)
    return 1


def _database_url(configured: str | None) -> str:
    """Return the URL of the database that a server here would use, and say which."""
    database = choose_database(configured, os.environ, default_url(), look)
    if database.warning and not database.unreachable:
        print(f"jupyter pairedit: {database.warning}", file=sys.stderr)
    named_by = f" ({database.named_by})" if database.named_by and not configured else ""
    print(f"Database: {place_of(database.url)}{named_by}", file=sys.stderr)
    return database.url


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    pairedit = argparse.ArgumentParser(
        prog="jupyter pairedit",
        description="Rooms out of their database and into it, with no server running.",
    )
    pairedit.add_argument(
        "--database",
        metavar="URL",
        help="sqlite:///file.db or postgresql://…; default: the environment's "
        "PAIREDIT_DATABASE_URL, else its DATABASE_URL unless that database is another "
        "program's, else rooms.db in Jupyter's data directory",
    )
    commands = pairedit.add_subparsers(required=True, metavar="COMMAND")

    listing = commands.add_parser("list", help="list the rooms")
    listing.set_defaults(do=_list)

    export = commands.add_parser("export", help="write a room with its whole history")
    export.add_argument("room", help="its id")
    export.add_argument("--to", type=Path, metavar="FILE", help="default: print it")
    export.set_defaults(do=_export)

    importing = commands.add_parser("import", help="read what the others have written")
    importing.add_argument("file", help="of export, or an archive; - is standard input")
    importing.add_argument(
        "--as", dest="new", metavar="new", choices=["new"], help="as another room"
    )
    importing.set_defaults(do=_import)

    backup = commands.add_parser("backup", help="copy all rooms, as they are now")
    backup.add_argument("--to", type=Path, metavar="FILE", help="a new file")
    backup.add_argument(
        "--archive",
        action="store_true",
        help="as an archive for import, also where it could be a SQLite database",
    )
    backup.set_defaults(do=_backup)
    return pairedit


# --- the commands ---------------------------------------------------------------------


def _list(asked: argparse.Namespace) -> None:
    with _rooms(asked) as rooms:
        for room in rooms.run(rooms.store.rooms()):
            changed = time.strftime("%Y-%m-%d %H:%M", time.localtime(room.changed_at))
            print(room.record.room_id, f"{room.version:>7}", changed, room.record.title)


def _export(asked: argparse.Namespace) -> None:
    with _rooms(asked) as rooms:
        lines = rooms.run(export_room(rooms.store, asked.room))
        if asked.to is None:
            sys.stdout.buffer.writelines(lines)
            sys.stdout.buffer.flush()
        else:
            with new_file(asked.to) as file:
                file.writelines(lines)
            print(f"Exported {asked.room} to {asked.to}.")


def _import(asked: argparse.Namespace) -> None:
    refused = False
    with open_exports(asked.file) as found, _rooms(asked, make=True) as rooms:
        for name, lines in found.items():
            new = None
            if asked.new:
                room_id = mint_room_id(secrets.choice)
                new = with_identity(room_id, secrets.token_urlsafe(32))
            try:
                later = secrets.token_urlsafe(6)
                work = import_room(rooms.store, lines, later, new, server_owner)
                done = rooms.run(work)
            except BadExport as problem:
                if len(found) == 1:
                    raise BadExport(f"{name}: {problem}") from None
                _complain(f"{name} was not imported: {problem}")
                refused = True
                continue
            print(
                f"Imported {done.room_id} up to version {done.version}; "
                f"{done.added} of them were new here."
            )
            if done.runs:
                print(f"Imported {done.runs} of its runs, with what they have shown.")
            if done.points_left_out:
                print(
                    f"{done.points_left_out} of its restore points were left out: "
                    "their versions were merged with others here."
                )
            if done.name and not done.is_named:
                print(
                    f"It is not named {done.name.shown!r} here: another room has that "
                    "name, or it has another."
                )
    if refused:
        raise ValueError(f"imported all other rooms of {asked.file}")


def _backup(asked: argparse.Namespace) -> None:
    name = time.strftime("pairedit-%Y-%m-%d-%H%M%S")
    file = None if asked.archive else file_of(asked.url)
    if file is None:
        to = asked.to or Path(f"{name}.zip")
        damaged = list[str]()
        with _rooms(asked) as rooms:
            write_archive(to, _all(rooms, damaged))
        if damaged:
            raise ValueError(f"copied all other rooms to {to}")
    else:
        # Not opened as a store, which would migrate an older database.
        to = asked.to or Path(f"{name}.db")
        back_up(_there(file), to)
    print(f"Copied all rooms to {to}.")


def _all(rooms: Rooms, damaged: list[str]) -> Iterator[tuple[str, list[bytes]]]:
    """Yield the id and the lines of each room that can be read.

    Prints why a room is damaged, and adds its id to ``damaged``.
    """
    for room in rooms.run(rooms.store.rooms()):
        room_id = room.record.room_id
        try:
            # All of them, as each may show that the room is damaged.
            lines = list(rooms.run(export_room(rooms.store, room_id)))
        except RoomNotFound:
            continue  # It was deleted meanwhile.
        except (BadExport, StorageFailure) as problem:
            # Raises if it is not about this room alone.
            rooms.run(rooms.store.rooms())
            _complain(f"room {room_id} was not copied: {problem}")
            damaged.append(room_id)
        else:
            yield room_id, lines


def _there(file: Path) -> Path:
    if not file.is_file():
        raise ValueError(f"there is no database {file}")
    return file


@contextmanager
def _rooms(asked: argparse.Namespace, *, make: bool = False) -> Iterator[Rooms]:
    """Open the database. A missing file is created only with ``make``."""
    file = file_of(asked.url)
    if file is not None and not make:
        _there(file)
    with asyncio.Runner() as runner:
        store = open_store(asked.url)
        try:
            yield Rooms(store, runner.run)
        finally:
            runner.run(store.close())
