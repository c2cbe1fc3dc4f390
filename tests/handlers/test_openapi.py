"""T5d: what is written of the REST interface, and what the server answers."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Start
from .serving import Server
from .test_auth import ID, ROOM, routes

DOCUMENT = Path("jupyter_pairedit") / "openapi.yaml"
WRONG_XSRF = "2|00000000|00000000000000000000000000000000|1700000000"
CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance"
EXAMPLES = os.environ.get("PAIREDIT_REST_EXAMPLES", "5")
"""Of each operation; the plan's 100 and 2,000 are for a night."""


@pytest.fixture
def document(root: Path) -> dict[str, Any]:
    """The OpenAPI document."""
    found: dict[str, Any] = yaml.safe_load((root / DOCUMENT).read_text("utf-8"))
    return found


async def test_the_document_has_each_route_and_method_and_no_other(
    server: Server, document: dict[str, Any]
) -> None:
    told = {
        (path, method.upper())
        for path, operations in document["paths"].items()
        for method in operations.keys() - {"parameters"}
    }

    known = set()
    for route in routes(server):
        path = route.pattern.removeprefix("/pairedit")
        path = path.replace(ROOM, "{roomId}", 1).replace(ID, "{inviteId}")
        path = path.replace("people/{inviteId}", "people/{clientId}")
        path = path.replace("([0-9]{1,15})", "{version}")
        if path.startswith(("/rooms", "/autocomplete", "/debug", "/health")):
            known |= {(path, each) for each in route.methods if each != "OPTIONS"}

    assert told == known


def aimed(document: dict[str, Any], room_id: str) -> dict[str, Any]:
    """Let most of what is made up be about a room that is there."""
    room = document["components"]["parameters"]["roomId"]["schema"]
    room |= {"enum": [room_id, room_id, "A" * 22]}
    return document


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("asker", ["owner", "anonymous", "wrong XSRF"])
async def test_t5d_nothing_that_is_made_up_gets_an_answer_that_is_not_written_down(
    start: Start, document: dict[str, Any], tmp_path: Path, asker: str
) -> None:
    server = await start(limits={"invites": 1_000_000})
    room_id = await server.new_room(code="one\n")
    await server.put(room_id, "two\n")
    file = tmp_path / "openapi.yaml"
    file.write_text(yaml.safe_dump(aimed(document, room_id)), "utf-8")
    headers: dict[str, str] = {}
    if asker == "owner":
        headers = server.token
    if asker == "wrong XSRF":
        headers = {**(await server.login()).cookie, "X-XSRFToken": WRONG_XSRF}

    command = [
        *(str(Path(sys.executable).parent / "st"), "run", str(file)),
        *("--url", f"http://{server.host}{server.app.base_url}pairedit"),
        *("--checks", CHECKS, "--max-examples", EXAMPLES, "--warnings", "off"),
        *("--phases", "coverage,fuzzing", "--suppress-health-check", "all"),
        # Or there would be no room to ask about.
        *("--exclude-operation-id", "deleteRoom", "--no-color"),
        *("--request-timeout", "60"),
        *(f"--header={name}: {value}" for name, value in headers.items()),
    ]
    done = await asyncio.to_thread(run, command, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert await server.code(room_id)
