"""A kernel of a Jupyter server, used by its API and its channel alone."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterable
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.jupyter import Server

_WITHIN = 120
"""Seconds for a cell."""


def run_cells(
    server: Server, cells: Iterable[str], kernel: str = "python3"
) -> list[list[dict[str, Any]]]:
    """Run cells in a new kernel, and shut it down. Return each cell's outputs."""
    made = server.call("api/kernels", "POST", {"name": kernel})
    try:
        return asyncio.run(_run(server, made["id"], list(cells)))
    finally:
        server.call(f"api/kernels/{made['id']}", "DELETE")


async def _run(
    server: Server, kernel_id: str, cells: list[str]
) -> list[list[dict[str, Any]]]:
    address = f"{server.url}api/kernels/{kernel_id}/channels"
    headers = {"Authorization": f"token {server.token}"}
    request = HTTPRequest(address.replace("http", "ws", 1), headers=headers)
    channel = await websocket_connect(request)
    try:
        return [await asyncio.wait_for(_cell(channel, c), _WITHIN) for c in cells]
    finally:
        channel.close()


async def _cell(channel: WebSocketClientConnection, code: str) -> list[dict[str, Any]]:
    sent = _execute_request(code)
    await channel.write_message(json.dumps(sent))
    outputs: list[dict[str, Any]] = []
    replied = idle = False
    while not (replied and idle):
        frame = await channel.read_message()
        assert isinstance(frame, str), "the channel is closed"
        message = json.loads(frame)
        if message["parent_header"].get("msg_id") != sent["header"]["msg_id"]:
            continue
        kind, content = message["header"]["msg_type"], message["content"]
        replied |= kind == "execute_reply"
        idle |= kind == "status" and content["execution_state"] == "idle"
        if kind in ("stream", "display_data", "execute_result", "error"):
            outputs.append(content | {"output_type": kind})
    return outputs


def _execute_request(code: str) -> dict[str, Any]:
    return {
        "header": {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "username": "test",
            "session": uuid.uuid4().hex,
            "version": "5.4",
        },
        "parent_header": {},
        "metadata": {},
        "content": {"code": code, "silent": False, "allow_stdin": False},
        "channel": "shell",
        "buffers": [],
    }
