"""The server's own file: when a kernel uses it, and why it does not."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from jupyter_pairedit.client.asyncroom import AsyncRoom
from jupyter_pairedit.client.errors import NotConnected
from jupyter_pairedit.client.ownserver import NotOurs, prove, read_own_file
from jupyter_pairedit.client.servers import Search, find_server
from jupyter_pairedit.core.serverfile import ServerFile, file_name, proof
from jupyter_pairedit.processes import find_process
from jupyter_pairedit.startup.ownfile import remove_file, write_file

SECRET = "S" * 43
URL = "http://127.0.0.1:8888/user/ann/"
PID = os.getpid()
"""This process stands for the server."""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux describes its processes"
)


def file_of(pid: int = PID, **changes: str) -> ServerFile:
    process = find_process(pid)
    assert process is not None
    file = ServerFile(
        pid=pid, boot=process.boot, started=process.started, url=URL, secret=SECRET
    )
    return msgspec.structs.replace(file, **changes)


def read(folder: Path, pid: int = PID, **how: Path) -> ServerFile:
    return read_own_file({"JPY_PARENT_PID": str(pid)}, folder=folder, **how)


def reason(folder: Path, pid: int | str = PID, **how: Path) -> str:
    with pytest.raises(NotOurs) as refusal:
        read_own_file({"JPY_PARENT_PID": str(pid)}, folder=folder, **how)
    assert SECRET not in str(refusal.value)
    return str(refusal.value)


def test_the_file_of_the_process_that_started_this_one_is_used(tmp_path: Path) -> None:
    write_file(tmp_path / "runtime", file_of())

    assert read(tmp_path / "runtime") == file_of()
    path = tmp_path / "runtime" / file_name(PID)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_file_is_removed_at_the_end_but_not_that_of_another_server(
    tmp_path: Path,
) -> None:
    write_file(tmp_path, file_of())
    remove_file(tmp_path, file_of(secret="T" * 43))
    assert read(tmp_path) == file_of()

    remove_file(tmp_path, file_of())
    remove_file(tmp_path, file_of())

    assert list(tmp_path.iterdir()) == []
    assert "wrote no file" in reason(tmp_path)


def test_a_file_that_a_crash_has_left_is_ignored(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as crashed:
        write_file(tmp_path, file_of(crashed.pid))
        assert read(tmp_path, crashed.pid).pid == crashed.pid
        crashed.kill()

    assert "does not run here" in reason(tmp_path, crashed.pid)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"boot": "00000000-0000-0000-0000-000000000000"}, "machine was restarted"),
        # Another process has the id now, or it has the id in another container.
        ({"started": "1"}, "earlier process with the same id"),
        ({"url": "", "secret": ""}, "names no URL"),
        ({"url": "", "secret": "", "reason": "A unix socket."}, "A unix socket."),
        ({"url": "ftp://127.0.0.1/"}, "damaged"),
        ({"url": "http://127.0.0.1:8888"}, "damaged"),
        ({"url": "http://user:word@127.0.0.1:8888/"}, "damaged"),
    ],
)
def test_a_file_that_does_not_hold_is_ignored(
    tmp_path: Path, changes: dict[str, str], why: str
) -> None:
    write_file(tmp_path, msgspec.structs.replace(file_of(), **changes))

    assert why in reason(tmp_path)


def test_a_file_of_another_pid_in_its_place_is_ignored(tmp_path: Path) -> None:
    parent = os.getppid()
    write_file(tmp_path, file_of(parent))
    (tmp_path / file_name(parent)).rename(tmp_path / file_name(PID))

    assert "earlier process with the same id" in reason(tmp_path)


def test_a_process_that_is_not_in_this_pid_namespace_is_not_here(
    tmp_path: Path,
) -> None:
    """A container has the folder, and other processes with other ids."""
    proc = tmp_path / "proc"
    write_file(tmp_path, file_of())

    assert "does not run here" in reason(tmp_path, proc=proc)

    # Another process has that id here.
    (proc / str(PID)).mkdir(parents=True)
    (proc / str(PID) / "stat").write_text(f"{PID} (a) b) S " + "7 " * 40)
    boot = proc / "sys/kernel/random/boot_id"
    boot.parent.mkdir(parents=True)
    boot.write_text(file_of().boot + "\n")
    assert "earlier process with the same id" in reason(tmp_path, proc=proc)


def test_a_process_of_another_user_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(tmp_path, file_of())
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)

    assert "another user's" in reason(tmp_path)


def test_a_file_that_others_can_read_or_a_link_is_ignored(tmp_path: Path) -> None:
    write_file(tmp_path, file_of())
    path = tmp_path / file_name(PID)
    path.chmod(0o640)
    assert "can be read by other users" in reason(tmp_path)

    path.chmod(0o600)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert "cannot be read" in reason(tmp_path)

    path.unlink()
    os.mkfifo(path, 0o600)
    assert "not a file of this user" in reason(tmp_path)


@pytest.mark.parametrize(
    "contents", [b"", b"{", b"[]", b'{"pid": 1}', b"\xff", b"1" * 9999]
)
def test_a_damaged_file_is_ignored(tmp_path: Path, contents: bytes) -> None:
    write_file(tmp_path, file_of())
    (tmp_path / file_name(PID)).write_bytes(contents)

    assert "damaged" in reason(tmp_path)


@pytest.mark.parametrize(
    "parent", ["", "0x10", "-1", "\N{FULLWIDTH DIGIT ONE}", "9" * 30]
)
def test_a_process_that_jupyter_did_not_start_has_no_server(
    tmp_path: Path, parent: str
) -> None:
    assert reason(tmp_path, parent).startswith("Th")


def test_the_contents_are_shown_without_the_secret() -> None:
    assert SECRET not in repr(file_of())
    assert msgspec.json.encode(file_of()).count(SECRET.encode()) == 1


# --- the proof ------------------------------------------------------------------------

Answer = Callable[[HTTPServerRequest], str]


async def listen(
    answer: Answer,
) -> tuple[ServerFile, list[HTTPServerRequest], HTTPServer]:
    """Start a listener. Return a file with its URL, and what it will be sent."""
    heard: list[HTTPServerRequest] = []

    class Handler(RequestHandler):
        def prepare(self) -> None:
            heard.append(self.request)
            self.finish(answer(self.request))

        def check_xsrf_cookie(self) -> None:
            pass

    listening = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(Application([(".*", Handler)]))
    server.add_sockets(listening)
    port = listening[0].getsockname()[1]
    return file_of(url=f"http://127.0.0.1:{port}/user/ann/"), heard, server


async def test_the_proof_is_accepted_and_no_more_is_sent_than_a_nonce() -> None:
    def answer(request: HTTPServerRequest) -> str:
        nonce = msgspec.json.decode(request.body)["nonce"]
        file = file_of()
        return msgspec.json.encode({"proof": proof(file, "/user/ann/", nonce)}).decode()

    file, heard, server = await listen(answer)

    assert await prove(file) is None

    (request,) = heard
    assert (request.method, request.path) == ("POST", "/user/ann/pairedit/prove")
    server.stop()


@pytest.mark.parametrize(
    "answer",
    ["", "{}", '{"proof": ""}', '{"proof": "' + "0" * 64 + '"}', "x" * 100_000],
)
async def test_a_foreign_listener_gets_a_nonce_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    file, heard, server = await listen(lambda request: answer)
    write_file(tmp_path, file)
    monkeypatch.setenv("JPY_PARENT_PID", str(PID))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    search = await find_server()

    assert search.server is None
    assert "answers at the URL" in search.reason or "not answer" in search.reason
    (request,) = heard
    assert "Authorization" not in request.headers
    assert set(msgspec.json.decode(request.body)) == {"nonce"}
    sent = str(request.headers).encode() + request.body + request.uri.encode()
    assert SECRET.encode() not in sent
    server.stop()


async def test_a_proof_of_an_earlier_nonce_is_refused() -> None:
    old = msgspec.json.encode({"proof": proof(file_of(), "/user/ann/", "N" * 22)})
    file, _, server = await listen(lambda request: old.decode())

    with pytest.raises(NotOurs, match="Another program answers"):
        await prove(file)
    server.stop()


async def test_nobody_at_the_port_is_a_reason() -> None:
    file, _, server = await listen(lambda request: "")
    server.stop()
    await server.close_all_connections()

    with pytest.raises(NotOurs, match="does not answer"):
        await prove(file)


async def test_a_listener_that_never_answers_is_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting: list[asyncio.Task[None] | None] = []

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting.append(asyncio.current_task())
        with contextlib.suppress(OSError):
            await reader.read()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    silent = await asyncio.start_server(wait, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    monkeypatch.setattr("jupyter_pairedit.client.ownserver._ANSWER_WITHIN", 0.05)

    for scheme in ("http", "https"):
        with pytest.raises(NotOurs, match="does not answer"):
            await prove(file_of(url=f"{scheme}://127.0.0.1:{port}/"))
    silent.close()
    await asyncio.gather(*(each for each in waiting if each is not None))


# --- the order ------------------------------------------------------------------------


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SERVER", "TOKEN", "TOKEN_FILE"):
        monkeypatch.delenv(f"PAIREDIT_{name}", raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr("jupyter_pairedit.client.environment._kept.token", "")


def found(search: Search) -> tuple[str, str, bool]:
    server = search.server
    assert server is not None and not search.reason
    return server.url, server.how, server.is_own


async def test_what_the_user_gives_goes_first(
    no_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_file(tmp_path, file_of())
    monkeypatch.setenv("JPY_PARENT_PID", str(PID))
    monkeypatch.setenv("PAIREDIT_SERVER", "https://host/jupyter")
    monkeypatch.setenv("PAIREDIT_TOKEN", "t0ken")

    named = await find_server()
    same = await find_server("https://host/jupyter/")

    assert found(named) == ("https://host/jupyter/", "environment", False)
    assert found(same) == ("https://host/jupyter/", "%pairedit use", False)
    assert "PAIREDIT_TOKEN" not in os.environ
    assert named.server is not None
    assert named.server.headers() == {"Authorization": "token t0ken"}
    assert "t0ken" not in repr(named) + repr(named.server.entry("R" * 22))
    with pytest.raises(ValueError, match="expected a token"):
        # The token is for the server that the environment names.
        await find_server("https://other/")


async def test_a_url_alone_takes_the_token_of_the_environment(
    no_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIREDIT_TOKEN", "t0ken")

    assert found(await find_server("http://localhost:1")) == (
        "http://localhost:1/",
        "%pairedit use",
        False,
    )
    with pytest.raises(ValueError, match="expected https"):
        await find_server("http://elsewhere/")
    assert found(await find_server("http://elsewhere/", insecure=True))


@pytest.mark.parametrize("use", ["nonsense", "https://host/?token=x", "ftp://host/"])
async def test_a_mistake_of_the_user_is_an_error(
    no_environment: None, monkeypatch: pytest.MonkeyPatch, use: str
) -> None:
    with pytest.raises(ValueError, match="expected the base URL"):
        await find_server(use)
    monkeypatch.setenv("PAIREDIT_SERVER", use)
    with pytest.raises(ValueError, match="expected the base URL"):
        await find_server()


async def test_without_any_server_there_is_a_reason(
    no_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)

    assert await find_server() == Search(
        None, "This kernel was not started by a Jupyter server on this system."
    )


@pytest.mark.parametrize("allowed", [True, False, None])
async def test_the_file_says_whether_names_may_be_asked_for(
    no_environment: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    allowed: bool | None,
) -> None:
    def answer(request: HTTPServerRequest) -> str:
        nonce = msgspec.json.decode(request.body)["nonce"]
        proven = proof(file_of(), "/user/ann/", nonce)
        return msgspec.json.encode({"proof": proven}).decode()

    file, _, listener = await listen(answer)
    written = msgspec.to_builtins(msgspec.structs.replace(file, names=bool(allowed)))
    if allowed is None:  # that of an older server
        del written["names"]
    (tmp_path / file_name(PID)).write_bytes(msgspec.json.encode(written))
    (tmp_path / file_name(PID)).chmod(0o600)
    monkeypatch.setenv("JPY_PARENT_PID", str(PID))

    server = (await find_server()).server
    listener.stop()
    await listener.close_all_connections()

    assert server is not None and server.names is (allowed is not False)


# --- a server that has ended ----------------------------------------------------------


async def test_nothing_is_sent_to_who_takes_the_port_of_a_server_that_has_ended(
    no_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def answer(request: HTTPServerRequest) -> str:
        nonce = msgspec.json.decode(request.body or b"{}").get("nonce", "")
        proven = proof(file_of(server.pid), "/user/ann/", nonce)
        return msgspec.json.encode({"proof": proven}).decode()

    command = [sys.executable, "-c", "input()"]
    server = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE)
    listener, heard, http = await listen(answer)
    file = msgspec.structs.replace(file_of(server.pid), url=listener.url)
    write_file(tmp_path, file)
    monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))
    own = (await find_server()).server
    assert own is not None and own.is_own
    assert own.headers()["Authorization"] == f"pairedit {SECRET}"
    server.kill()
    await server.wait()
    heard.clear()

    with pytest.raises(NotConnected, match="has ended"):
        await own.request("GET", "pairedit/rooms", list)
    room = AsyncRoom(own.entry("R" * 22), None)
    with pytest.raises(NotConnected, match="cannot be reached"):
        await room.open(0.1)

    assert heard == []
    assert SECRET not in repr(own)
    http.stop()
