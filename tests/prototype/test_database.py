"""Where rooms are stored, and the variables of the environment for it."""

from __future__ import annotations

import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.handlers.conftest import Start


async def test_code_survives_a_restart(start: Start) -> None:
    server = await start()
    room_id = await server.new_room(code="x", title="T")
    ann = await server.writer(room_id)
    await ann.write("x\nünï😀")
    await ann.lives()
    editor, welcome = await server.seated(room_id)
    await editor.push(1, [7, [0, "!"]])
    await editor.expect("saved")

    server = await start()

    assert await server.code(room_id) == "x\nünï😀!"
    _, welcome_again = await server.seated(room_id)
    assert welcome_again == welcome
    (room,) = (await server.fetch("GET", "pairedit/rooms")).json
    assert (room["title"], room["version"]) == ("T", 2)


async def test_without_a_setting_rooms_are_in_jupyters_data_directory(
    start: Start, jp_data_dir: Path
) -> None:
    server = await start(database_url=None)
    await server.new_room()

    file = jp_data_dir / "pairedit" / "rooms.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("relative", [False, True])
async def test_a_sqlite_url_is_honoured(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "dev.db"
    url = "sqlite:///./dev.db" if relative else f"sqlite:///{file}"
    monkeypatch.setenv("DATABASE_URL", url)

    server = await start(database_url=None)
    room_id = await server.new_room()

    with closing(sqlite3.connect(file)) as database:
        assert database.execute("select id from room").fetchall() == [(room_id,)]


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "mysql://me:secret@host/db",
        "postgresql://me:secret@host/db",
        "sqlite:////proc/no/rooms.db",
    ],
)
async def test_a_bad_url_is_one_clear_line_and_jupyter_works(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    url: str,
) -> None:
    monkeypatch.setenv("PAIREDIT_DATABASE_URL", url)

    server = await start(database_url=None)

    printed = capsys.readouterr().err
    (line,) = [each for each in printed.splitlines() if each.startswith("[E")]
    assert "switched off" in line
    assert "PAIREDIT_DATABASE_URL: " in line
    assert "secret" not in line
    assert "Traceback" not in printed
    assert (await server.fetch("GET", "api/status")).status == 200
    for method, path in [
        ("GET", ""),
        ("GET", "/health"),
        ("POST", "/rooms"),
        ("PUT", "/rooms/x/code"),
        ("DELETE", "/rooms/x"),
        ("OPTIONS", "/rooms"),
    ]:
        for headers in (server.token, {}):
            reply = await server.fetch(method, f"pairedit{path}", headers=headers)
            assert reply.status == 503
            assert set(reply.json) == {"code", "message"}
    assert await server.refused_socket("A" * 22) == 503


@pytest.mark.parametrize(
    "url",
    ["nonsense", "sqlite://", "mysql://me:secret@host/db", "redis://:secret@host"],
)
async def test_a_url_for_another_program_is_left_alone_with_a_warning(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    jp_data_dir: Path,
    url: str,
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    server = await start(database_url=None)
    await server.new_room()

    printed = capsys.readouterr().err
    (line,) = [each for each in printed.splitlines() if "DATABASE_URL" in each]
    assert line.startswith("[W") and "is ignored" in line and "secret" not in line
    assert (jp_data_dir / "pairedit" / "rooms.db").exists()


def test_the_example_of_an_env_file_has_the_prototypes_names(
    root: Path,
) -> None:
    text = (root / ".env.example").read_text("utf-8")

    names = {
        "PAIREDIT_DATABASE_URL",
        "PAIREDIT_ALLOWED_ORIGINS",
        "PAIREDIT_MAX_CONNECTIONS_PER_ROOM",
    }
    assert set(re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE)) == names
