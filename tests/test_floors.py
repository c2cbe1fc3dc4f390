"""Which module may import what: the floors of the design, read off the imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "jupyter_pairedit"

# What a pure module has no business with: loops, clocks, randomness, I/O, SQL.
IMPURE = {
    "asyncio",
    "datetime",
    "http",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "uuid",
}
DATABASES = {"sqlite3"}


@dataclass(frozen=True)
class Floor:
    """Modules that may import the same: of this package, of others, of Python."""

    modules: tuple[str, ...]
    ours: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()
    not_of_python: frozenset[str] = frozenset()


def floor(
    modules: str, ours: str = "", others: str = "", without: set[str] = DATABASES
) -> Floor:
    return Floor(
        tuple(modules.split()),
        tuple(ours.split()),
        frozenset(others.split()),
        frozenset(without),
    )


INTERFACES = (
    "stores.base stores.errors stores.records "
    "stores.invites stores.names stores.peers stores.runs"
)
DOMAIN = "rooms.* runs.* guests.* peers.* connections.*"

# The first row that names a module is its floor.
FLOORS = (
    # msgspec, as Python has no class whose instances garbage collection skips.
    floor("core core.*", "core.*", "msgspec", IMPURE),
    floor("protocol protocol.*", "core.* protocol.*", "msgspec", IMPURE),
    floor(INTERFACES, f"core.* {INTERFACES}", without=IMPURE),
    floor(
        "stores.sql stores.sql.*", f"core.* {INTERFACES} stores.sql.*", without=IMPURE
    ),
    floor(
        "stores.sqlite stores.sqlite.*",
        f"core.* {INTERFACES} stores.permissions stores.sql.* stores.sqlite.*",
        "sqlite_utils",
        set(),
    ),
    floor(
        "stores.postgres stores.postgres.*",
        f"core.* {INTERFACES} stores.sql.* stores.postgres.*",
        "asyncpg",
    ),
    floor("stores.permissions", "stores.errors"),
    floor("stores.owner", "stores.errors", "jupyter_core"),
    floor(
        "stores",
        "stores.base stores.errors stores.sqlite.store stores.sqlite.contents "
        "stores.postgres.store",
    ),
    floor("autocomplete.stream", "autocomplete.*", "httpx"),
    floor("autocomplete autocomplete.*", "core.* autocomplete.*"),
    floor("rooms rooms.*", f"core.* protocol {INTERFACES} rooms.*", "msgspec"),
    floor(
        "runs runs.*",
        f"core.* protocol {INTERFACES} rooms.* running.* runs.*",
        "msgspec",
    ),
    floor(
        "guests guests.*", f"core.* protocol {INTERFACES} rooms.* guests.*", "msgspec"
    ),
    floor("peers peers.*", f"core.* protocol {INTERFACES} rooms.* guests.* peers.*"),
    floor(
        "connections connections.*",
        f"core.* protocol {INTERFACES} autocomplete.base rooms.* runs.* connections.*",
        "msgspec",
    ),
    floor(
        "handlers handlers.*",
        f"core.* protocol {INTERFACES} stores.owner autocomplete.base {DOMAIN} "
        "handlers.*",
        "msgspec tornado jupyter_server jupyter_core",
    ),
    floor(
        "app",
        f"__version__ core.* protocol stores.errors autocomplete {DOMAIN} "
        "handlers handlers.* startup.* settings",
        "tornado jupyter_server traitlets jinja2 prometheus_client",
    ),
    floor("startup"),
    floor(
        "startup.assembly",
        f"__version__ autocomplete.base stores.base {DOMAIN} handlers.* settings",
    ),
    floor("startup.database", "settings stores stores.base stores.errors"),
    floor("startup.metrics", "core.* rooms.*", "prometheus_client"),
    floor("settings", "core.* stores", "jupyter_core"),
    floor("archive.files", "archive.* stores.permissions"),
    floor(
        "archive archive.*",
        "core.* stores.base stores.records archive.*",
        "msgspec",
        IMPURE,
    ),
    floor("cli", "core.* stores stores.* archive.* settings"),
    floor("processes"),
    floor("running running.*", "core.* running.*", "jupyter_client msgspec zmq"),
    floor("startup.lenient", others="traitlets"),
    floor(
        "startup.ownfile", "core.* processes handlers.kernels", "msgspec jupyter_server"
    ),
    floor(
        "client client.*",
        "core.* protocol processes client.*",
        "msgspec tornado jupyter_core",
    ),
    floor(
        "kernel kernel.*",
        "core.* protocol client client.* kernel.*",
        "anywidget traitlets IPython",
    ),
    floor("widget magic", "kernel.*"),
)


def name_of(path: Path) -> str:
    """Return the module's name inside the package; "" is the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def floor_of(module: str) -> Floor | None:
    for row in FLOORS:
        if any(fnmatchcase(module, pattern) for pattern in row.modules):
            return row
    return None


