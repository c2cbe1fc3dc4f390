"""Changes of invites, and whom they reach while rooms are busy and stores fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.core.invites import Invite, InviteNotValid
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.roles import Role
from jupyter_pairedit.guests.admission import Admission
from jupyter_pairedit.guests.guest import GuestIdentity
from jupyter_pairedit.guests.invites import Invites
from jupyter_pairedit.protocol import Close, Ending, GuestHello
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import SteeredStore, insert

BUSY, OTHER = "B" * 22, "O" * 22
GUARD = 30.0
"""Seconds after which a wait fails; no test waits that long to succeed."""


class Guests:
    """A hub with two rooms, the invites to them, and guests with connections."""

    def __init__(self, store: SteeredStore) -> None:
        self.store = store
        self.now = 1_000.0
        self.hub = Hub(store, Limits(), now=lambda: self.now, clock=lambda: 0.0)
        self.invites = Invites(self.hub, lambda: self.now)
        self.admission = Admission(
            self.hub, self.invites, now=lambda: self.now, clock=lambda: 0.0
        )
        self.ended: dict[str, Ending] = {}
        """By client id."""
        self.roles: list[tuple[str, Role]] = []
        """The names and new roles of guests whose role has changed."""
        self.has_ended = asyncio.Event()
        """Set when one has."""

    async def invite(
        self, room_id: str, label: str = "", lifetime: float = 60.0
    ) -> tuple[Invite, str]:
        await self.hub.create("Ann", room_id=room_id, code="")
        return await self.invites.make(room_id, "edit", lifetime, label, "Ann")

    async def join(
        self, invite: Invite, secret: str, client: str = "guest"
    ) -> GuestIdentity:
        """Come in by the key."""
        hello = GuestHello(
            room=invite.room_id,
            invite=invite.invite_id,
            name=client,
            secret=secret,
            key=client * 22,
        )
        return self.enter(*await self.admission.authenticate(hello))

    async def resume(self, guest: GuestIdentity) -> GuestIdentity:
        """Come in again by the token."""
        hello = GuestHello(
            room=guest.invite.room_id,
            invite=guest.invite.invite_id,
            name=guest.name,
            resume=guest.resume,
            key=guest.name * 22,
        )
        return self.enter(*await self.admission.authenticate(hello))

    def enter(self, room: Room, guest: GuestIdentity) -> GuestIdentity:
        reader = EditReader(guest.client_id, guest.person, guest.name, guest.label)
        room.audience.join(reader)

        self.invites.enter(guest, Seat(self, room, guest, reader))
        return guest

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Let an edit of one room wait for the disk."""
        room = await self.hub.open(BUSY)
        self.store.append_called.clear()
        self.store.go.clear()
        push = asyncio.create_task(room.push(Writer("x", "X"), 0, [insert(0, 0, "x")]))
        await self.store.append_called.wait()
        yield
        assert not push.done()
        self.store.go.set()
        await push


@dataclass
class Seat:
    """The connection of a guest. See ``GuestConnection``."""

    guests: Guests
    room: Room
    guest: GuestIdentity
    reader: EditReader

    def dismiss(self, ending: Ending) -> None:
        self.guests.ended[self.guest.client_id] = ending
        self.guests.has_ended.set()
        self.room.audience.leave(self.reader)
        self.guests.invites.leave(self.guest)

    def role_changed(self) -> None:
        self.guests.roles.append((self.guest.name, self.guest.role))


@pytest.fixture
def guests(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Guests]:
    store = SteeredStore(open_store(f"sqlite:///{tmp_path}/rooms.db"))
    yield Guests(store)
    jp_asyncio_loop.run_until_complete(store.close())


async def test_revoking_does_not_wait_for_another_room(guests: Guests) -> None:
    in_busy, busy_secret = await guests.invite(BUSY)
    invite, secret = await guests.invite(OTHER)
    await guests.join(in_busy, busy_secret)
    guest = await guests.join(invite, secret)

    async with guests.busy(), asyncio.timeout(GUARD):
        waiting = asyncio.create_task(guests.invites.revoke(BUSY, in_busy.invite_id))
        await guests.has_ended.wait()
        assert await guests.invites.revoke(OTHER, invite.invite_id) == 1

        assert guests.ended[guest.client_id].code == Close.INVITE_REVOKED
        assert not waiting.done(), "what was sent before is still on its way"
    await waiting


async def test_a_busy_room_delays_no_change_by_another_server(guests: Guests) -> None:
    in_busy, busy_secret = await guests.invite(BUSY)
    invite, secret = await guests.invite(OTHER)
    await guests.join(in_busy, busy_secret)
    guest = await guests.join(invite, secret)

    async with guests.busy(), asyncio.timeout(GUARD):
        await guests.store.invites.revoke(OTHER, invite.invite_id, 1_000.0)
        recheck = asyncio.create_task(guests.invites.recheck())
        await guests.has_ended.wait()
        assert list(guests.ended) == [guest.client_id]
        assert not recheck.done()
    await recheck


