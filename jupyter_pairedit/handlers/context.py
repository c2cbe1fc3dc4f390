"""What the app hands to its handlers, those of Jupyter's kind and the plain ones."""

from __future__ import annotations

from dataclasses import dataclass

from tornado import web

from ..autocomplete.base import Completer
from ..hub import Hub


@dataclass(frozen=True, slots=True)
class Context:
    """The rooms of this server, and what was set for them."""

    hub: Hub
    completer: Completer
    origins: frozenset[str]
    """Origins besides our own that may talk to us."""
    version: str
    rooms_base: str
    """The path below which everybody finds the page of a room."""


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
