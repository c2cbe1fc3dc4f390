"""Real Jupyter servers and a real browser, for tests that do what a person does."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Playwright,
    sync_playwright,
)

BASE_URL = "/user/ann/"
READY_WITHIN = 60  # seconds; a busy machine imports JupyterLab slowly

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Server:
    """A ``jupyter lab`` or ``jupyter notebook`` of its own, in its own folders."""

    def __init__(
        self,
        app: str,
        folder: Path,
        settings: dict[str, str],
        options: tuple[str, ...] = (),
        health: str = "pairedit/health",
    ) -> None:
        self.token = secrets.token_hex(16)
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}{BASE_URL}"
        self._app = app
        self.folder = folder
        self._settings = settings
        self._options = options
        self._health = health
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        # No question whether there may be news, over the page that is tested.
        news = {"checkForUpdates": False, "fetchNews": "false"}
        self.choose("@jupyterlab/apputils-extension", "notification", news)

    def start(self) -> None:
        """Start it, again on the same port and data if it ran, and wait till ready."""
        command = [
            *(sys.executable, "-m", self._app, "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={self.port}", "--ServerApp.port_retries=0"),
            f"--ServerApp.base_url={BASE_URL}",
            f"--ServerApp.root_dir={self.notebooks}",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.extension_manager=readonly",
            *self._options,
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready(time.monotonic() + READY_WITHIN)

    def use(self, **settings: str) -> None:
        """Have other settings at the next start."""
        self._settings |= settings

    def kill(self) -> None:
        """End it as a crash does: ``kill -9``."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as its owner does."""
        self._end(signal.SIGTERM)

    def log(self) -> str:
        """Give what it has printed so far."""
        return self._log.read_text("utf-8", "replace")

    def call(self, path: str, method: str = "GET", body: object = None) -> Any:
        """Call the API, with the token, and give the JSON of its answer."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"token {self.token}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def choose(self, extension: str, plugin: str, settings: dict[str, object]) -> None:
        """Choose settings of JupyterLab, which a page reads when it is opened."""
        folder = self.folder / "settings" / extension
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{plugin}.jupyterlab-settings"
        file.write_text(json.dumps(settings), "utf-8")

    def write_notebook(self, name: str, *cells: str) -> str:
        """Write a notebook of code cells and give the path of its page."""
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        content = {
            "cells": [
                {
                    "id": f"cell-{number}",
                    "cell_type": "code",
                    "metadata": {},
                    "source": source,
                    "outputs": [],
                    "execution_count": None,
                }
                for number, source in enumerate(cells)
            ],
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.notebooks / name).write_text(json.dumps(content), "utf-8")
        if self._app == "notebook":
            return f"notebooks/{name}"
        # A workspace of its own, or JupyterLab opens what others have open as well.
        return f"lab/workspaces/{Path(name).stem}/tree/{name}"

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
        folders = {
            "HOME": "home",
            "IPYTHONDIR": "ipython",
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        }
        own = {name: str(self.folder / folder) for name, folder in folders.items()}
        return kept | own | self._settings

    def _wait_until_ready(self, deadline: float) -> None:
        assert self._process is not None
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                self.call(self._health)
                return
            except urllib.error.HTTPError as error:
                error.close()
                status = error.code
                self.stop()
                pytest.fail(f"health answered {status}:\n{self.log()}", pytrace=False)
            except OSError:
                time.sleep(0.05)  # between two looks, not for anything
        self.stop()
        pytest.fail(f"the server did not start:\n{self.log()}", pytrace=False)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start a server for this test: ``serve("jupyterlab", MAX_CONNECTIONS…="3")``.

    What follows the app's name by position are options of its command line.
    """
    servers: list[Server] = []

    def serve(
        app: str = "jupyterlab",
        *options: str,
        health: str = "pairedit/health",
        **settings: str,
    ) -> Server:
        folder = tmp_path_factory.mktemp(app)
        server = Server(app, folder, settings, options, health)
        servers.append(server)
        server.start()
        return server

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A JupyterLab for all tests that leave it running."""
    server = Server("jupyterlab", tmp_path_factory.mktemp("lab"), {})
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Notebook 7 for all tests that leave it running."""
    server = Server("notebook", tmp_path_factory.mktemp("notebook"), {})
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium: the machine's, else one from Playwright, else the test is skipped.

    With ``PAIREDIT_BROWSER=required`` a missing one is a failure.
    """
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        yield browser
        browser.close()


def _launch(playwright: Playwright) -> Browser:
    launch = partial(playwright.chromium.launch, args=list(FLAGS))
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is not None:
        return launch(executable_path=path)
    with suppress(Error):
        return launch()
    _fetch_chromium()
    try:
        return launch()
    except Error as error:
        missing = (
            f"no browser: expected one of {', '.join(CHROMIUM)} on PATH, or that of "
            f"`playwright install chromium`; {error.message.splitlines()[0]}"
        )
    if os.environ.get("PAIREDIT_BROWSER") == "required":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


def _fetch_chromium() -> None:
    """Let Playwright try; where it cannot, the next launch says what is missing."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(command, capture_output=True, timeout=300)


def make_person(browser: Browser, server: Server, **options: Any) -> BrowserContext:
    """Sign somebody in; who calls this closes the context."""
    context = browser.new_context(**{"base_url": server.url, **options})
    # The cookie is set as for a person who follows the address that the server prints;
    # no page is opened for it, since one that is closed while it still loads can leave
    # Playwright waiting for ever.
    context.request.get(f"pairedit/?token={server.token}")
    return context


@pytest.fixture
def sign_in(browser: Browser) -> Iterator[Callable[[Server], BrowserContext]]:
    """Make a person: ``sign_in(server).new_page()``, with nothing left of a token.

    Each call is another person, with cookies of their own; paths are below the base
    URL (``page.goto("lab")``).
    """
    contexts: list[BrowserContext] = []

    def sign_in(server: Server, **options: Any) -> BrowserContext:
        context = make_person(browser, server, **options)
        contexts.append(context)
        return context

    yield sign_in
    for context in contexts:
        context.close()
