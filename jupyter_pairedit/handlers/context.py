"""The objects that the app passes to its handlers."""

from __future__ import annotations

import time
from dataclasses import dataclass

from msgspec import UNSET, UnsetType
from tornado import web

from ..autocomplete.base import Completer
from ..connections.logins import Logins
from ..connections.passes import Passes
from ..connections.suggestions import Suggestions
from ..connections.throttle import ConnectionLimits
from ..core.limits import Limits
from ..guests.admission import Admission
from ..guests.invites import Invites
from ..protocol import SuggestionSource
from ..rooms.hub import Hub
from ..runs.service import Runs
from .kernels import KernelAccess
from .names import Names


class GuestsNotAllowed(Exception):
    """Guests are switched off on this server."""

    def __init__(self) -> None:
        super().__init__("Links for guests are switched off on this server.")


class InsecureLink(Exception):
    """The link, with its key, would be sent over the network unencrypted."""

    def __init__(self) -> None:
        super().__init__(
            "This server uses http: other people on the network could read the link "
            "and use it. Use https, set PairEdit.public_url, or set "
            "PairEdit.allow_insecure_links."
        )


@dataclass(frozen=True, slots=True)
class Sharing:
    """The parts that exist if guests are allowed."""

    invites: Invites
    admission: Admission
    suggestions: Suggestions | None
    """None if guests get no suggestions."""
    passes: Passes
    insecure_links: bool
    """Whether links may use http to other machines."""


def share(hub: Hub, completer: Completer | None, insecure_links: bool) -> Sharing:
    """Return the parts for guests. ``completer``: None if they get no suggestions."""
    now, clock = hub.now, hub.counters.clock
    invites = Invites(hub, now)
    return Sharing(
        invites,
        Admission(hub, invites, now=now, clock=clock),
        Suggestions(completer, hub.limits, clock) if completer else None,
        Passes(hub.limits, now=now, clock=clock, is_here=hub.has_client),
        insecure_links,
    )


def logins_of(limits: Limits, sharing: Sharing | None) -> Logins:
    """Return the logins of a server; a pass ends with that by which it was made."""
    if sharing is None:
        return Logins(limits, time.monotonic)
    return Logins(limits, time.monotonic, sharing.passes.end_of_person)


@dataclass(frozen=True, slots=True)
class Context:
    """The rooms of this server and their settings."""

    hub: Hub
    throttle: ConnectionLimits
    logins: Logins
    completer: Completer
    kernels: KernelAccess
    runs: Runs
    origins: frozenset[str]
    """Other origins that may connect."""
    version: str
    public_url: str
    """The beginning of links; "" for the address that the browser uses."""
    rooms_base: str
    """The path below which the pages of rooms are."""
    sharing: Sharing | None
    """None if guests are not allowed."""
    completer_problem: str = ""
    """Why the mock suggests instead of the completer that is set; empty if not so."""
    allow_run: bool | None = None
    """Whether code may be run; None: where the server has one user."""

    @property
    def names(self) -> Names:
        """What people and kernels are called."""
        return self.kernels.names

    def suggestion_source(self, guest: bool) -> SuggestionSource | UnsetType:
        """Return what people in a room read about suggestions; UNSET for the mock."""
        origin, problem = self.completer.origin, self.completer_problem
        if not origin.host and not problem:
            return UNSET
        told = "" if guest else problem
        return SuggestionSource(origin.by, origin.host, origin.local, told)


class WithContext(web.RequestHandler):
    """A handler with access to the context, and without identity."""

    @property
    def context(self) -> Context:
        """The objects that the app has passed."""
        context: Context = self.settings["jupyter_pairedit"]
        return context

    @property
    def hub(self) -> Hub:
        """The open rooms of this server."""
        return self.context.hub
