"""Complaints about settings: a value, a variable or a file that was not as expected."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from jupyter_pairedit.core.limits import MIB, Limits
from tests.handlers.conftest import Start
from tests.handlers.serving import Server

NAMES = [field.name for field in fields(Limits)]
NO_LIMITS = {
    "wrong type": "60",
    "zero": 0,
    "negative": -1,
    "huge": 10**20,
    "no number": float("nan"),
}


async def two_people_write(server: Server) -> None:
    """Expect what one of two people types to be with the other, and to be kept."""
    room_id = await server.new_room(code="x")
    ann, _ = await server.seated(room_id)
    ben = await server.writer(room_id)
    await ann.push(0, [1, [0, "y"]])
    await ann.expect("saved")
    assert (await ben.expect("code_update"))["code"] == "xy"
    assert await server.code(room_id) == "xy"


def warnings(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the warnings and errors of the log that are about pair editing."""
    lines = capsys.readouterr().err.splitlines()
    ours = re.compile(r"\[[WE].*(PairEdit\.|DATABASE)")
    return [line for line in lines if ours.match(line)]


@pytest.mark.parametrize("kind", NO_LIMITS)
async def test_one_wrong_number_in_limits_and_nobody_can_type(
    start: Start, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    server = await start(limits=dict.fromkeys(NAMES, NO_LIMITS[kind]))

    lines = warnings(capsys)
    limit = re.compile(r"PairEdit\.limits\['(\w+)'\]: expected")
    named = [limit.findall(line) for line in lines]
    assert sorted(named) == sorted([name] for name in NAMES)
    await two_people_write(server)


async def test_one_wrong_number_and_all_of_pair_editing_answers_404(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    server = await start(
        max_code_size="1 MB",
        max_connections_per_room="two",
        guest_keepalive_hours="four",
        limits=["edits", 0],
        allow_guests="maybe",
        guest_autocomplete=2,
        public_url=5,
        completer=5,
    )

    assert len(warnings(capsys)) == 8
    await two_people_write(server)


async def test_i_raised_the_size_of_the_code_and_a_large_file_still_ends_the_line(
    start: Start,
) -> None:
    server = await start(limits={"code": 5 * MIB})
    room_id = await server.new_room()
    ann, ben = [await server.writer(room_id) for _ in range(2)]

    text = "x = 'ü'\n" * (3 * MIB // 9)
    await ann.write(text)

    assert (await ben.expect("code_update"))["code"] == text


async def test_the_extension_put_its_tables_into_the_database_of_my_web_app(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    jp_data_dir: Path,
) -> None:
    app = tmp_path / "app.db"
    with closing(sqlite3.connect(app)) as mine:
        mine.execute("create table page (text)")
        mine.commit()
    before = app.read_bytes()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{app}")

    server = await start(database_url=None)
    await two_people_write(server)

    assert app.read_bytes() == before
    assert not {f"app.db{end}" for end in ("-wal", "-shm")} & set(os.listdir(tmp_path))
    (line,) = warnings(capsys)
    assert "DATABASE_URL is ignored" in line and str(app) in line
    assert (jp_data_dir / "pairedit" / "rooms.db").exists()


async def test_my_rooms_are_gone_since_the_variable_of_another_program_counts_no_more(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    file = tmp_path / "rooms.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")

    line = f"DATABASE_URL: rooms are kept in {file}"

    server = await start(database_url=None)
    room_id = await server.new_room(code="kept")
    assert capsys.readouterr().err.count(line) == 1
    server = await start(database_url=None)

    assert await server.code(room_id) == "kept"
    assert capsys.readouterr().err.count(line) == 1


async def test_the_database_starts_after_the_server_and_pair_editing_stays_off(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    jp_data_dir: Path,
) -> None:
    pytest.importorskip("asyncpg")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/rooms")

    server = await start(database_url=None)
    reply = await server.fetch("POST", "pairedit/rooms", {})

    assert (reply.status, reply.json["code"]) == (503, "storage")
    (line,) = warnings(capsys)
    assert "127.0.0.1:1/rooms does not answer" in line and "secret" not in line
    # Rooms are nowhere else meanwhile.
    assert not (jp_data_dir / "pairedit").exists()


async def test_after_the_pod_has_restarted_the_group_owns_the_volume_and_rooms_are_off(
    start: Start, caplog: pytest.LogCaptureFixture, jp_data_dir: Path
) -> None:
    server = await start(database_url=None)
    room_id = await server.new_room(code="kept")
    folder = jp_data_dir / "pairedit"
    # What fsGroup of Kubernetes does to a volume when it is mounted.
    for each in os.listdir(folder):
        os.chmod(folder / each, 0o660)
    os.chmod(folder, 0o2775)

    server = await start(database_url=None)

    assert await server.code(room_id) == "kept"
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o2755
    assert stat.S_IMODE(os.stat(folder / "rooms.db").st_mode) == 0o600
    assert len([line for line in caplog.messages if "is set back to" in line]) == 2


async def test_all_origins_or_none(
    start: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "*, https://a.example")

    server = await start()
    theirs = {**server.token, "Origin": "https://evil.example"}
    listed = {**server.token, "Origin": "https://a.example"}

    assert (await server.fetch("GET", "pairedit/rooms", headers=theirs)).status == 403
    assert (await server.fetch("GET", "pairedit/rooms", headers=listed)).status == 200
    assert capsys.readouterr().err.count("ALLOWED_ORIGINS: expected origins") == 1
