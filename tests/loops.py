"""The event loop of tests that open rooms and do not close them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def jp_asyncio_loop(
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[asyncio.AbstractEventLoop]:
    """Return the loop of a test. What rooms still do at the end, such as a sync, ends.

    Otherwise asyncio reports it when the loop is collected, in some later test.
    """
    yield jp_asyncio_loop
    tasks = asyncio.all_tasks(jp_asyncio_loop)
    for task in tasks:
        task.cancel()
    if tasks:
        jp_asyncio_loop.run_until_complete(asyncio.wait(tasks))
