"""The real server, for what people report."""

from __future__ import annotations

from tests.handlers.conftest import built, clean_environment, database, server, start

__all__ = ["built", "clean_environment", "database", "server", "start"]
