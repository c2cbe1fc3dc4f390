"""``jupyter pairedit``: what an operator types, and what is said back."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TypeVar

import pytest

from jupyter_pairedit import cli
from jupyter_pairedit.archive.transfer import export_room
from jupyter_pairedit.cli import main
from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import first_digest
from jupyter_pairedit.core.roomnames import room_name
from jupyter_pairedit.core.runs import Run
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.records import Point
from tests.making import ROOM, chain, insert, record, revision, run
from tests.postgres import Postgres

T = TypeVar("T")

OTHER = "O" * 22


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with two rooms, which the environment names."""
    url = f"sqlite:///{tmp_path}/rooms.db"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)

    async def fill() -> None:
        store = open_store(url)
        await store.create(record(title="Sorting"), "a")
        await store.append(ROOM, 0, chain(revision(1, insert(1, 1, "b"))))
        await store.create(record(OTHER), "other")
        await store.close()

    asyncio.run(fill())
    return url


def with_store(url: str, do: Callable[[Store], Awaitable[T]]) -> T:
    """Open a database, and return what ``do`` returns."""

    async def work() -> T:
        store = open_store(url)
        try:
            return await do(store)
        finally:
            await store.close()

    return asyncio.run(work())


def ids(url: str) -> set[str]:
    """Return which rooms a database has."""
    rooms = with_store(url, lambda store: store.rooms())
    return {room.record.room_id for room in rooms}


def said(
    capsys: pytest.CaptureFixture[str], *arguments: str, fails: bool = False
) -> str:
    """Return the one line, or the lines, that a command prints where it should."""
    status = main(arguments)
    printed = capsys.readouterr()
    assert status == fails, printed
    lines = printed.err.splitlines()
    if fails:
        assert not printed.out
        return lines[-1]
    (line,) = lines
    assert line.startswith("Database: ")
    return printed.out


def test_list_names_the_rooms(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "list").splitlines()

    assert [line.split()[:2] for line in lines] == [[ROOM, "1"], [OTHER, "0"]]
    assert lines[0].endswith("Sorting")


