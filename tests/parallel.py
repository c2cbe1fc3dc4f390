"""Run a suite in two processes, and what must be alone after all the rest.

This holds for the whole suite and the quick one. With other arguments (a file, ``-k``),
with ``-n 0`` or without pytest-xdist, tests run in one process, in the same order.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from .locks import locked

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

WORKERS = 2
BROWSERS = (
    "tests/e2e/",
    "tests/field/lab/",
    "tests/campaign/test_notebooks.py",
    "tests/campaign/test_run_pages.py",
)
ALONE = (
    *BROWSERS,
    "tests/campaign/test_load.py::test_t14",
    "tests/campaign/test_sleep.py",
)
"""How the ids of tests begin that need the whole machine: nothing runs beside them."""
INDEPENDENT = "tests/campaign/"
"""How the ids of tests begin that take long and share no fixture with their file."""


def order(nodeid: str) -> int:
    """Return the place of a test in the suite.

    The longest tests come first, so that both processes have work until the end.
    Browsers come last: Playwright keeps an event loop running in its thread, beside
    which no other test can run its own.
    """
    if nodeid.startswith(BROWSERS):
        return 3
    if nodeid.startswith(ALONE):
        return 2
    return 0 if nodeid.startswith(INDEPENDENT) else 1


def scope(nodeid: str) -> str:
    """Return the name of the group of tests that one process runs.

    It is the file, so that its fixtures are set up once, or the test itself; all tests
    that must be alone are one group.
    """
    if nodeid.startswith(ALONE):
        return "alone"
    return nodeid if nodeid.startswith(INDEPENDENT) else nodeid.partition("::")[0]


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Use ``WORKERS`` processes for a suite unless ``-n`` says otherwise."""
    option = config.option
    chosen = (
        option.keyword
        or option.markexpr not in ("", "quick")
        or option.usepdb
        or option.collectonly
    )
    if (
        config.pluginmanager.has_plugin("xdist")
        and not hasattr(config, "workerinput")
        and config.args == config.getini("testpaths")
        and option.numprocesses is None
        and not chosen
        and sys.platform != "win32"  # which has no fcntl
    ):
        option.numprocesses = WORKERS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests."""
    items.sort(key=lambda item: order(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadScopeScheduling:
    """Give out the tests by ``scope``, in their order."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    config.option.loadscopereorder = False
    return Scheduler(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let nothing run beside a test that must be alone."""
    alone = item.nodeid.startswith(ALONE)
    with locked(item.config, "running", shared=not alone):
        return (yield)
