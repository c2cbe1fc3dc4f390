"""The server extension: how Jupyter finds it, its settings, and its end."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

import jupyter_pairedit
from jupyter_pairedit.app import PairEdit
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.handlers.access import is_allowed_origin
from jupyter_pairedit.handlers.context import Context

Begin = Callable[..., ServerApp]
ENVIRONMENT = (
    "PAIREDIT_DATABASE_URL",
    "DATABASE_URL",
    "PAIREDIT_ALLOWED_ORIGINS",
    "ALLOWED_ORIGINS",
    "PAIREDIT_MAX_CONNECTIONS_PER_ROOM",
    "MAX_CONNECTIONS_PER_ROOM",
    "JUPYTERHUB_BASE_URL",
)


@pytest.fixture
def begin(
    jp_configurable_serverapp: Begin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Begin:
    """Begin a server with these traits of ours."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)

    def begin(**traits: object) -> ServerApp:
        traits = {"database_url": f"sqlite:///{tmp_path / 'rooms.db'}", **traits}
        extensions = {"jpserver_extensions": {"jupyter_pairedit": True}}
        return jp_configurable_serverapp(
            config={"PairEdit": traits, "ServerApp": extensions}
        )

    return begin


def context(app: ServerApp) -> Context:
    found = app.web_app.settings["jupyter_pairedit"]
    assert isinstance(found, Context)
    return found


def test_jupyter_finds_the_extension() -> None:
    (point,) = jupyter_pairedit._jupyter_server_extension_points()

    assert point == {"module": "jupyter_pairedit.app", "app": PairEdit}


def test_installing_switches_the_extension_on(root: Path) -> None:
    (file,) = (root / "jupyter-config").rglob("*.json")

    assert json.loads(file.read_text()) == {
        "ServerApp": {"jpserver_extensions": {"jupyter_pairedit": True}}
    }


def test_every_setting_says_what_it_is_for() -> None:
    ours = PairEdit.class_own_traits(config=True)

    assert ours.keys() == {
        "allow_guests",
        "allow_insecure_links",
        "allow_run",
        "allowed_origins",
        "completer",
        "completer_key",
        "completer_model",
        "completer_proxy",
        "completer_template",
        "completer_url",
        "database_url",
        "durability",
        "guest_keepalive_hours",
        "guest_autocomplete",
        "limits",
        "max_code_size",
        "max_connections_per_room",
        "public_url",
        "server_file",
    }
    for trait in ours.values():
        assert len(trait.help) > 20


def test_the_settings_reach_the_hub(begin: Begin) -> None:
    app = begin(
        max_code_size=1_000,
        max_connections_per_room=9,
        allowed_origins=["https://a.example", "null"],
        limits={"hello": 1.5},
        guest_keepalive_hours=0.5,
    )

    found = context(app)
    assert found.hub.limits == Limits(
        code=1_000, frame=2_000 + 4 * 1024, people=9, hello=1.5, guests_alone=1_800.0
    )
    assert found.origins == {"https://a.example", "null"}
    assert found.version == jupyter_pairedit.__version__


