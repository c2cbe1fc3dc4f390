"""T5d: requests generated from the OpenAPI document, with three kinds of login."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.handlers.conftest import Start
from tests.handlers.serving import Server
from tests.handlers.test_openapi import read_document

from .figures import Plan

WRONG_XSRF = "2|00000000|00000000000000000000000000000000|1700000000"
CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance"


def aimed(document: dict[str, Any], room_id: str) -> dict[str, Any]:
    """Let most of what is made up be about a room that is there."""
    room = document["components"]["parameters"]["roomId"]["schema"]
    room |= {"enum": [room_id, "A" * 22]}
    return document


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


async def headers_of(asker: str, server: Server) -> dict[str, str]:
    """The headers of each request."""
    if asker == "owner":
        return server.token
    if asker == "wrong XSRF":
        return {**(await server.login()).cookie, "X-XSRFToken": WRONG_XSRF}
    return {}


@pytest.mark.parametrize("asker", ["owner", "anonymous", "wrong XSRF"])
async def test_t5d_generated_requests_get_only_documented_answers(
    plan_of: Callable[[str], Plan],
    start: Start,
    root: Path,
    tmp_path: Path,
    asker: str,
) -> None:
    plan = plan_of("T5d")
    server = await start(limits={"invites": 1_000_000})
    room_id = await server.new_room(code="one\n")
    await server.put(room_id, "two\n")
    file = tmp_path / "openapi.yaml"
    file.write_text(yaml.safe_dump(aimed(read_document(root), room_id)), "utf-8")
    headers = await headers_of(asker, server)
    # Whoever is let in gets all the odd corners, the others what comes by chance.
    phases = "coverage,fuzzing" if asker == "owner" else "fuzzing"

    command = [
        *(str(Path(sys.executable).parent / "st"), "run", str(file)),
        *("--url", f"http://{server.host}{server.app.base_url}pairedit"),
        *("--checks", CHECKS, "--warnings", "off", "--no-color"),
        *("--max-examples", str(plan.count), "--seed", str(plan.seed)),
        *("--phases", phases, "--suppress-health-check", "all"),
        # Or there would be no room to ask about.
        *("--exclude-operation-id", "deleteRoom"),
        # It starts a process for each name that happens to be right.
        *("--exclude-operation-id", "chooseKernel"),
        *("--request-timeout", "60"),
        *(f"--header={name}: {value}" for name, value in headers.items()),
    ]
    done = await asyncio.to_thread(run, command, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert (await server.fetch("GET", "pairedit/health")).status == 200