@pytest.mark.parametrize("error", [StorageFailure("damaged"), RuntimeError("a fault")])
async def test_a_room_that_cannot_be_read_does_not_keep_guests_of_others_connected(
    guests: Guests, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    unread, unread_secret = await guests.invite(BUSY)
    invite, secret = await guests.invite(OTHER)
    await guests.join(unread, unread_secret)
    guest = await guests.join(invite, secret)
    of_room = guests.store.invites.of_room

    async def failing(room_id: str) -> list[Invite]:
        if room_id == BUSY:
            raise error
        return await of_room(room_id)

    monkeypatch.setattr(guests.store.invites, "of_room", failing)
    await guests.store.invites.revoke(OTHER, invite.invite_id, 1_000.0)
    await guests.invites.recheck()

    assert guests.ended[guest.client_id].code == Close.INVITE_REVOKED


async def test_the_old_links_stay_if_the_new_ones_cannot_be_stored(
    guests: Guests, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [await guests.invite(OTHER, label) for label in ("one", "two")]
    guest = await guests.join(*old[0])

    async def failing(*_: object) -> None:
        raise StorageFailure("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(guests.store.invites, "replace", failing)
        with pytest.raises(StorageFailure):
            await guests.invites.renew(OTHER, "Ann")

    alive = [each.invite_id for each in await guests.invites.alive(OTHER)]
    assert sorted(alive) == sorted(invite.invite_id for invite, _ in old)
    assert guests.ended == {}

    new, closed = await guests.invites.renew(OTHER, "Ann")
    assert closed == 1 and guest.client_id in guests.ended
    assert sorted(invite.label for invite, _ in new) == ["one", "two"]
    await guests.join(*new[1], client="again")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_guest_who_is_removed_while_resuming_does_not_join(
    guests: Guests, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    guest = await guests.join(*await guests.invite(OTHER))
    use = guests.store.invites.use

    async def kicked(*args: Any, **kwargs: Any) -> Invite | None:
        """Use the invite, and be removed right before or after that."""
        if when == "before":
            await guests.invites.kick(OTHER, guest.client_id, "Ann")
        used = await use(*args, **kwargs)
        if when == "after":
            await guests.invites.kick(OTHER, guest.client_id, "Ann")
        return used

    with monkeypatch.context() as patch:
        patch.setattr(guests.store.invites, "use", kicked)
        with pytest.raises(InviteNotValid):
            await guests.resume(guest)

    assert guests.ended[guest.client_id].code == Close.KICKED
    assert guests.invites.guests_in(OTHER) == []
    with pytest.raises(InviteNotValid):
        await guests.resume(guest)


async def test_a_guest_who_reconnects_during_a_removal_is_removed_too(
    guests: Guests, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = await guests.join(*await guests.invite(OTHER))
    forget = guests.store.invites.forget_resumes
    again: list[GuestIdentity] = []

    async def back_already(invite_id: str, client_id: str) -> None:
        again.append(await guests.resume(guest))
        await forget(invite_id, client_id)

    monkeypatch.setattr(guests.store.invites, "forget_resumes", back_already)
    await guests.invites.kick(OTHER, guest.client_id, "Ann")

    assert again and guests.invites.guests_in(OTHER) == []
    with pytest.raises(InviteNotValid):
        await guests.resume(again[0])


async def test_a_renewed_token_admits_its_guest_again(guests: Guests) -> None:
    guest = await guests.join(*await guests.invite(OTHER))

    for _ in range(3):
        guest = await guests.resume(guest)

    found = await guests.store.invites.find(guest.invite.invite_id)
    assert found is not None and found.uses == 4


async def test_a_guest_who_stays_longer_than_a_token_lives_can_come_back(
    guests: Guests,
) -> None:
    lifetime = guests.hub.limits.resume
    here = await guests.join(*await guests.invite(BUSY, lifetime=7 * lifetime))

    for later in (lifetime * 0.6, lifetime * 1.2):
        guests.now = 1_000.0 + later
        await guests.invites.recheck()

    assert await guests.resume(here)


async def test_each_change_of_a_role_reaches_the_connection_at_once(
    guests: Guests,
) -> None:
    invite, secret = await guests.invite(OTHER)
    await guests.join(invite, secret, "ben")
    other, other_secret = await guests.invites.make(OTHER, "view", 60.0, "", "Ann")
    await guests.join(other, other_secret, "eve")

    for locked in (True, True, False):
        await guests.invites.lock(OTHER, locked)
    await guests.invites.reload(OTHER)
    await guests.invites.change_role(OTHER, other.invite_id, "edit")

    assert guests.roles == [("ben", "view"), ("ben", "edit"), ("eve", "edit")]
