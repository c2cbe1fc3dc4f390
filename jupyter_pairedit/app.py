"""The server extension: settings in, hub and handlers out."""

from __future__ import annotations

import gc
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from prometheus_client import REGISTRY
from tornado.ioloop import PeriodicCallback
from traitlets import Bool, Dict, Float, Int, List, Unicode, default

from . import __version__
from .autocomplete import load_completer
from .autocomplete.base import Completer
from .connections.suggestions import Suggestions
from .connections.throttle import ConnectionLimits
from .core.identifiers import PEOPLE_LIMIT
from .core.limits import Limits
from .guests.admission import Admission
from .guests.invites import Invites
from .handlers import CLOSED_ROUTES, PUBLIC_ROUTES, ROUTES
from .handlers.access import parse_origins, parse_public_url
from .handlers.base import SwitchedOff
from .handlers.context import Context, Sharing
from .metrics import HubMetrics
from .peers.peers import Peers
from .rooms.hub import Hub
from .settings import default_url, rooms_base
from .stores import open_store
from .stores.base import StorageFailure

_MINUTE = 60.0  # seconds
_HOUR = 60 * _MINUTE
_TEMPLATES = Path(__file__).parent / "templates"


class PairEdit(ExtensionApp):
    """Pair editing on a Jupyter server. Its settings are ``c.PairEdit.<name>``."""

    name = "jupyter_pairedit"
    extension_url = "/pairedit"
    load_other_extensions = True
    description = "Two people write one piece of code together."

    database_url = Unicode(
        help="Where rooms are kept: sqlite:///file.db, or "
        "postgresql://user:password@host:5432/database. Default: the environment's "
        "DATABASE_URL, else pairedit/rooms.db in Jupyter's data directory.",
    ).tag(config=True)

    allowed_origins = List(
        Unicode(),
        help="Origins of other pages that may talk to the rooms, such as "
        "https://example.org. Default: the environment's ALLOWED_ORIGINS, with commas.",
    ).tag(config=True)

    max_connections_per_room = Int(
        help="People in a room at a time, unless the room has its own limit. Default: "
        "the environment's MAX_CONNECTIONS_PER_ROOM, else 2.",
    ).tag(config=True)

    max_code_size = Int(
        Limits().code, help="Bytes of UTF-8 that a room's code may have."
    ).tag(config=True)

    completer = Unicode("mock", help="Who suggests code: mock.").tag(config=True)

    allow_guests = Bool(
        True,
        help="Whether a room can be shared by a link with people who have no login.",
    ).tag(config=True)

    public_url = Unicode(
        help="What links to rooms begin with, before the base URL, if browsers reach "
        "this server by another address than its own: https://example.org.",
    ).tag(config=True)

    allow_insecure_links = Bool(
        False,
        help="Whether guest links may be for http where others can listen: "
        "anywhere but on this machine itself.",
    ).tag(config=True)

    guest_autocomplete = Bool(
        False, help="Whether guests who may edit are offered suggestions."
    ).tag(config=True)

    limits = Dict(
        help="Other limits than these by default, by their names in "
        "jupyter_pairedit/core/limits.py, such as {'hello': 10.0}.",
    ).tag(config=True)

    guest_keepalive_hours = Float(
        Limits().guests_alone / _HOUR,
        help="How long guests who type keep the server from being culled when nobody "
        "with a login is in a room.",
    ).tag(config=True)

    _hub: Hub | None = None
    _peers: Peers | None = None
    _sharing: Sharing | None = None
    _ticks: tuple[PeriodicCallback, ...] = ()
    _metrics: HubMetrics | None = None

    @default("database_url")
    def _database_url(self) -> str:
        return default_url()

    @default("allowed_origins")
    def _allowed_origins(self) -> list[str]:
        return [os.environ.get("ALLOWED_ORIGINS", "")]

    @default("max_connections_per_room")
    def _max_connections_per_room(self) -> int:
        found = os.environ.get("MAX_CONNECTIONS_PER_ROOM") or str(Limits().people)
        return int(found) if re.fullmatch("[0-9]{1,9}", found) else 0

    def initialize_settings(self) -> None:
        """Open the store and the hub, or say in one line why not."""
        try:
            limits = self._all_limits()
            with _setting("ALLOWED_ORIGINS"):
                origins = parse_origins(",".join(self.allowed_origins))
            with _setting("PairEdit.completer"):
                completer = load_completer(self.completer)
            with _setting("PairEdit.public_url"):
                public_url = parse_public_url(self.public_url)
            with _setting("DATABASE_URL"):
                store = open_store(
                    self.database_url,
                    wait=limits.storage_wait,
                    reserve=limits.disk_reserve,
                )
        except (StorageFailure, ValueError) as problem:
            self._switch_off(problem)
            return
        if self.serverapp and (
            self.serverapp.allow_origin or self.serverapp.allow_origin_pat
        ):
            self.log.warning(
                "Pair editing does not follow ServerApp.allow_origin: list pages that "
                "may use its rooms in ALLOWED_ORIGINS."
            )
        self._hub = Hub(store, limits, now=time.time, clock=time.monotonic)
        if self.allow_guests:
            self._sharing = self._share(self._hub, completer)
        invites = None if self._sharing is None else self._sharing.invites
        self._peers = Peers(self._hub, store.peers, invites)
        self.settings["jupyter_pairedit"] = Context(
            self._hub,
            ConnectionLimits(limits, self._hub.counters, time.monotonic),
            completer,
            origins,
            __version__,
            public_url,
            self._tell_rooms_base(),
            self._sharing,
        )
        self.settings["jupyter_pairedit_templates"] = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True
        )
        self.handlers.extend(ROUTES)
        self.handlers.extend(PUBLIC_ROUTES if self._sharing else CLOSED_ROUTES)

    def _share(self, hub: Hub, completer: Completer) -> Sharing:
        invites = Invites(hub, time.time)
        suggestions = Suggestions(completer, hub.limits, time.monotonic)
        return Sharing(
            invites,
            Admission(hub, invites, now=time.time, clock=time.monotonic),
            suggestions if self.guest_autocomplete else None,
            self.allow_insecure_links,
        )

    def _tell_rooms_base(self) -> str:
        """Give where rooms are found, which JupyterLab's pages are told as well."""
        assert self.serverapp is not None
        base = rooms_base(self.database_url, self.serverapp.base_url)
        # Where a page's settings come from, in JupyterLab and Notebook alike.
        settings = self.serverapp.web_app.settings
        settings.setdefault("page_config_data", {})["paireditRoomsBase"] = base
        return base

    def _all_limits(self) -> Limits:
        known = {field.name for field in fields(Limits)}
        with _setting("PairEdit.limits"):
            for name in self.limits:
                if name not in known:
                    raise ValueError(
                        f"expected names such as {', '.join(sorted(known)[:3])}, "
                        f"found {str(name)[:40]!r}"
                    )
        people = self.max_connections_per_room
        # Not a validator: traitlets asks none for a value that is an Int's own 0.
        if not 1 <= people <= PEOPLE_LIMIT:
            people = Limits().people
            self.log.warning(
                "MAX_CONNECTIONS_PER_ROOM (c.PairEdit.max_connections_per_room): "
                "expected 1 to %d; using %d.",
                PEOPLE_LIMIT,
                people,
            )
        return replace(
            Limits(
                code=self.max_code_size,
                frame=2 * self.max_code_size + Limits().first_frame,
                people=people,
                guests_alone=self.guest_keepalive_hours * _HOUR,
            ),
            **self.limits,
        )

    def _switch_off(self, problem: Exception) -> None:
        """Leave Jupyter alone; say why in one line of the log."""
        self.log.error("Pair editing is switched off on this server: %s.", problem)
        self.handlers.append((r"/pairedit.*", SwitchedOff))

    def initialize_handlers(self) -> None:
        """Nothing more: the routes are data, see ``handlers``."""

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Begin to let go of rooms that nobody needs, and to be measured."""
        await super()._start_jupyter_server_extension(serverapp)  # type: ignore[no-untyped-call]
        if self._hub is not None:
            spare_what_is_loaded()
            if self._peers is not None:
                self._peers.start()
            self._ticks = (PeriodicCallback(self._look_after, _MINUTE * 1_000),)
            if self._sharing is not None:
                every = self._hub.limits.recheck * 1_000
                recheck = self._sharing.invites.recheck
                self._ticks += (PeriodicCallback(recheck, every),)
            for tick in self._ticks:
                tick.start()
            self._metrics = HubMetrics(self._hub)
            REGISTRY.register(self._metrics)

    async def _look_after(self) -> None:
        """Tell Jupyter (and a JupyterHub) when we were in use, and tidy up."""
        if self._hub is not None:
            last = datetime.fromtimestamp(self._hub.activity.last, UTC)
            self.settings["last_activity_times"][self.name] = last
            await self._hub.tidy()

    def current_activity(self) -> bool:
        """Say whether somebody has typed since we last told Jupyter of it."""
        return self._hub is not None and time.time() - self._hub.activity.last < _MINUTE

    async def stop_extension(self) -> None:
        """Close the hub, and with it the store."""
        if self._metrics is not None:
            REGISTRY.unregister(self._metrics)
            self._metrics = None
            gc.unfreeze()
        for tick in self._ticks:
            tick.stop()
        if self._hub is not None:
            await self._hub.say_goodbye()
            if self._peers is not None:
                await self._peers.stop()
            await self._hub.close()


def spare_what_is_loaded() -> None:
    """Have no search for garbage walk over what the server has loaded until now.

    That is ten times what a few rooms take, and stays as long as the server does; each
    full search would hold up every room for a tenth of a second.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def _setting(name: str) -> Iterator[None]:
    """Let what is wrong with a setting begin with the setting's name."""
    try:
        yield
    except ValueError as problem:
        raise ValueError(f"{name}: {problem}") from None


launch_instance = PairEdit.launch_instance
