"""The real server for the attacks, and a wall clock that a test can move."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from tests.handlers.conftest import built, clean_environment, database, server, start

__all__ = ["built", "clean_environment", "database", "server", "start"]


@dataclass
class Clock:
    """What the server takes for the time of day."""

    shift: float = 0.0
    """Seconds by which it is wrong."""

    def time(self) -> float:
        """See ``time.time``."""
        return time.time() + self.shift


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return what the server has logged; the clients of the tests log their frames."""
    return "\n".join(
        each.getMessage()
        for each in caplog.records
        if not each.name.startswith("websockets")
    )


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of servers that start after this."""
    clock = Clock()
    own = SimpleNamespace(time=clock.time, monotonic=time.monotonic)
    monkeypatch.setattr("jupyter_pairedit.startup.assembly.time", own)
    return clock
