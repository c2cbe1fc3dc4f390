"""REST: guest links of a room, and the guests who use them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..connections.passes import Pass
from ..core.identifiers import LABEL_LENGTH
from ..core.invites import Invite, guest_link, lookup_id
from ..core.names import visible
from ..core.roles import GuestRole
from .access import is_loopback
from .base import APIHandler, allowed, expect_room_id
from .context import GuestsNotAllowed, InsecureLink, Sharing

DAY = 86_400
DEFAULT_LIFETIMES: dict[GuestRole, int] = {"edit": DAY, "view": 7 * DAY}
"""Seconds."""

Lifetime = Annotated[int, Meta(ge=60, le=30 * DAY)]
Label = Annotated[str, Meta(max_length=LABEL_LENGTH)]


_WARNING = (
    "This link uses http: other people on the network can read it and use it. "
    "Share it only in a network that you trust."
)


class NewInvite(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The body that creates an invite; each field has a default."""

    role: GuestRole = "edit"
    expires_in: Lifetime | None = None
    """Seconds."""
    label: Label = ""

    def __post_init__(self) -> None:
        self.label = visible(self.label)


class NewRole(msgspec.Struct, forbid_unknown_fields=True):
    """The body that changes the role of an invite."""

    role: GuestRole


class Lock(msgspec.Struct, forbid_unknown_fields=True):
    """The body that locks or unlocks a room."""

    locked: bool


class GuestsHandler(APIHandler):
    """Base of the handlers about guests."""

    @property
    def sharing(self) -> Sharing:
        """The parts for guests. Raises ``GuestsNotAllowed``."""
        if self.context.sharing is None:
            raise GuestsNotAllowed
        return self.context.sharing

    def link_base(self) -> tuple[str, bool]:
        """Return the beginning of links, and whether it is https or this machine.

        Raises ``InsecureLink``.
        """
        safe = self.origin.startswith("https://") or is_loopback(self.origin)
        if not safe and not self.sharing.insecure_links:
            raise InsecureLink
        return f"{self.origin}{self.base_url}", safe

    def made(self, invite: Invite, secret: str) -> dict[str, object]:
        """Describe a new invite. This is the only time that its key is shown."""
        base, safe = self.link_base()
        line: dict[str, object] = {
            "inviteId": invite.invite_id,
            "url": guest_link(base, invite, secret),
            "role": invite.role,
            "label": invite.label,
            "expiresAt": invite.expires_at,
        }
        return line if safe else line | {"warning": _WARNING}


def pass_line(each: Pass) -> dict[str, object]:
    """Return what members see of a pass."""
    return {
        "passId": each.pass_id,
        "name": each.maker.names.person_name,
        "madeAt": each.made_at,
        "connected": each.dismiss is not None,
    }


class InvitesHandler(GuestsHandler):
    """``/rooms/{roomId}/invites``: the links of a room."""

    @allowed("write")
    async def get(self, room_id: str) -> None:
        """List the invites that can be used."""
        invites = self.sharing.invites
        await self.hub.open(expect_room_id(room_id))
        self.reply(
            {
                "invites": [
                    {
                        "inviteId": each.invite_id,
                        "role": each.role,
                        "label": each.label,
                        "createdBy": each.created_by,
                        "createdAt": each.created_at,
                        "expiresAt": each.expires_at,
                        "lastUsedAt": each.last_used_at,
                        "uses": each.uses,
                        "people": invites.people_by(each),
                    }
                    for each in await invites.alive(room_id)
                ],
                "locked": await self.hub.store.invites.is_locked(room_id),
                "passes": [pass_line(each) for each in self.sharing.passes.of(room_id)],
            }
        )

    @allowed("write")
    async def post(self, room_id: str) -> None:
        """Create an invite."""
        invites = self.sharing.invites
        # Check first: an invite whose link cannot be shown must not be created.
        self.link_base()
        new = self.body(NewInvite)
        lifetime = new.expires_in or DEFAULT_LIFETIMES[new.role]
        invite, secret = await invites.make(
            expect_room_id(room_id),
            new.role,
            lifetime,
            new.label,
            self.author_in(room_id),
        )
        self.set_status(201)
        self.reply(self.made(invite, secret))


class InviteHandler(GuestsHandler):
    """``/rooms/{roomId}/invites/{inviteId}``: one link."""

    @allowed("write")
    async def put(self, room_id: str, invite_id: str) -> None:
        """Change the role; it is effective for all guests when this is answered."""
        invites = self.sharing.invites
        new = self.body(NewRole)
        invite_id = lookup_id(invite_id)
        await invites.change_role(expect_room_id(room_id), invite_id, new.role)
        self.reply({"inviteId": invite_id, "role": new.role})

    @allowed("write")
    async def delete(self, room_id: str, invite_id: str) -> None:
        """Revoke the invite; its guests get nothing more when this is answered."""
        invites = self.sharing.invites
        invite_id = lookup_id(invite_id)
        closed = await invites.revoke(expect_room_id(room_id), invite_id)
        self.reply({"closed": closed})


class RenewHandler(GuestsHandler):
    """``/rooms/{roomId}/invites/renew``: replaces all links."""

    @allowed("write")
    async def post(self, room_id: str) -> None:
        """Revoke all invites and create one like each."""
        invites = self.sharing.invites
        self.link_base()
        await self.hub.open(expect_room_id(room_id))
        made, closed = await invites.renew(room_id, self.author_in(room_id))
        links = [self.made(invite, secret) for invite, secret in made]
        self.reply({"invites": links, "closed": closed})


class LockHandler(GuestsHandler):
    """``/rooms/{roomId}/lock``: makes all guests view-only, or not."""

    @allowed("write")
    async def put(self, room_id: str) -> None:
        """Lock or unlock."""
        invites = self.sharing.invites
        new = self.body(Lock)
        await invites.lock(expect_room_id(room_id), new.locked)
        self.reply({"locked": new.locked})


class PersonHandler(GuestsHandler):
    """``/rooms/{roomId}/people/{clientId}``: a person who is in the room."""

    @allowed("write")
    async def delete(self, room_id: str, client_id: str) -> None:
        """Disconnect a guest."""
        invites = self.sharing.invites
        closed = await invites.kick(
            expect_room_id(room_id), client_id, self.author_in(room_id)
        )
        self.reply({"closed": closed})
