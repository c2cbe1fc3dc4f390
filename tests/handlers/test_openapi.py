"""What is written of the REST interface. T5d, in the campaign, asks the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from jupyter_pairedit.protocol import NotedLine, RunChanged

from .serving import Server
from .test_auth import ID, ROOM, routes

REST = ("/prove", "/rooms", "/autocomplete", "/debug", "/health", "/login", "/me")


def read_document(root: Path) -> dict[str, Any]:
    """Read the OpenAPI document."""
    text = (root / "jupyter_pairedit" / "openapi.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


async def test_the_document_has_each_route_and_method_and_no_other(
    server: Server, root: Path
) -> None:
    told = {
        (path, method.upper())
        for path, operations in read_document(root)["paths"].items()
        for method in operations.keys() - {"parameters"}
    }

    known = set()
    for route in routes(server):
        path = route.pattern.removeprefix("/pairedit")
        path = path.replace(ROOM, "{roomId}", 1).replace(ID, "{inviteId}")
        path = path.replace("people/{inviteId}", "people/{clientId}")
        path = path.replace("runs/([0-9]{1,15})", "runs/{run}")
        path = path.replace("pass/{inviteId}", "pass/{passId}")
        path = path.replace("([0-9]{1,15})", "{version}")
        path = path.replace("login/{roomId}", "login/{loginId}")
        if path.startswith(REST):
            known |= {(path, each) for each in route.methods if each != "OPTIONS"}

    assert told == known


@pytest.mark.parametrize(
    ("schema", "message"), [("NotedLine", NotedLine), ("Run", RunChanged)]
)
def test_what_is_sent_by_rest_and_by_the_socket_has_the_same_fields(
    root: Path, schema: str, message: type[msgspec.Struct]
) -> None:
    written = read_document(root)["components"]["schemas"][schema]
    fields = msgspec.structs.fields(message)

    assert written["properties"].keys() == {each.encode_name for each in fields}
    assert written["required"] == [each.encode_name for each in fields if each.required]
