"""What all tests with a browser share; see also ``tests/browsing.py``."""

from __future__ import annotations

import pytest

from tests.browsing import BASE_URL, Server, make_person

__all__ = ["BASE_URL", "Server", "jp_asyncio_loop", "jp_server_cleanup", "make_person"]


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Take the place of pytest-jupyter's: Playwright's loop runs in this thread."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Take the place of pytest-jupyter's: these servers are other processes."""
