"""Fixtures with real Jupyter servers and a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Playwright,
    expect,
    sync_playwright,
)

from .jupyter import Server

SignIn = Callable[..., BrowserContext]

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


# A busy machine is slow; a quick one does not wait for this long.
expect.set_options(timeout=15_000)


@contextmanager
def running(
    folders: pytest.TempPathFactory,
    app: str = "jupyter_server",
    *options: str,
    health: str = "pairedit/health",
    **settings: str,
) -> Iterator[Server]:
    """Start a server as ``serve`` does, for tests that share it, and stop it."""
    server = Server(app, folders.mktemp(app), settings, options, health)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start a server for this test: ``serve(MAX_CONNECTIONS_PER_ROOM="3")``.

    A notebook needs ``serve("jupyterlab")``, which takes longer to start. Further
    positional arguments are options of the command line.
    """
    with ExitStack() as stack:
        yield lambda *options, **settings: stack.enter_context(
            running(tmp_path_factory, *options, **settings)
        )


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A JupyterLab that tests share."""
    with running(tmp_path_factory, "jupyterlab") as server:
        yield server


@pytest.fixture(scope="session")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Notebook 7 that tests share."""
    with running(tmp_path_factory, "notebook") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium: that of the machine, or one from Playwright; skip without one.

    With ``PAIREDIT_BROWSER=required`` the test fails without one.
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
    """Install Playwright's. The next launch names what is missing."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(command, capture_output=True, timeout=300)


def make_person(browser: Browser, server: Server, **options: Any) -> BrowserContext:
    """Return the context of a new person who has logged in. The caller closes it."""
    context = browser.new_context(**{"base_url": server.url, **options})
    # This sets the cookie as the address does that the server prints. A page that is
    # closed while it loads can make Playwright hang, so none is opened.
    context.request.get(f"pairedit/?token={server.token}")
    return context


@pytest.fixture
def sign_in(browser: Browser) -> Iterator[Callable[[Server], BrowserContext]]:
    """Log a new person in: ``sign_in(server).new_page()``.

    Each call is another person with their own cookies. Paths are relative to the base
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
