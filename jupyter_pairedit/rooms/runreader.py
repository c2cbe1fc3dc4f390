"""What one client is sent of the runs of its room."""

from __future__ import annotations

from collections.abc import Callable

from ..core.properties import RoomSettings
from ..core.roles import Role
from .runs import EVERYTHING, RunFeed, Scope


class RunReader:
    """Reads the runs of a room for one client.

    A person with a login is sent everything. A guest who may edit is sent the runs that
    were requested while the guest was here, other guests nothing, unless the room says
    otherwise. ``role`` returns the role of a guest now; None for a person with a login.
    """

    def __init__(
        self, client_id: str, feed: RunFeed, role: Callable[[], Role] | None
    ) -> None:
        self._client_id = client_id
        self._role = role
        self._after, self._missed = feed.arrive(client_id)
        self._since = 0
        self._scope = EVERYTHING

    def resume(self) -> None:
        """Send everything again, as the room was loaded again."""
        self._since = 0

    def next(self, feed: RunFeed, settings: RoomSettings) -> bytes | None:
        """Return the next frame, or None if there is nothing that is new."""
        scope = self._scope_now(settings)
        if scope is None:
            return None
        if scope != self._scope:
            # It may be more than before; what was sent before is replaced by the same.
            self._scope, self._since = scope, 0
        frame, self._since = feed.next(self._since, scope, self._client_id)
        return frame

    def _scope_now(self, settings: RoomSettings) -> Scope | None:
        if self._role is None:
            return EVERYTHING
        if settings.guests_see_output:
            return Scope(markup=settings.guests_see_html)
        if self._role() == "view":
            return None
        return Scope(self._after, self._missed, settings.guests_see_html)
