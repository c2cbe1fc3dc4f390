"""The identity of a guest on one connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..core.invites import Invite
from ..core.marks import Marks, marks_of
from ..core.names import guest_author
from ..core.roles import RULES, Role
from ..protocol import Ending, GuestHello, Hello, PassHello

_MARKS = marks_of(["guest"])


def is_of(person: str, invite: Invite) -> bool:
    """Return whether ``person`` is the identity of a guest who used ``invite``."""
    return person.startswith(f"guest {invite.invite_id} ")


@dataclass(slots=True, eq=False)
class GuestIdentity:
    """An ``Identity`` (see ``connections.identity``) that comes from an invite."""

    invite: Invite
    """The current state. ``Invites`` replaces it when the store has a newer one."""
    client_id: str
    name: str
    resume: str
    """The token with which this client can reconnect without the link's key."""
    resume_until: float
    """When that token expires, in seconds since 1970; the link may end before."""

    kernel = False
    chooses_name = False

    @property
    def person(self) -> str:
        """See ``Identity.person``. It contains the id of the invite."""
        return f"guest {self.invite.invite_id} {self.client_id}"

    def take_name(self, hello: Hello | GuestHello | PassHello) -> None:
        """See ``Identity.take_name``. A guest's name comes with the link's key."""

    @property
    def author(self) -> str:
        """See ``Identity.author``."""
        return guest_author(self.name)

    @property
    def marks(self) -> Marks:
        """See ``Identity.marks``."""
        return _MARKS

    @property
    def label(self) -> str:
        """See ``Identity.label``."""
        return self.invite.label

    @property
    def role(self) -> Role:
        """See ``Identity.role``."""
        return self.invite.effective_role

    async def may(self, message: str) -> bool:
        """See ``Identity.may``."""
        return self.invite.effective_role in RULES[message].guests


class GuestConnection(Protocol):
    """The connection of a guest."""

    def dismiss(self, ending: Ending) -> None:
        """End it at once: nothing more is sent or received on it."""

    def role_changed(self) -> None:
        """End at once what the guest was permitted."""
