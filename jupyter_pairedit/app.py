"""The server extension: reads the settings and creates the hub and the handlers."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from prometheus_client import REGISTRY
from tornado.ioloop import PeriodicCallback
from traitlets import Bool, Dict, Float, Int, List, Unicode

from .autocomplete import choose_completer
from .core.limits import Limits
from .handlers import CLOSED_ROUTES, PUBLIC_ROUTES, ROUTES
from .handlers.context import Sharing
from .handlers.switched_off import SwitchedOff
from .peers.peers import Peers
from .rooms.hub import Hub
from .runs.service import Runs
from .runs.source import JupyterKernels
from .settings import check_settings, rooms_base
from .startup.assembly import make_context, make_peers
from .startup.database import open_rooms
from .startup.lenient import accept_any_value
from .startup.metrics import HubMetrics
from .startup.ownfile import OwnFile
from .stores.errors import StorageFailure

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
        None,
        allow_none=True,
        help="Where rooms are kept: sqlite:///file.db, or "
        "postgresql://user:password@host:5432/database. Default: the environment's "
        "PAIREDIT_DATABASE_URL, else its DATABASE_URL unless that database is another "
        "program's, else pairedit/rooms.db in Jupyter's data directory.",
    ).tag(config=True)

    durability = Unicode(
        "process",
        help="What a change survives as soon as others see it: 'process', the end of "
        "the server; 'disk', a loss of power as well. 'Saved' always means the latter.",
    ).tag(config=True)

    allowed_origins = List(
        Unicode(),
        default_value=None,
        allow_none=True,
        help="Origins of other pages that may talk to the rooms, such as "
        "https://example.org. Default: the environment's PAIREDIT_ALLOWED_ORIGINS, "
        "else its ALLOWED_ORIGINS, with commas.",
    ).tag(config=True)

    max_connections_per_room = Int(
        None,
        allow_none=True,
        help="People in a room at a time, unless the room has its own limit. Default: "
        "the environment's PAIREDIT_MAX_CONNECTIONS_PER_ROOM, else its "
        "MAX_CONNECTIONS_PER_ROOM, else 2.",
    ).tag(config=True)

    max_code_size = Int(
        Limits().code, help="Bytes of UTF-8 that a room's code may have."
    ).tag(config=True)

    completer = Unicode(
        "mock", help="What suggests code: mock, or a kind of server of a model."
    ).tag(config=True)

    completer_url = Unicode(
        help="The base URL of the model's server: https, or this machine.",
    ).tag(config=True)

    completer_model = Unicode(help="The name of the model.").tag(config=True)

    completer_template = Unicode(
        help="The model's template, if its name does not say it, for 'template'.",
    ).tag(config=True)

    completer_key = Unicode(
        help="The NAME of a variable with the server's key, or file:PATH; never a key.",
    ).tag(config=True)

    completer_proxy = Unicode(
        help="The URL of the proxy to the model's server: http://proxy.example:3128.",
    ).tag(config=True)

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

    server_file = Bool(
        True,
        help="Whether kernels that this server has started find it by themselves: by "
        "a file in Jupyter's runtime directory, which only its owner can read.",
    ).tag(config=True)

    allow_run = Bool(
        None,
        allow_none=True,
        help="Whether people with a login may run the code of rooms in kernels of this "
        "server. Default: where the server has one user, who can run code anyway.",
    ).tag(config=True)

    names_from_kernel = Bool(
        True,
        help="Whether an editor offers the names that the kernel knows, to the person "
        "who has chosen the kernel.",
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
    _own_file: OwnFile | None = None
    _runs: Runs | None = None
    _ticks: tuple[PeriodicCallback, ...] = ()
    _metrics: HubMetrics | None = None

    def initialize_settings(self) -> None:
        """Open the store and the hub, or log in one line why that is not possible."""
        configured = {n: getattr(self, n) for n in self.class_own_traits(config=True)}
        try:
            settings = check_settings(configured, os.environ)
            database, store = open_rooms(self.database_url, settings, self.log)
        except (StorageFailure, ValueError) as problem:
            return self._switch_off(problem)
        completer, unused = choose_completer(configured, settings.limits)
        for line in filter(None, (*settings.refused, unused)):
            self.log.warning("%s.", line)
        self._warn_of_allow_origin()
        base = self._publish_rooms_base(database.url)
        parts = settings, store, self._jupyter_kernels(), completer, base, unused
        context = self.settings["jupyter_pairedit"] = make_context(*parts)
        self._hub, self._runs = context.hub, context.runs
        self._sharing = context.sharing
        self._peers = make_peers(context)
        if settings.server_file:
            self._own_file = OwnFile(context.kernels, settings.names_from_kernel)
        self.settings["jupyter_pairedit_templates"] = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True
        )
        self.handlers.extend(ROUTES)
        self.handlers.extend(PUBLIC_ROUTES if self._sharing else CLOSED_ROUTES)

    def _jupyter_kernels(self) -> JupyterKernels:
        app = self.serverapp
        assert app is not None
        return JupyterKernels(app.kernel_manager, app.kernel_spec_manager)

    def _warn_of_allow_origin(self) -> None:
        app = self.serverapp
        if app and (app.allow_origin or app.allow_origin_pat):
            self.log.warning(
                "Pair editing does not follow ServerApp.allow_origin: list pages that "
                "may use its rooms in PAIREDIT_ALLOWED_ORIGINS."
            )

    def _publish_rooms_base(self, url: str) -> str:
        """Return the path of the rooms, after telling it to JupyterLab's pages."""
        assert self.serverapp is not None
        base = rooms_base(url, self.serverapp.base_url)
        # Where a page's settings come from, in JupyterLab and Notebook alike.
        settings = self.serverapp.web_app.settings
        settings.setdefault("page_config_data", {})["paireditRoomsBase"] = base
        return base

    def _switch_off(self, problem: Exception) -> None:
        """Start without rooms, and log the reason in one line."""
        self.log.error("Pair editing is switched off on this server: %s.", problem)
        self.handlers.append((r"/pairedit.*", SwitchedOff))

    def initialize_handlers(self) -> None:
        """Do nothing: ``initialize_settings`` adds the routes of ``handlers``."""

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Start the periodic tasks and the metrics."""
        await super()._start_jupyter_server_extension(serverapp)  # type: ignore[no-untyped-call]
        if self._hub is not None:
            if self._peers is not None:
                self._peers.start()
            # Apart, as merging takes long where there are many rooms.
            self._ticks = (
                PeriodicCallback(self._look_after, _MINUTE * 1_000),
                PeriodicCallback(self._hub.tidy, _MINUTE * 1_000),
            )
            if self._sharing is not None:
                every = self._hub.limits.recheck * 1_000
                for part in (self._sharing.invites, self._sharing.passes):
                    self._ticks += (PeriodicCallback(part.recheck, every),)
            for tick in self._ticks:
                tick.start()
            self._metrics = HubMetrics(self._hub)
            REGISTRY.register(self._metrics)
            if self._own_file is not None:
                await self._own_file.write(serverapp)

    async def _look_after(self) -> None:
        """Report the last activity to Jupyter and JupyterHub, and evict rooms."""
        if self._hub is not None:
            last = datetime.fromtimestamp(self._hub.activity.last, UTC)
            self.settings["last_activity_times"][self.name] = last
            self._hub.evict()

    def current_activity(self) -> bool:
        """Return whether somebody has typed within the last minute."""
        return self._hub is not None and time.time() - self._hub.activity.last < _MINUTE

    async def stop_extension(self) -> None:
        """Close the hub and the store."""
        if self._own_file is not None:
            self._own_file.remove()
        if self._metrics is not None:
            REGISTRY.unregister(self._metrics)
            self._metrics = None
        for tick in self._ticks:
            tick.stop()
        if self._hub is not None:
            await self._hub.say_goodbye()
            if self._peers is not None:
                await self._peers.stop()
            if self._runs is not None:
                await self._runs.close()
            await self.settings["jupyter_pairedit"].completer.close()
            await self._hub.close()


for _trait in PairEdit.class_own_traits(config=True).values():
    accept_any_value(_trait)

launch_instance = PairEdit.launch_instance