def imports(tree: ast.AST, path: Path) -> Iterator[tuple[str, bool]]:
    """Return each imported module, and whether it is of this package."""
    package = [*path.relative_to(PACKAGE).parts[:-1]]
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                yield own_name(alias.name)
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            yield own_name(statement.module or "")
        elif isinstance(statement, ast.ImportFrom):
            base = package[: len(package) - statement.level + 1]
            if statement.module:
                yield ".".join([*base, statement.module]), True
            else:  # from . import name
                for alias in statement.names:
                    yield ".".join([*base, alias.name]), True


def own_name(module: str) -> tuple[str, bool]:
    top, _, rest = module.partition(".")
    return (rest, True) if top == PACKAGE.name else (module, False)


def offences(source: str, path: Path) -> list[str]:
    """List what the module at ``path`` imports and its floor does not allow."""
    row = floor_of(name_of(path))
    assert row is not None, f"{path.name} is on no floor: add it to FLOORS"
    found = []
    for name, is_ours in imports(ast.parse(source), path):
        top = name.partition(".")[0]
        if is_ours:
            allowed = any(fnmatchcase(name, pattern) for pattern in row.ours)
        elif top in sys.stdlib_module_names:
            allowed = top not in row.not_of_python
        else:
            allowed = top in row.others
        if not allowed:
            found.append(name)
    return found


@pytest.mark.parametrize("module", [name for name in MODULES if name])
def test_a_module_imports_its_own_floor_and_those_below(module: str) -> None:
    path = MODULES[module]
    found = offences(path.read_text("utf-8"), path)
    assert found == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    ours = {
        module: {
            name
            for name, is_ours in imports(ast.parse(path.read_text("utf-8")), path)
            if is_ours and name in MODULES
        }
        for module, path in MODULES.items()
        if module
    }
    while True:
        # Remove every module that imports nothing of what is left.
        leaves = {each for each, names in ours.items() if not names & ours.keys()}
        if not leaves:
            break
        ours = {each: names for each, names in ours.items() if each not in leaves}

    assert ours == {}


def test_the_package_itself_imports_nothing_of_either_side() -> None:
    """A server and a kernel both import it; what it offers comes on use."""
    body = ast.parse(MODULES[""].read_text("utf-8")).body
    at_once = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {node.module for node in at_once if isinstance(node, ast.ImportFrom)} == {
        "__future__",
        "typing",
    }
    assert not any(isinstance(node, ast.Import) for node in at_once)


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("core/changes.py", "import asyncio", ["asyncio"]),
        ("core/changes.py", "from ..rooms.room import Room", ["rooms.room"]),
        ("core/changes.py", "def f():\n    from time import time", ["time"]),
        ("core/changes.py", "from . import diff", []),
        ("rooms/room.py", "import tornado.web", ["tornado.web"]),
        (
            "rooms/room.py",
            "from ..stores.sqlite.store import S",
            ["stores.sqlite.store"],
        ),
        ("rooms/room.py", "from ..guests.guest import GuestIdentity", ["guests.guest"]),
        ("rooms/hub.py", "from ..peers.peers import Peers", ["peers.peers"]),
        ("guests/guest.py", "from ..handlers import base", ["handlers"]),
        ("connections/sender.py", "from ..rooms.hub import Hub", []),
        ("rooms/room.py", "from jupyter_pairedit import handlers", [""]),
        ("protocol/runs.py", "from .base import Message", []),
        ("rooms/room.py", "from ..protocol.errors import Close", ["protocol.errors"]),
        ("stores/base.py", "import sqlite3", ["sqlite3"]),
        ("stores/peers.py", "from sqlite_utils import Database", ["sqlite_utils"]),
        ("handlers/rooms.py", "from ..stores import open_store", ["stores"]),
        ("handlers/rooms.py", "from ..kernel.widget import P", ["kernel.widget"]),
        ("client/room.py", "from ..rooms.hub import Hub", ["rooms.hub"]),
        ("client/room.py", "import jupyter_server", ["jupyter_server"]),
        ("kernel/widget.py", "from ..rooms.hub import Hub", ["rooms.hub"]),
        ("kernel/widget.py", "import jupyter_server", ["jupyter_server"]),
    ],
)
def test_an_import_of_a_higher_floor_is_found(
    module: str, source: str, found: list[str]
) -> None:
    assert offences(source, PACKAGE / module) == found


def test_a_module_on_no_floor_is_found() -> None:
    with pytest.raises(AssertionError, match=r"utils\.py is on no floor"):
        offences("", PACKAGE / "utils.py")
