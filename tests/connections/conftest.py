"""A room with runs, as in the tests of runs."""

from __future__ import annotations

from tests.runs.conftest import at, jp_asyncio_loop

__all__ = ["at", "jp_asyncio_loop"]
