"""Who is in a room by a link, on one connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..core.invites import Invite
from ..core.presence import guest_author
from ..core.roles import RULES, Role
from ..rooms.readers import Ending


def _nobody_there(ending: Ending) -> None:
    """Do nothing: there is no connection to end yet."""


def is_of(person: str, invite: Invite) -> bool:
    """Say whether an identity is that of a guest who came by an invite."""
    return person.startswith(f"guest {invite.invite_id} ")


@dataclass(slots=True, eq=False)
class Guest:
    """A visitor of the kind that ``connections.identity.Visitor`` describes."""

    invite: Invite
    """As it is now; whoever changes it in the store changes it here."""
    client_id: str
    name: str
    resume: str
    """What brings this client back without the key of the link."""
    dismiss: Callable[[Ending], None] = _nobody_there
    """End the connection at once."""

    @property
    def guest(self) -> Guest:
        """See ``Visitor.guest``."""
        return self

    @property
    def person(self) -> str:
        """Nobody's name on this server: it holds the id of the invite."""
        return f"guest {self.invite.invite_id} {self.client_id}"

    @property
    def author(self) -> str:
        """See ``Visitor.author``."""
        return guest_author(self.name)

    @property
    def label(self) -> str:
        """What the link is called."""
        return self.invite.label

    @property
    def role(self) -> Role:
        """See ``Visitor.role``."""
        return self.invite.allows

    async def may(self, message: str) -> bool:
        """See ``Visitor.may``."""
        return self.invite.allows in RULES[message].guests
