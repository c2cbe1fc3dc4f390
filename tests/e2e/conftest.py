"""Fixtures of tests with a browser; see also ``tests/browsing.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsing import SignIn, make_person
from tests.jupyter import Server

from .editing import NotebookPage, RoomPage, new_room
from .guests import stranger

WINDOW = {"width": 1280, "height": 1000}


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Replace pytest-jupyter's: Playwright's event loop runs in this thread."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Replace pytest-jupyter's: these servers are other processes."""


@pytest.fixture(scope="session")
def shared(lab: Server, browser: Browser) -> Iterator[NotebookPage]:
    """A notebook in JupyterLab; tests run their code in its second and third cell."""
    path = lab.write_notebook("shared.ipynb", "%load_ext jupyter_pairedit", "", "")
    context = make_person(browser, lab, viewport=WINDOW)
    notebook = NotebookPage(context.new_page(), path)
    notebook.run(0)
    yield notebook
    context.close()


@pytest.fixture
def ann(lab: Server, sign_in: SignIn) -> RoomPage:
    """A person on the page of a new, empty room."""
    return RoomPage(sign_in(lab).new_page(), new_room(lab))


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Open a page in a new browser context without cookies."""
    contexts: list[BrowserContext] = []

    def visit() -> Page:
        contexts.append(stranger(browser))
        return contexts[-1].new_page()

    yield visit
    for context in contexts:
        context.close()
