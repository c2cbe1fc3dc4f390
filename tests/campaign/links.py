"""Guest links in a hub that is killed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from jupyter_pairedit.core.invites import Invite, InviteRevoked
from jupyter_pairedit.guests.admission import Admission
from jupyter_pairedit.guests.guest import GuestIdentity
from jupyter_pairedit.guests.invites import Invites
from jupyter_pairedit.protocol import Ending, GuestHello
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.sql.invites import SQLInvites
from jupyter_pairedit.stores.sql.operation import Access, Operation
from jupyter_pairedit.stores.sqlite.file import SQLiteFile
from jupyter_pairedit.stores.sqlite.store import SQLiteDriver
from tests.making import ROOM

from .rooms import LIMITS

T = TypeVar("T")

POINTS = ("invite_create", "invite_revoke")
"""Each is reached twice: after the last statement, and after the commit."""


class FragileDriver(SQLiteDriver):
    """The real driver; ends the process at a point.

    The point is reached when all is written, and again when it is committed.
    """

    def __init__(
        self, file: SQLiteFile, reach: Callable[[str], None], point: str
    ) -> None:
        super().__init__(file)
        self._reach = reach
        self._point = point

    async def run(self, access: Access, start: Callable[[], Operation[T]]) -> T:
        """Run an operation; see ``Driver``."""

        def write() -> Operation[T]:
            done = yield from start()
            self._reach(self._point)
            return done

        committed = await super().run(access, write)
        self._reach(self._point)
        return committed


class FragileInvites(SQLInvites):
    """The real invites; end the process at its point."""

    def __init__(self, file: SQLiteFile, reach: Callable[[str], None]) -> None:
        super().__init__(SQLiteDriver(file))
        self._creating = SQLInvites(FragileDriver(file, reach, "invite_create"))
        self._revoking = SQLInvites(FragileDriver(file, reach, "invite_revoke"))

    async def add(self, invite: Invite, most: int) -> None:
        """Store a new invite; see ``InviteStore.add``."""
        await self._creating.add(invite, most)

    async def revoke(self, room_id: str, invite_id: str, now: float) -> None:
        """Revoke an invite; see ``InviteStore.revoke``."""
        await self._revoking.revoke(room_id, invite_id, now)


class Links:
    """Creates and revokes links to the room."""

    def __init__(self, hub: Hub) -> None:
        self._invites = Invites(hub, time.time)
        self._admission = Admission(
            hub, self._invites, now=time.time, clock=time.monotonic
        )

    async def work(self) -> None:
        """Make link after link; a guest comes by each second, which is taken back.

        Says ``made <id> <secret>`` when one is made, ``revoking <id>`` before one is
        taken back, and ``revoked <id>`` as soon as anybody hears of that: the guest.
        """
        for number in itertools.count():
            invite, secret = await self._invites.make(ROOM, "edit", 3600, "", "Ann")
            print("made", invite.invite_id, secret, flush=True)
            if number % 2:
                self._seat(*await self.authenticate(invite.invite_id, secret))
                print("revoking", invite.invite_id, flush=True)
                await self._invites.revoke(ROOM, invite.invite_id)

    async def authenticate(
        self, invite_id: str, secret: str
    ) -> tuple[Room, GuestIdentity]:
        """Let somebody in who has the link. Raises ``InviteRefused``."""
        return await self._admission.authenticate(
            GuestHello(room=ROOM, invite=invite_id, name="Ben", secret=secret)
        )

    def _seat(self, room: Room, guest: GuestIdentity) -> None:
        room.audience.join(
            EditReader(guest.client_id, guest.person, guest.name, guest.label)
        )
        self._invites.enter(guest, _Seat(guest.invite.invite_id))


@dataclass(frozen=True)
class _Seat:
    """The connection of a guest. See ``GuestConnection``."""

    invite_id: str

    def dismiss(self, ending: Ending) -> None:
        print("revoked", self.invite_id, flush=True)

    def role_changed(self) -> None:
        return None


async def check_links(database: Path, said: Sequence[Sequence[str]]) -> None:
    """Expect of a new process what was said: who is let in, and who is not any more.

    What was not said was done wholly, or not at all.
    """
    made = {rest[0]: rest[1] for what, *rest in said if what == "made"}
    revoking = {rest[0] for what, *rest in said if what == "revoking"}
    revoked = {rest[0] for what, *rest in said if what == "revoked"}
    store = open_store(f"sqlite:///{database}")
    hub = Hub(store, LIMITS, now=time.time, clock=time.monotonic)
    try:
        links = Links(hub)
        for invite_id, secret in made.items():
            try:
                await links.authenticate(invite_id, secret)
            except InviteRevoked:
                assert invite_id in revoking, "a link that was made lets nobody in"
            else:
                assert invite_id not in revoked, "one that was taken back lets them in"
        stored = {each.invite_id: each for each in await store.invites.of_room(ROOM)}
        unsaid = [stored[each] for each in stored.keys() - made.keys()]
        assert len(unsaid) <= 1, "nobody asked for so many links"
        assert all(each.refusal is None for each in unsaid), "half a link"
    finally:
        await hub.close()
