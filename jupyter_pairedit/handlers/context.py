"""What the app hands to its handlers, those of Jupyter's kind and the plain ones."""

from __future__ import annotations

from dataclasses import dataclass

from tornado import web

from ..autocomplete.base import Completer
from ..connections.suggestions import Suggestions
from ..connections.throttle import ConnectionLimits
from ..guests.admission import Admission
from ..guests.invites import Invites
from ..rooms.hub import Hub


class GuestsNotAllowed(Exception):
    """This server has no guests."""

    def __init__(self) -> None:
        super().__init__("Links for guests are switched off on this server.")


class InsecureLink(Exception):
    """The link would go over the network as it is, with its key."""

    def __init__(self) -> None:
        super().__init__(
            "This server is reached by http: whoever listens on the way could read "
            "along and take the link's place. Use https, set PairEdit.public_url, or "
            "allow it by PairEdit.allow_insecure_links."
        )


@dataclass(frozen=True, slots=True)
class Sharing:
    """What there is where guests are allowed."""

    invites: Invites
    admission: Admission
    suggestions: Suggestions | None
    """None: guests are offered none."""
    insecure_links: bool
    """Whether links may be for http where others can listen."""


@dataclass(frozen=True, slots=True)
class Context:
    """The rooms of this server, and what was set for them."""

    hub: Hub
    throttle: ConnectionLimits
    completer: Completer
    origins: frozenset[str]
    """Origins besides our own that may talk to us."""
    version: str
    public_url: str
    """What links begin with; "" is what the browser sees that asks for one."""
    rooms_base: str
    """The path below which everybody finds the page of a room."""
    sharing: Sharing | None
    """None: no guests here."""


class WithContext(web.RequestHandler):
    """A handler that finds the context: nothing about who asks."""

    @property
    def context(self) -> Context:
        """The hub and what belongs to it."""
        context: Context = self.settings["jupyter_pairedit"]
        return context

    @property
    def hub(self) -> Hub:
        """The open rooms of this server."""
        return self.context.hub
