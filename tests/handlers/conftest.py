"""Fixtures for tests that talk to the real server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from jupyter_pairedit.handlers import CLOSED_ROUTES, PUBLIC_ROUTES

from .serving import Server

Start = Callable[..., Awaitable[Server]]


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the settings of the shell that runs the tests."""
    for name in (
        "PAIREDIT_DATABASE_URL",
        "DATABASE_URL",
        "PAIREDIT_ALLOWED_ORIGINS",
        "ALLOWED_ORIGINS",
        "PAIREDIT_MAX_CONNECTIONS_PER_ROOM",
        "MAX_CONNECTIONS_PER_ROOM",
        "JUPYTERHUB_BASE_URL",
        "JUPYTERHUB_USER",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the server of this test keeps its rooms."""
    return tmp_path / "rooms.db"


@pytest.fixture
def start(
    clean_environment: None,
    database: Path,
    jp_configurable_serverapp: Callable[..., ServerApp],
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[Start]:
    """Start a server: ``await start({"ServerApp": …}, limits=…, <trait>=…)``.

    One after the other only, as a process has one app: starting stops the one before.
    """
    running: list[Server] = []

    async def start(
        config: Mapping[str, Mapping[str, object]] | None = None, **traits: object
    ) -> Server:
        if running:
            await running.pop().stop()
            ServerApp.clear_instance()
        full: dict[str, Any] = {name: {**of} for name, of in (config or {}).items()}
        traits = {"database_url": f"sqlite:///{database}", **traits}
        full["PairEdit"] = {k: v for k, v in traits.items() if v is not None}
        full.setdefault("ServerApp", {})["jpserver_extensions"] = {
            "jupyter_pairedit": True
        }
        server = await Server.of(jp_configurable_serverapp(config=full))
        running.append(server)
        return server

    yield start
    for server in running:
        jp_asyncio_loop.run_until_complete(server.stop())


@pytest.fixture
def server(start: Start, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Server:
    """A server with the settings that it has when nobody sets any."""

    async def begin() -> Server:
        return await start()

    return jp_asyncio_loop.run_until_complete(begin())


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the server of this test serves for the built ``static``."""
    folder = tmp_path / "built"
    folder.mkdir()
    (folder / "editor.js").write_text("export {};\n")
    for route in (PUBLIC_ROUTES[0], CLOSED_ROUTES[0]):
        monkeypatch.setitem(route[2], "path", str(folder))
    return folder
