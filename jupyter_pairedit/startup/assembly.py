"""Creates the objects of the extension from its settings."""

from __future__ import annotations

import time

from .. import __version__
from ..autocomplete.base import Completer
from ..connections.throttle import ConnectionLimits
from ..handlers.context import Context, logins_of, share
from ..handlers.kernels import KernelAccess
from ..peers.peers import Peers
from ..rooms.hub import Hub
from ..runs.service import Runs
from ..runs.source import KernelSource
from ..settings import Settings
from ..stores.base import Store


def make_context(
    settings: Settings,
    store: Store,
    source: KernelSource,
    completer: Completer,
    rooms_base: str,
    completer_problem: str,
) -> Context:
    """Return what the handlers use. ``source`` has Jupyter's kernels."""
    clock = time.monotonic
    hub = Hub(store, settings.limits, now=time.time, clock=clock)
    sharing = None
    if settings.allow_guests:
        offered = completer if settings.guest_autocomplete else None
        sharing = share(hub, offered, settings.allow_insecure_links)
    return Context(
        hub,
        ConnectionLimits(settings.limits, hub.counters, clock),
        logins_of(settings.limits, sharing),
        completer,
        KernelAccess(settings.limits, clock),
        Runs(hub, source, clock),
        settings.origins,
        __version__,
        settings.public_url,
        rooms_base,
        sharing,
        completer_problem,
        settings.allow_run,
        settings.names_from_kernel,
    )


def make_peers(context: Context) -> Peers:
    """Return what keeps the rooms up to date with other servers."""
    hub, sharing = context.hub, context.sharing
    return Peers(
        hub,
        hub.store.peers,
        None if sharing is None else sharing.invites,
        may_report=context.throttle.may_report_refusal,
        reload_runs=context.runs.following.reload,
        is_running=context.runs.runner.is_running,
    )
