"""A real IPython shell with the extension loaded, and a real Jupyter server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tests.jupyter import Server

if TYPE_CHECKING:
    from ..conftest import Page


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    """A shell with the extension loaded. The state of Python is restored at the end."""
    main, hooks = sys.modules["__main__"], (sys.displayhook, sys.excepthook)
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.ipython_dir = str(tmp_path_factory.mktemp("ipython"))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=config)
    shell.run_line_magic("load_ext", "jupyter_pairedit")
    yield shell
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main
    sys.displayhook, sys.excepthook = hooks


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Jupyter server with the extension."""
    server = Server("jupyter_server", tmp_path_factory.mktemp("jupyter"), {})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only briefly for the server of a link, as there is none."""
    monkeypatch.setattr("jupyter_pairedit.kernel.entering.ANSWER_WITHIN", 0.1)


@pytest.fixture
def shell(
    kernel: InteractiveShell,
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> InteractiveShell:
    """The shell in an empty folder, with a page and without editors."""
    monkeypatch.chdir(tmp_path)
    kernel.user_ns.pop("ed", None)
    return kernel