def test_a_trait_wins_over_the_environment(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://env.example")
    monkeypatch.setenv("MAX_CONNECTIONS_PER_ROOM", "5")
    monkeypatch.setenv("DATABASE_URL", "nonsense")

    found = context(begin(allowed_origins=[], max_connections_per_room=6))

    assert found.origins == set()
    assert found.hub.limits.people == 6


@pytest.mark.parametrize(
    ("traits", "name"),
    [
        ({"allowed_origins": ["example.org"]}, "ALLOWED_ORIGINS"),
        ({"allowed_origins": ["https://example.org/path"]}, "ALLOWED_ORIGINS"),
        ({"allowed_origins": ["*"]}, "ALLOWED_ORIGINS"),
        ({"allowed_origins": 5}, "ALLOWED_ORIGINS"),
        ({"database_url": ""}, "DATABASE_URL"),
        ({"database_url": 5}, "DATABASE_URL"),
        ({"database_url": "sqlite:///:memory:"}, "DATABASE_URL"),
    ],
)
def test_a_wrong_database_or_origin_switches_off_with_one_line(
    begin: Begin, capsys: pytest.CaptureFixture[str], traits: Any, name: str
) -> None:
    app = begin(**traits)

    (line,) = _lines(capsys, "E")
    (setting,) = traits
    named = f"PairEdit.{setting} (PAIREDIT_{name})"
    assert f"switched off on this server: {named}: expected" in line
    assert not isinstance(app.web_app.settings["jupyter_pairedit"], Context)


@pytest.mark.parametrize(
    ("traits", "name"),
    [
        ({"completer": "evil"}, "PairEdit.completer"),
        ({"completer": 5}, "PairEdit.completer"),
        ({"completer": "ollama"}, "PairEdit.completer_model"),
        ({"completer": "infill", "completer_url": 5}, "PairEdit.completer_url"),
        ({"public_url": "example.org"}, "PairEdit.public_url"),
        ({"public_url": "javascript://x"}, "PairEdit.public_url"),
        ({"limits": {"nonsense": 1}}, "PairEdit.limits['nonsense']"),
        ({"limits": {"edits": 0}}, "PairEdit.limits['edits']"),
        ({"limits": 5}, "PairEdit.limits"),
        ({"max_code_size": "5"}, "PairEdit.max_code_size"),
        ({"allow_guests": "no"}, "PairEdit.allow_guests"),
        ({"guest_keepalive_hours": float("nan")}, "PairEdit.guest_keepalive_hours"),
    ],
)
def test_any_other_bad_setting_keeps_its_default_with_one_line(
    begin: Begin, capsys: pytest.CaptureFixture[str], traits: Any, name: str
) -> None:
    app = begin(**traits)

    (line,) = [each for each in _lines(capsys, "W") if "PairEdit" in each]
    assert f"{name}: " in line and "Traceback" not in line
    assert context(app).hub.limits == Limits()


def _lines(capsys: pytest.CaptureFixture[str], level: str) -> list[str]:
    lines = capsys.readouterr().err.splitlines()
    return [line for line in lines if line.startswith(f"[{level}")]


async def test_stopping_closes_the_store(begin: Begin, tmp_path: Path) -> None:
    app = begin()
    room_id, _ = await context(app).hub.create("Ann", code="kept")

    await app.cleanup_extensions()

    # The write-ahead log is gone: the last connection was closed in order.
    assert not await asyncio.to_thread((tmp_path / "rooms.db-wal").exists)
    with closing(sqlite3.connect(tmp_path / "rooms.db")) as database:
        assert database.execute("select id from room").fetchall() == [(room_id,)]


async def test_typing_keeps_jupyter_from_shutting_down(begin: Begin) -> None:
    app = begin()
    activity = context(app).hub.activity
    (ours,) = app.extension_manager.extension_apps["jupyter_pairedit"]
    activity.last -= 1_000.0
    assert not app.extension_manager.any_activity()  # type: ignore[no-untyped-call]

    activity.record_edit()

    assert app.extension_manager.any_activity()  # type: ignore[no-untyped-call]
    await ours._look_after()
    last = app.web_app.last_activity()  # type: ignore[no-untyped-call]
    assert last.timestamp() == pytest.approx(activity.last)


async def test_activity_is_reported_while_histories_are_merged(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = begin()
    hub = context(app).hub
    (ours,) = app.extension_manager.extension_apps["jupyter_pairedit"]
    await hub.create("Ann", room_id="R" * 22)
    await hub.open("R" * 22)
    under_way = asyncio.Event()

    async def endless(*_: object) -> None:
        under_way.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(hub.store, "rooms", endless)
    tidying = asyncio.create_task(hub.tidy())
    await under_way.wait()
    hub._used["R" * 22] -= hub.limits.idle
    hub.activity.last -= 1_000.0
    hub.activity.record_edit()

    async with asyncio.timeout(10):
        await ours._look_after()

    last = app.web_app.last_activity()  # type: ignore[no-untyped-call]
    assert last.timestamp() == pytest.approx(hub.activity.last)
    assert hub.opened("R" * 22) is None, "rooms are evicted as well"
    tidying.cancel()


# --- the origin rule ----------------------------------------------------------------


def test_no_origin_is_a_program_and_no_page() -> None:
    assert is_allowed_origin(None, "host", frozenset())


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://host", "host", True),
        ("https://host:8443", "host:8443", True),
        ("http://[::1]:8888", "[::1]:8888", True),
        ("HTTP://Host", "hOST", True),
        ("http://host:80", "host", False),
        ("http://host.evil", "host", False),
        ("http://evil/host", "host", False),
        ("file://", "", False),
        ("http://", None, False),
        ("http://", "", False),
        ("null", "null", False),
        ("http://[::1", "[::1", False),
        ("https://listed", "host", True),
        ("https://listed.evil", "host", False),
    ],
)
def test_an_origin_is_ours_or_listed_to_the_letter(
    origin: str, host: str | None, allowed: bool
) -> None:
    assert is_allowed_origin(origin, host, frozenset(["https://listed"])) is allowed
