"""The fixtures of a running server."""

from __future__ import annotations

from tests.handlers.conftest import built, clean_environment, database, server, start

__all__ = ["built", "clean_environment", "database", "server", "start"]
