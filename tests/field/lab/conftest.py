"""The real servers and the browser; see ``tests/browsing.py``."""

from __future__ import annotations

from tests.e2e.conftest import jp_asyncio_loop, jp_server_cleanup

__all__ = ["jp_asyncio_loop", "jp_server_cleanup"]
