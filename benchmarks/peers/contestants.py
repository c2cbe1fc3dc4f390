"""The peers, each with the command that runs it and its kind of client."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from ..contestants import Contestant
from ..machine import Cost
from ..servers import Server, jupyter, running
from ..typists import Typist, text_of
from ..wire import Address
from . import yjs
from .typist import YTypist

HOCUSPOCUS = "Hocuspocus 3.4.4"
YWEBSOCKET = "y-websocket 1.5.4"
YDOC = "jupyter-server-ydoc 3.0.4"

_HERE = Path(__file__).parent
_AUTH, _TOKEN = 2, 0


@contextmanager
def node_servers(
    folder: Path, core: set[int] | None, environment: dict[str, str]
) -> Iterator[list[Contestant]]:
    """Install the packages of ``package.json`` in ``folder`` and run both servers.

    Raises ``subprocess.CalledProcessError`` if npm fails.
    """
    shutil.copytree(_HERE, folder, ignore=shutil.ignore_patterns("*.py", "__*"))
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(
        [*install, "--omit=optional", "--no-package-lock"],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with (
        _node("hocuspocus.mjs", folder, core, environment) as hocuspocus,
        _node("ywebsocket.cjs", folder, core, environment) as ywebsocket,
    ):
        yield [_hocuspocus(hocuspocus), _ywebsocket(ywebsocket)]


@contextmanager
def _node(
    script: str, folder: Path, core: set[int] | None, environment: dict[str, str]
) -> Iterator[Server]:
    with running(["node", script], folder, core, environment) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield Server(f"127.0.0.1:{port}", Cost(process.pid))


def _hocuspocus(server: Server) -> Contestant:
    def room(size: int, people: int) -> list[Typist]:
        name = f"{size}-{secrets.token_hex(8)}"
        prefix = yjs.lengthed(name.encode())
        hello = bytes((_AUTH, _TOKEN)) + yjs.lengthed(b"token")
        address = Address(f"http://{server.netloc}/")
        return [
            YTypist(address, size, place, prefix=prefix, hello=hello)
            for place in _places(size, people)
        ]

    return Contestant(HOCUSPOCUS, server, room)


def _ywebsocket(server: Server) -> Contestant:
    def room(size: int, people: int) -> list[Typist]:
        address = Address(f"http://{server.netloc}/{size}-{secrets.token_hex(8)}")
        return [YTypist(address, size, place) for place in _places(size, people)]

    return Contestant(YWEBSOCKET, server, room)


@contextmanager
def ydoc_server(folder: Path, core: set[int] | None) -> Iterator[Contestant]:
    """Run a Jupyter server with jupyter-server-ydoc in an environment of its own."""
    # jupyter_server_fileid does not create the folder of its database.
    (folder / "data").mkdir(parents=True)
    extensions = ["jupyter_server_fileid", "jupyter_server_ydoc"]
    config = {
        "ServerApp": {
            "allow_root": True,
            "jpserver_extensions": dict.fromkeys(extensions, True),
            "open_browser": False,
            "port": 0,
            "root_dir": str(folder),
        }
    }
    (folder / "jupyter_server_config.json").write_text(json.dumps(config))
    package = YDOC.replace(" ", "==")
    python = ["uv", "run", "--isolated", "--no-project", "--with", package, "python"]
    with jupyter(python, folder, core) as server:
        yield Contestant(YDOC, server, lambda size, people: _ydoc(server, size, people))


def _ydoc(server: Server, size: int, people: int) -> Sequence[Typist]:
    name = f"{secrets.token_hex(8)}.py"
    file = {"type": "file", "format": "text", "content": ""}
    _put(server, f"api/contents/{name}", file)
    session = _put(
        server, f"api/collaboration/session/{name}", {"format": "text", "type": "file"}
    )
    path = f"api/collaboration/room/text:file:{session['fileId']}"
    address = Address(
        f"http://{server.netloc}/{path}?sessionId={session['sessionId']}",
        token=server.token,
    )

    async def seed() -> None:
        typist = YTypist(address, size, 0)
        await typist.seed(text_of(size))
        typist.connection.close()

    # Rooms are made by functions that do not wait, within a running loop.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, seed()).result()
    return [YTypist(address, size, place) for place in _places(size, people)]


def _put(server: Server, path: str, body: dict[str, str]) -> dict[str, Any]:
    request = Request(
        f"http://{server.netloc}/{path}",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": f"token {server.token}",
        },
        method="PUT",
    )
    with urlopen(request, timeout=10) as reply:
        found: dict[str, Any] = json.load(reply)
        return found


def _places(size: int, people: int) -> list[int]:
    """Return where the clients type: apart from one another."""
    return [size * (number + 1) // (people + 2) for number in range(people)]
