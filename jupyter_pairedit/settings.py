"""Settings: what Jupyter's configuration and the environment say, each value checked.

A setting is taken from the first of: ``c.PairEdit.<name>``, the environment's
``PAIREDIT_<NAME>``, and for three settings the same without ``PAIREDIT_``. Many
programs read those last ones, so what is not plainly meant for this package is left
alone there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir

from .core.bounds import CODE, PEOPLE, check_limits, expected, is_number, shown
from .core.limits import Limits
from .core.origins import parse_origins
from .stores import BadDatabaseURL, Contents, Durability, file_of, place_of

_HOUR = 3_600.0
_KEEPALIVE = (0.0, 366 * 24.0)
"""Hours that guests alone may keep a server."""
_BOOLEANS: Mapping[object, bool] = {
    True: True,
    False: False,
    **dict.fromkeys(("true", "1"), True),
    **dict.fromkeys(("false", "0"), False),
}
_PUBLIC_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


class BadSetting(ValueError):
    """A setting that cannot be replaced by its default; the message names it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A value that somebody has set, and where."""

    name: str
    value: Any
    ours: bool
    """Whether no other program reads it."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where rooms are kept."""

    url: str
    named_by: str
    """The setting or the variable; empty for the default."""
    note: str = ""
    """A line for the log: the use of a variable that other programs read, too."""
    warning: str = ""
    """A line for the log: why such a variable is not used, or not yet."""
    unreachable: bool = False
    """Whether such a variable names a server that does not answer now."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings but the database and the completer, as they are used."""

    limits: Limits
    durability: Durability
    origins: frozenset[str]
    public_url: str
    allow_guests: bool
    allow_insecure_links: bool
    guest_autocomplete: bool
    server_file: bool
    allow_run: bool | None
    """None: where the server has one user."""
    names_from_kernel: bool
    refused: tuple[str, ...]
    """A line for each value that was refused: its name, what was expected and found,
    and what is used instead."""


def find(configured: object, setting: str, environ: Mapping[str, str]) -> Source | None:
    """Return the value of ``PairEdit.<setting>`` or of its variables, if there is one.

    ``configured`` is None where Jupyter's configuration does not have it. An empty
    variable counts as none.
    """
    variable = _VARIABLES[setting]
    if configured is not None:
        return Source(f"PairEdit.{setting} (PAIREDIT_{variable})", configured, True)
    for name, ours in ((f"PAIREDIT_{variable}", True), (variable, False)):
        if text := environ.get(name, "").strip():
            return Source(name, text, ours)
    return None


_VARIABLES = {
    "database_url": "DATABASE_URL",
    "allowed_origins": "ALLOWED_ORIGINS",
    "max_connections_per_room": "MAX_CONNECTIONS_PER_ROOM",
}


# --- the database ---------------------------------------------------------------------


def default_url() -> str:
    """Return the URL of a file in Jupyter's data directory."""
    return f"sqlite:///{Path(jupyter_data_dir()) / 'pairedit' / 'rooms.db'}"


def choose_database(
    configured: object,
    environ: Mapping[str, str],
    default: str,
    look: Callable[[str], Contents],
) -> Database:
    """Decide which database is meant. The server and the command line both ask this.

    ``look`` is asked what ``DATABASE_URL`` names, which may belong to another program;
    it raises ``BadDatabaseURL`` for what this package cannot open. Raises
    ``BadSetting`` where a setting of ours is no string.
    """
    found = find(configured, "database_url", environ)
    if found is None:
        return Database(default, "")
    if not isinstance(found.value, str):
        raise BadSetting(f"{found.name}: expected a URL, found {shown(found.value)}")
    if found.ours:
        return Database(found.value, found.name)
    try:
        contents = look(found.value)
    except BadDatabaseURL as problem:
        return Database(default, "", warning=_ignored(str(problem), default))
    place = place_of(found.value)
    if contents is Contents.FOREIGN:
        reason = f"{place} belongs to another program"
        return Database(default, "", warning=_ignored(reason, default))
    if contents is Contents.UNREACHABLE and file_of(found.value) is None:
        warning = (
            f"DATABASE_URL: {place} does not answer; pair editing waits for it. "
            "PAIREDIT_DATABASE_URL chooses another database."
        )
        return Database(found.value, found.name, warning=warning, unreachable=True)
    note = (
        f"DATABASE_URL: rooms are kept in {place}. Other programs may read this "
        "variable, too: PAIREDIT_DATABASE_URL is for rooms alone."
    )
    return Database(found.value, found.name, note)


def _ignored(reason: str, default: str) -> str:
    return (
        f"DATABASE_URL is ignored: {reason}. Rooms are kept in {place_of(default)}; "
        "PAIREDIT_DATABASE_URL chooses another database."
    )


