"""Locks between the processes that run the tests together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def locked(config: pytest.Config, name: str, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock ``name`` of this run; do nothing where only one process runs."""
    if not hasattr(config, "workerinput"):
        yield
        return
    import fcntl  # not on Windows, where one process runs all tests

    # xdist gives each process a folder in that of the run.
    folder = Path(config.option.basetemp).parent
    with (folder / f"{name}.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
