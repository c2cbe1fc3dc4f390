"""What ``docs/deploy.md`` and ``compose.yaml`` tell an operator is true."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_pairedit.archive.format import Header, dump_lines
from jupyter_pairedit.cli import parser
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.startup.metrics import HubMetrics
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.records import Point
from tests.making import ROOM, chain, insert, record, revision
from tests.ports import free_port
from tests.postgres import Postgres
from tests.proxies import ROOT, fenced

DEPLOY = (ROOT / "docs" / "deploy.md").read_text("utf-8")
COMPOSE: Any = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))

COMMANDS = [
    line
    for block in fenced("bash")
    for line in block.splitlines()
    if line.startswith("jupyter pairedit ")
]
START = 60.0
"""Seconds after which a start fails."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_shown_is_one(command: str) -> None:
    words = shlex.split(command.replace("$(date +%F)", "2030-01-01"))

    assert callable(parser().parse_args(words[2:]).do)


async def test_every_metric_has_its_line(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/rooms.db")
    hub = Hub(store, Limits(), now=lambda: 0.0, clock=lambda: 0.0)

    there = {
        metric.name + ("_total" if metric.type == "counter" else "")
        for metric in HubMetrics(hub).collect()
    }

    await hub.close()
    assert set(re.findall(r"`(pairedit_\w+)", DEPLOY)) == there


def test_every_field_of_an_exported_room_has_its_place() -> None:
    merged = chain(revision(1, insert(0, 0, "x")))
    lines = [
        json.loads(line)
        for line in dump_lines(
            Header(record(), ""), merged, [Point(1, "n", "Ann", 0.0)]
        )
    ]

    for line in lines:
        (told,) = re.findall(rf"^\| `{line['type']}`.*", DEPLOY, re.MULTILINE)
        for field in line.keys() - {"type"}:
            assert f"`{field}`" in told


def test_the_code_can_be_had_with_the_package_gone(tmp_path: Path) -> None:
    async def fill() -> None:
        store = open_store(f"sqlite:///{tmp_path}/rooms.db")
        await store.create(record(), "kept")
        await store.close()

    asyncio.run(fill())
    _, query, _ = fenced("sql")

    with closing(sqlite3.connect(tmp_path / "rooms.db")) as database:
        found = database.execute(query.replace("the room id", ROOM)).fetchall()

    assert found == [("kept",)]


# --- compose.yaml ---------------------------------------------------------------------


def test_compose_starts_the_database_before_the_server() -> None:
    services = COMPOSE["services"]

    assert set(services) == {"database", "jupyter"}
    waits = services["jupyter"]["depends_on"]["database"]["condition"]
    assert waits == "service_healthy" and "healthcheck" in services["database"]
    # Nobody outside of this machine may come without TLS, and none to the database.
    assert "ports" not in services["database"]
    assert all(port.startswith("127.0.0.1:") for port in services["jupyter"]["ports"])
    named = {
        volume.partition(":")[0]
        for service in services.values()
        for volume in service["volumes"]
    }
    assert named == set(COMPOSE["volumes"])


def test_compose_passes_on_the_settings_of_the_example() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    named = set(re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE))

    assert named == {
        "PAIREDIT_DATABASE_URL",
        "PAIREDIT_ALLOWED_ORIGINS",
        "PAIREDIT_MAX_CONNECTIONS_PER_ROOM",
    }
    assert set(COMPOSE["services"]["jupyter"]["environment"]) == named


def test_the_servers_command_line_starts_a_server_on_postgresql(
    postgres: Postgres, tmp_path: Path
) -> None:
    service = COMPOSE["services"]["jupyter"]
    url = re.fullmatch(
        r"\$\{PAIREDIT_DATABASE_URL:-(.*)\}",
        service["environment"]["PAIREDIT_DATABASE_URL"],
    )
    assert url and url[1].startswith("postgresql://pairedit:pairedit@database:5432/")
    port = free_port()
    jupyter, *rest = service["command"]
    assert jupyter == "jupyter" and "--port=8888" in rest
    command = [sys.executable, "-m", "jupyter", *rest, "--allow-root"]
    command[command.index("--port=8888")] = f"--port={port}"
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path) for name in ("CONFIG", "DATA")}
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--IdentityProvider.token=secret"],
            cwd=tmp_path,
            env={
                **os.environ,
                **folders,
                "JUPYTER_RUNTIME_DIR": str(tmp_path),
                "PAIREDIT_DATABASE_URL": postgres.new_database(),
                "PAIREDIT_ALLOWED_ORIGINS": "",
                "PAIREDIT_MAX_CONNECTIONS_PER_ROOM": "2",
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        health = answer(f"http://127.0.0.1:{port}/pairedit/health", server)
    finally:
        server.terminate()
        server.wait(START)

    assert (health["status"], health["store"]) == ("ok", "postgresql")


def answer(url: str, server: subprocess.Popen[bytes]) -> Any:
    """Ask a server until it answers."""
    request = urllib.request.Request(url, headers={"Authorization": "token secret"})
    until = time.monotonic() + START
    while True:
        try:
            with urllib.request.urlopen(request, timeout=START) as found:
                return json.load(found)
        except OSError:
            assert server.poll() is None and time.monotonic() < until
            time.sleep(0.05)  # between two attempts