def rooms_base(url: str, base_url: str) -> str:
    """Give the path below which everybody finds the pages of the rooms in a database.

    It is the server's own ``base_url``. But where the servers of a JupyterHub share a
    database, each person can enter by their own server alone, and the hub knows which
    it is.
    """
    hub = os.environ.get("JUPYTERHUB_BASE_URL")
    is_shared = file_of(url) is None
    return f"{hub}hub/user-redirect/" if hub and is_shared else base_url


# --- everything else ------------------------------------------------------------------


def check_settings(
    configured: Mapping[str, object], environ: Mapping[str, str]
) -> Settings:
    """Return the settings, with the default in the place of each value that is bad.

    ``configured`` has a value for each name of ``PairEdit``. Raises ``BadSetting`` for
    a list of origins that is ours and bad: without it, pages would be locked out.
    """
    refused: list[str] = []

    def number(name: str, bounds: tuple[float, float], default: float) -> Any:
        value = configured[name]
        if is_number(value, *bounds):
            return value
        line = expected(*bounds, value, "hours")
        refused.append(f"PairEdit.{name}: {line}; using {default}")
        return default

    def boolean(name: str, default: bool) -> bool:
        value = configured[name]
        key = value.lower() if isinstance(value, str) else value
        if isinstance(key, (str, bool)) and key in _BOOLEANS:
            return _BOOLEANS[key]
        refused.append(
            f"PairEdit.{name}: expected True or False, found {shown(value)}; "
            f"using {default}"
        )
        return default

    limits = replace(
        Limits(code=number("max_code_size", CODE, Limits().code)),
        people=_people(configured["max_connections_per_room"], environ, refused),
        guests_alone=_HOUR
        * number("guest_keepalive_hours", _KEEPALIVE, Limits().guests_alone / _HOUR),
    )
    limits = _limits(configured["limits"], limits, refused)
    return Settings(
        limits,
        _durability(configured["durability"], refused),
        _origins(configured["allowed_origins"], environ, refused),
        _public_url(configured["public_url"], refused),
        boolean("allow_guests", True),
        boolean("allow_insecure_links", False),
        boolean("guest_autocomplete", False),
        boolean("server_file", True),
        # A bad value must not permit what was perhaps to be forbidden.
        None if configured["allow_run"] is None else boolean("allow_run", False),
        boolean("names_from_kernel", True),
        tuple(refused),
    )


def _durability(value: object, refused: list[str]) -> Durability:
    if value in ("process", "disk"):
        return value
    refused.append(
        f'PairEdit.durability: expected "process" or "disk", found {shown(value)}; '
        'using "process"'
    )
    return "process"


def _limits(found: object, base: Limits, refused: list[str]) -> Limits:
    if not isinstance(found, Mapping):
        refused.append(
            f"PairEdit.limits: expected a dictionary, found {shown(found)}; using {{}}"
        )
        found = {}
    limits, lines = check_limits(found, base)
    refused += lines
    return limits


def _people(configured: object, environ: Mapping[str, str], refused: list[str]) -> int:
    found = find(configured, "max_connections_per_room", environ)
    if found is None:
        return Limits().people
    value = found.value
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        value = int(value)
    if is_number(value, *PEOPLE):
        return int(value)
    refused.append(f"{found.name}: {expected(*PEOPLE, value)}; using {Limits().people}")
    return Limits().people


def _origins(
    configured: object, environ: Mapping[str, str], refused: list[str]
) -> frozenset[str]:
    found = find(configured, "allowed_origins", environ)
    if found is None:
        return frozenset()
    try:
        origins, bad = parse_origins(found.value)
    except TypeError:
        raise BadSetting(
            f"{found.name}: expected a list of origins, found {shown(found.value)}"
        ) from None
    for each in sorted(bad):
        line = (
            f"{found.name}: expected origins such as https://example.org:8443, "
            f"found {_without_password(each)}"
        )
        if found.ours:
            raise BadSetting(line)
        refused.append(f"{line}, which is ignored")
    return origins


def _public_url(value: object, refused: list[str]) -> str:
    url = value.strip().rstrip("/") if isinstance(value, str) else None
    if url is not None and (not url or _PUBLIC_URL.fullmatch(url)):
        return url
    refused.append(
        "PairEdit.public_url: expected an address such as https://example.org, found "
        f"{_without_password(value)}; links begin with the address of who asks"
    )
    return ""


def _without_password(value: object) -> str:
    """Return a value for a line of a log, without what stands before an ``@``."""
    return shown(value.rpartition("@")[2] if isinstance(value, str) else value)
