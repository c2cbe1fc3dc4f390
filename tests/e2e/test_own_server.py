"""A kernel finds the server that started it, whatever that server asks of people."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth.security import passwd

from tests.jupyter import READY_WITHIN, Server
from tests.proxies import certify

from .kernels import own_file, run_as_kernel, run_in_kernel

OWN_FILE = "own file"


class Own(Server):
    """A server that is ready when it has written its file."""

    def call(self, path: str, *more: Any, **named: Any) -> Any:
        """Answer when the file is there; see ``Server.call`` for a server by http."""
        if path == OWN_FILE:
            return own_file(self.folder / "runtime")
        return super().call(path, *more, **named)

    @property
    def file(self) -> dict[str, Any]:
        """The contents of the file."""
        return own_file(self.folder / "runtime")

    def join(self, pid: int | None = None) -> dict[str, Any]:
        """Run a kernel of this server."""
        return run_as_kernel(pid or self.file["pid"], self._environment())


@contextmanager
def started(folder: Path, *options: str, token: str | None = None) -> Iterator[Own]:
    server = Own("jupyter_server", folder / "server", {}, options, OWN_FILE)
    server.token = server.token if token is None else token
    server.start()
    try:
        yield server
    finally:
        server.stop()


def expect_joined(found: dict[str, Any], secret: str) -> None:
    """Check what a kernel has found in the room that it made."""
    assert found.get("how") == "this server's own file", found
    assert found["code"] == "x = 2"
    assert list(found["kernels"].values()) == [1]
    assert found["people"] == [], "the room takes one person, and nobody has the seat"
    assert secret not in json.dumps(found)


def test_a_kernel_of_a_server_with_a_password_finds_it(tmp_path: Path) -> None:
    hashed = passwd("word", algorithm="sha256")  # type: ignore[no-untyped-call]
    login = f"--PasswordIdentityProvider.hashed_password={hashed}"
    with started(tmp_path, login, token="") as server:
        with pytest.raises(OSError, match="403"):
            server.call("pairedit/rooms")

        expect_joined(server.join(), server.file["secret"])


def test_a_kernel_without_a_page_joins_as_its_server_and_shows_no_secret(
    tmp_path: Path,
) -> None:
    with started(tmp_path) as server:
        file = server.file
        kernel = server.call("api/kernels", "POST", {})["id"]
        runtime = server.folder / "runtime"

        found = run_in_kernel(runtime / f"kernel-{kernel}.json")

        expect_joined(found, file["secret"])
        shown = [server.log(), json.dumps(found)]
        for path in ("metrics", "pairedit/", "pairedit/health", "api/me", "api/status"):
            request = urllib.request.Request(
                server.url + path, headers={"Authorization": f"token {server.token}"}
            )
            with urllib.request.urlopen(request, timeout=10) as answer:
                shown.append(answer.read().decode() + str(answer.headers))
        for process in (file["pid"], "self"):
            for name in ("cmdline", "environ"):
                shown.append(Path(f"/proc/{process}/{name}").read_text("utf-8"))
        others = [each for each in runtime.iterdir() if "pairedit" not in each.name]
        shown += [each.read_text("utf-8") for each in others if each.is_file()]
        shown.append(
            subprocess.run(
                [sys.executable, "-m", "jupyter_server", "--show-config"],
                env=server._environment(),
                capture_output=True,
                text=True,
            ).stdout
        )
        assert len(shown) > 12
        for text in shown:
            assert file["secret"] not in text
        assert server.token not in json.dumps(file), "Jupyter's token is not in it"
    assert not list(runtime.glob("pairedit-*")), "it is removed at the end"


def test_a_server_that_was_killed_leaves_a_file_of_no_use(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        old = server.file
        server.kill()

        assert "does not run here" in server.join(old["pid"])["reason"]

        # The next server has the same port. It does not know the old secret.
        server._health = "api/status"
        server.start()
        stale = {"Authorization": f"pairedit {old['secret']}"}
        request = urllib.request.Request(f"{server.url}pairedit/rooms", headers=stale)
        with pytest.raises(OSError, match="403"):
            urllib.request.urlopen(request, timeout=10)
        assert "does not run here" in server.join(old["pid"])["reason"]


def test_a_kernel_accepts_exactly_the_certificate_of_its_server(
    tmp_path: Path,
) -> None:
    certify(tmp_path)
    files = (
        f"--certfile={tmp_path / 'site.pem'}",
        f"--keyfile={tmp_path / 'site.key'}",
    )
    with started(tmp_path, *files) as server:
        file = server.file
        assert file["url"].startswith("https://127.0.0.1:")
        assert len(file["certificate"]) == 64

        expect_joined(server.join(), file["secret"])

        # Another certificate: the server, or who is in its place, gets nothing.
        path = server.folder / "runtime" / f"pairedit-{file['pid']}.json"
        path.write_text(json.dumps({**file, "certificate": "0" * 64}))
        assert "another certificate" in server.join()["reason"]
        path.write_text(json.dumps({**file, "certificate": ""}))
        assert "another certificate" in server.join()["reason"]
        path.write_text(json.dumps(file))


def test_a_server_on_a_unix_socket_gives_its_kernels_the_reason(
    tmp_path: Path,
) -> None:
    idle = Own("jupyter_server", tmp_path / "server", {})
    socket = ("--no-browser", "--allow-root", f"--sock={tmp_path / 'jupyter.sock'}")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *socket],
        env=idle._environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + READY_WITHIN
        while not list((idle.folder / "runtime").glob("pairedit-*.json")):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)  # between two attempts

        found = idle.join()

        assert found == {"reason": "The Jupyter server listens on a unix socket."}
        assert idle.file["secret"] == idle.file["url"] == ""
    finally:
        process.terminate()
        process.wait(20)


def test_the_setting_keeps_a_server_from_writing_the_file(tmp_path: Path) -> None:
    server = Server(
        "jupyter_server", tmp_path / "server", {}, ("--PairEdit.server_file=False",)
    )
    server.start()
    try:
        assert not list((server.folder / "runtime").glob("pairedit-*"))
        nonce = json.dumps({"nonce": "N" * 22}).encode()
        request = urllib.request.Request(f"{server.url}pairedit/prove", nonce)
        with pytest.raises(OSError, match="404"):
            urllib.request.urlopen(request, timeout=10)
        pid = server._process.pid if server._process else 0
        found = run_as_kernel(pid, server._environment())
        assert "wrote no file" in found["reason"]
    finally:
        server.stop()
