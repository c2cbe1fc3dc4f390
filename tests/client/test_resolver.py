"""Addresses of servers, when the executor of the loop takes no more work."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_pairedit.client.resolver import LastingResolver


def test_what_was_found_before_is_found_when_python_looks_up_nothing_any_more() -> None:
    async def test() -> None:
        resolver = LastingResolver()
        executor = ThreadPoolExecutor()
        asyncio.get_running_loop().set_default_executor(executor)
        before = await resolver.resolve("127.0.0.1", 8888)

        executor.shutdown()

        assert before == [(socket.AF_INET, ("127.0.0.1", 8888))]
        assert await LastingResolver().resolve("127.0.0.1", 8888) == before
        with pytest.raises(OSError, match="the process ends"):
            await resolver.resolve("127.0.0.1", 8889)

    asyncio.run(test())
