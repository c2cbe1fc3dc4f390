"""A room with runs, as in the tests of runs."""

from __future__ import annotations

from tests.runs.conftest import at

__all__ = ["at"]