def test_a_room_moves_to_another_database(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = f"sqlite:///{tmp_path}/there.db"

    assert said(capsys, "export", ROOM, "--to", "room.jsonl") == (
        f"Exported {ROOM} to room.jsonl.\n"
    )
    assert said(capsys, "--database", there, "import", "room.jsonl") == (
        f"Imported {ROOM} up to version 1; 1 of them were new here.\n"
    )

    assert ids(there) == {ROOM}
    assert Path("room.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_room_moves_with_its_runs(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def add(store: Store, *runs: Run) -> None:
        for each in runs:
            await store.runs.add(ROOM, each, 50, 1_000)

    there = f"sqlite:///{tmp_path}/there.db"
    with_store(url, lambda store: add(store, run("done"), run("queued")))
    said(capsys, "export", ROOM, "--to", "room.jsonl")

    assert said(capsys, "--database", there, "import", "room.jsonl") == (
        f"Imported {ROOM} up to version 1; 1 of them were new here.\n"
        "Imported 2 of its runs, with what they have shown.\n"
    )
    found = with_store(there, lambda store: store.runs.runs(ROOM))
    assert [each.state for each in found] == ["done", "died"]
    assert "runs" not in said(capsys, "--database", there, "import", "room.jsonl")


def test_a_room_is_moved_with_its_name_if_that_is_free(
    url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def name(url: str, room_id: str, owner: str) -> None:
        store = open_store(url)
        await store.open_name(owner, room_name("Lesson 3"), record(room_id), "")
        await store.close()

    def names(url: str, owner: str) -> dict[str, str]:
        async def look() -> dict[str, str]:
            store = open_store(url)
            found = await store.names(owner)
            await store.close()
            return found

        return asyncio.run(look())

    asyncio.run(name(url, ROOM, "hub:ann"))
    said(capsys, "export", ROOM, "--to", "room.jsonl")
    assert json.loads(Path("room.jsonl").read_text().splitlines()[0])["name"] == (
        "Lesson 3"
    )
    monkeypatch.setenv("JUPYTERHUB_USER", "bob")

    there = f"sqlite:///{tmp_path}/there.db"
    for _ in range(2):  # Repeated, as after an interruption.
        printed = said(capsys, "--database", there, "import", "room.jsonl")
        assert "named" not in printed
        assert names(there, "hub:bob") == {ROOM: "Lesson 3"}

    taken = f"sqlite:///{tmp_path}/taken.db"
    asyncio.run(name(taken, OTHER, "hub:bob"))
    printed = said(capsys, "--database", taken, "import", "room.jsonl")
    assert printed.splitlines()[1] == (
        "It is not named 'Lesson 3' here: another room has that name, or it has "
        "another."
    )
    assert ids(taken) == {ROOM, OTHER}
    assert names(taken, "hub:bob") == {OTHER: "Lesson 3"}


def test_restore_points_of_versions_that_were_merged_are_counted(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def name_version(store: Store) -> None:
        await store.name_version(ROOM, Point(1, "p", "Ann", 9.0), 9)
        (first,) = await store.revisions(ROOM, 0, -1)
        second = revision(2, insert(2, 2, "c")).chained(first.digest)
        await store.append(ROOM, 1, [second])

    async def merge_it(store: Store) -> None:
        await store.forget_name(ROOM, 1)
        both = await store.revisions(ROOM, 0, -1)
        await store.compact(ROOM, [merge(first_digest("epoch"), both)])

    with_store(url, name_version)
    said(capsys, "export", ROOM, "--to", "room.jsonl")
    with_store(url, merge_it)

    assert said(capsys, "import", "room.jsonl").splitlines()[1] == (
        "1 of its restore points were left out: their versions were merged with others "
        "here."
    )


def test_an_export_is_printed_and_read_from_standard_input(
    url: str,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert main(["export", ROOM]) == 0
    printed = capfdbinary.readouterr().out
    assert json.loads(printed.splitlines()[0])["roomId"] == ROOM

    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(printed)))
    there = f"sqlite:///{tmp_path}/there.db"
    assert main(["--database", there, "import", "-"]) == 0
    assert ids(there) == {ROOM}


def test_a_copy_gets_an_id_of_its_own(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "export", ROOM, "--to", "room.jsonl")

    line = said(capsys, "import", "room.jsonl", "--as", "new")

    (new,) = ids(url) - {ROOM, OTHER}
    assert line == f"Imported {new} up to version 1; 1 of them were new here.\n"


def test_a_backup_of_sqlite_is_a_database(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(tmp_path / "rooms.db")) as busy:
        # Somebody is about to write, and what is not committed is not copied.
        busy.execute("begin immediate")
        busy.execute("delete from room")
        line = said(capsys, "backup", "--to", "copy.db")

    assert line == "Copied all rooms to copy.db.\n"
    assert ids(f"sqlite:///{tmp_path}/copy.db") == {ROOM, OTHER}
    assert Path("copy.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_has_a_name_of_its_own(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = said(capsys, "backup")

    (made,) = tmp_path.glob("pairedit-*.db")
    assert line == f"Copied all rooms to {made.name}.\n"


def test_an_archive_holds_every_room_and_is_imported_whole(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = f"sqlite:///{tmp_path}/there.db"
    said(capsys, "backup", "--archive", "--to", "all.zip")

    assert len(said(capsys, "--database", there, "import", "all.zip").splitlines()) == 2

    assert ids(there) == {ROOM, OTHER}
    with closing(sqlite3.connect(tmp_path / "there.db")) as db:
        epochs = {row[0] for row in db.execute("select epoch from room")}
    assert len({each.partition(".")[2] for each in epochs} - {""}) == 2, "random names"
    with zipfile.ZipFile("all.zip") as archive:
        assert set(archive.namelist()) == {f"{ROOM}.jsonl", f"{OTHER}.jsonl"}


def test_a_backup_of_postgresql_is_an_archive_of_its_rooms(
    url: str, tmp_path: Path, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    team = postgres.new_database()
    said(capsys, "backup", "--archive", "--to", "all.zip")
    said(capsys, "--database", team, "import", "all.zip")

    line = said(capsys, "--database", team, "backup")

    (made,) = tmp_path.glob("pairedit-*.zip")
    assert line == f"Copied all rooms to {made.name}.\n"
    said(capsys, "--database", f"sqlite:///{tmp_path}/back.db", "import", made.name)
    assert ids(f"sqlite:///{tmp_path}/back.db") == ids(team) == {ROOM, OTHER}


def test_a_damaged_room_is_named_and_all_others_are_in_the_archive(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(tmp_path / "rooms.db")) as database, database:
        database.execute("update revision set author = 'Eve'")

    assert main(["backup", "--archive", "--to", "all.zip"]) == 1

    printed = capsys.readouterr()
    assert not printed.out
    damage, end = printed.err.splitlines()[1:]
    assert damage.startswith(
        f"jupyter pairedit: room {ROOM} was not copied: "
        "expected a version 1 that matches its digest"
    )
    assert end == "jupyter pairedit: copied all other rooms to all.zip"
    with zipfile.ZipFile("all.zip") as archive:
        assert archive.namelist() == [f"{OTHER}.jsonl"]
    there = f"sqlite:///{tmp_path}/there.db"
    said(capsys, "--database", there, "import", "all.zip")
    assert ids(there) == {OTHER}


@pytest.mark.parametrize(
    "damage",
    [
        "update snapshot set code = 'b' where room = ?",
        # It is not UTF-8.
        "update revision set changes = cast(x'5bff' as text) where room = ?",
    ],
)
def test_a_room_that_cannot_be_read_at_all_is_left_out_of_the_archive(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "rooms.db")) as database, database:
        database.execute(damage, (ROOM,))

    found = said(capsys, "backup", "--archive", "--to", "all.zip", fails=True)

    assert found == "jupyter pairedit: copied all other rooms to all.zip"
    with zipfile.ZipFile("all.zip") as archive:
        assert archive.namelist() == [f"{OTHER}.jsonl"]


def test_no_archive_is_left_of_a_database_that_stops_to_answer(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def export(store: Store, _: str) -> Iterator[bytes]:
        await store.close()
        raise StorageFailure("it does not answer")

    monkeypatch.setattr(cli, "export_room", export)

    found = said(capsys, "backup", "--archive", "--to", "all.zip", fails=True)

    assert "copied" not in found
    assert not Path("all.zip").exists()


def test_a_room_that_is_deleted_meanwhile_is_not_in_the_archive(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def export(store: Store, room_id: str) -> Iterator[bytes]:
        if room_id == ROOM:
            await store.delete(ROOM, 9.0)
        return await export_room(store, room_id)

    monkeypatch.setattr(cli, "export_room", export)

    line = said(capsys, "backup", "--archive", "--to", "all.zip")

    assert line == "Copied all rooms to all.zip.\n"
    with zipfile.ZipFile("all.zip") as archive:
        assert archive.namelist() == [f"{OTHER}.jsonl"]


def test_a_damaged_file_of_an_archive_is_named(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile("bad.zip", "w") as archive:
        archive.writestr("some.jsonl", b"{}\n")

    found = said(capsys, "import", "bad.zip", fails=True)

    assert found.startswith(
        "jupyter pairedit: bad.zip: some.jsonl: line 1: expected a line of an export"
    )


def test_the_other_rooms_of_an_archive_are_imported_if_one_is_refused(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = f"sqlite:///{tmp_path}/there.db"
    said(capsys, "backup", "--archive", "--to", "all.zip")
    with zipfile.ZipFile("all.zip") as archive:
        lines = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile("some.zip", "w") as archive:
        archive.writestr("0.jsonl", b"{}\n")
        for name, each in lines.items():
            archive.writestr(name, each)

    assert main(["--database", there, "import", "some.zip"]) == 1

    printed = capsys.readouterr()
    refusal, end = printed.err.splitlines()[1:]
    assert refusal.startswith(
        "jupyter pairedit: some.zip: 0.jsonl was not imported: line 1: expected"
    )
    assert end == "jupyter pairedit: imported all other rooms of some.zip"
    assert len(printed.out.splitlines()) == 2
    assert ids(there) == {ROOM, OTHER}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["export", "x" * 22], f"There is no room {'x' * 22}."),
        (["import", "missing.jsonl"], "missing.jsonl: No such file or directory"),
        (["import", "rooms.db"], "rooms.db: line 1: expected a line of an export"),
        (["export", ROOM, "--to", "no/such/x"], "no/such/x: No such file or directory"),
        (["export", ROOM, "--to", "rooms.db"], "rooms.db: File exists"),
        (["backup", "--to", "rooms.db"], "rooms.db: File exists"),
        (["--database", "nonsense", "list"], "expected sqlite:///"),
        (["--database", "sqlite:///none.db", "list"], "there is no database none.db"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    url: str,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    problem: str,
) -> None:
    assert said(capsys, *arguments, fails=True).startswith(
        f"jupyter pairedit: {problem}"
    )
    assert ids(url) == {ROOM, OTHER}
    assert not Path("none.db").exists()


def test_nothing_is_left_of_an_export_that_failed(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(tmp_path / "rooms.db")) as database:
        database.execute("update revision set author = 'Eve'")
        database.commit()

    found = said(capsys, "export", ROOM, "--to", "room.jsonl", fails=True)

    assert "expected a version 1 that matches its digest" in found
    assert not Path("room.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["export", ROOM, "--to", "room.jsonl"], "room.jsonl: "),
        (["backup", "--archive", "--to", "all.zip"], "all.zip: "),
        (["export", ROOM], ""),
    ],
)
def test_a_full_disk_is_said_with_the_file_that_it_is_about(
    url: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    named: str,
) -> None:
    async def full(*_: object) -> Iterator[bytes]:
        def lines() -> Iterator[bytes]:
            yield b""
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return lines()

    monkeypatch.setattr(cli, "export_room", full)

    found = said(capsys, *arguments, fails=True)

    assert found == f"jupyter pairedit: {named}No space left on device"
    assert not Path("room.jsonl").exists() and not Path("all.zip").exists()


def test_jupyter_finds_the_command(url: str) -> None:
    jupyter = shutil.which("jupyter", path=sysconfig.get_path("scripts"))
    assert jupyter

    done = subprocess.run(
        [jupyter, "pairedit", "list"], capture_output=True, text=True, check=True
    )

    assert ROOM in done.stdout
