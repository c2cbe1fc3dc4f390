"""Invites, in every store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from jupyter_pairedit.core.invites import Invite, Resume
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import (
    InviteNotFound,
    ResumeNotFound,
    RoomNotFound,
    TooManyInvites,
)
from tests.making import ROOM, invite, record

OTHER = "S" * 22
MOST = 3
RESUME = Resume("digest of a token", "I" * 22, "ann", 2_000.0)


async def add(store: Store, **fields: Any) -> Invite:
    """Store an invite with these fields, and create its room."""
    made = invite(**fields)
    await store.create(record(made.room_id), "")
    await store.invites.add(made, MOST)
    return made


async def test_an_invite_is_found_as_it_was_created(store: Store) -> None:
    made = await add(store, label="Ünïcode 👋", role="view")

    assert await store.invites.find(made.invite_id) == made
    assert await store.invites.of_room(ROOM) == [made]
    assert await store.invites.of_room(OTHER) == []
    assert await store.invites.find("N" * 22) is None


async def test_invites_are_listed_in_the_order_of_their_creation(
    store: Store,
) -> None:
    late = await add(store, invite_id="A" * 22, created_at=1_002.0)
    early = await add(store, invite_id="B" * 22, created_at=1_001.0)

    assert await store.invites.of_room(ROOM) == [early, late]


async def test_an_invite_needs_its_room(store: Store) -> None:
    with pytest.raises(RoomNotFound):
        await store.invites.add(invite(), MOST)
    with pytest.raises(RoomNotFound):
        await store.invites.lock(ROOM, True)


async def test_the_number_of_living_invites_is_limited(store: Store) -> None:
    for letter in "ABC":
        await add(store, invite_id=letter * 22)
    await add(store, invite_id="O" * 22, room_id=OTHER)

    with pytest.raises(TooManyInvites, match="at most 3"):
        await add(store, invite_id="D" * 22)
    await store.invites.revoke(ROOM, "A" * 22, 1_001.0)
    await add(store, invite_id="D" * 22)

    assert len(await store.invites.of_room(ROOM)) == 4


async def test_a_use_is_counted_and_its_resume_stored(store: Store) -> None:
    made = await add(store)

    for now in (1_001.0, 1_002.0):
        used = await store.invites.use(made.invite_id, now, RESUME)

    assert used == replace(made, seen_at=1_002.0, last_used_at=1_002.0, uses=2)
    assert await store.invites.find(made.invite_id) == used
    assert await store.invites.resume(RESUME.digest) == RESUME
    assert await store.invites.resume("another") is None
    assert await store.invites.use("N" * 22, 1_001.0, RESUME) is None


async def test_an_expired_invite_stays_expired(store: Store) -> None:
    made = await add(store, expires_at=1_100.0)

    late = await store.invites.use(made.invite_id, 1_100.0, RESUME)
    back = await store.invites.use(made.invite_id, 1_000.0, RESUME)

    assert late and back
    assert (late.expired, back.expired, back.uses) == (True, True, 0)
    assert await store.invites.resume(RESUME.digest) is None


async def test_a_clock_set_back_does_not_extend_an_invite(
    store: Store,
) -> None:
    made = await add(store, expires_at=1_100.0)

    await store.invites.age(1_099.0)
    back = await store.invites.use(made.invite_id, 1_001.0, RESUME)

    assert back
    assert (back.seen_at, back.expired) == (1_099.0, False)


async def test_ageing_expires_all_invites_and_deletes_old_resumes(store: Store) -> None:
    dead = await add(store, expires_at=1_100.0)
    alive = await add(store, invite_id="A" * 22, expires_at=1_200.0)
    await store.invites.use(dead.invite_id, 1_001.0, replace(RESUME, expires_at=1_050))

    await store.invites.age(1_100.0)

    assert [each.expired for each in await store.invites.of_room(ROOM)] == [
        False,
        True,
    ]
    assert (await store.invites.find(alive.invite_id)) == replace(
        alive, seen_at=1_100.0
    )
    assert await store.invites.resume(RESUME.digest) is None


async def test_a_revoked_invite_cannot_be_used(store: Store) -> None:
    made = await add(store)
    await store.invites.use(made.invite_id, 1_001.0, RESUME)

    await store.invites.revoke(ROOM, made.invite_id, 1_002.0)

    used = await store.invites.use(made.invite_id, 1_003.0, RESUME)
    assert used
    assert (used.revoked_at, used.uses) == (1_002.0, 1)
    with pytest.raises(InviteNotFound):
        await store.invites.revoke(ROOM, made.invite_id, 1_004.0)
    with pytest.raises(InviteNotFound):
        await store.invites.change_role(ROOM, made.invite_id, "edit")
    assert await store.invites.resume(RESUME.digest) == RESUME


async def test_an_invite_cannot_be_changed_through_another_room(store: Store) -> None:
    made = await add(store)
    await store.create(record(OTHER), "")

    with pytest.raises(InviteNotFound):
        await store.invites.revoke(OTHER, made.invite_id, 1_001.0)
    with pytest.raises(InviteNotFound):
        await store.invites.change_role(OTHER, made.invite_id, "view")

    assert await store.invites.find(made.invite_id) == made


async def test_the_role_of_an_invite_can_be_changed(store: Store) -> None:
    made = await add(store, role="edit")

    await store.invites.change_role(ROOM, made.invite_id, "view")

    assert await store.invites.find(made.invite_id) == replace(made, role="view")


async def test_a_lock_applies_to_all_invites_of_one_room(store: Store) -> None:
    made = await add(store)
    other = await add(store, room_id=OTHER, invite_id="O" * 22)

    for _ in range(2):
        await store.invites.lock(ROOM, True)
    locked = await store.invites.of_room(ROOM)
    assert locked == [replace(made, locked=True)]
    assert (locked[0].role, locked[0].effective_role) == ("edit", "view")
    assert await store.invites.find(other.invite_id) == other
    assert await store.invites.is_locked(ROOM)
    assert not await store.invites.is_locked(OTHER)

    await store.invites.lock(ROOM, False)
    assert await store.invites.of_room(ROOM) == [made]
    assert not await store.invites.is_locked(ROOM)


async def test_the_resumes_of_one_client_are_deleted(store: Store) -> None:
    made = await add(store)
    ann, bob = RESUME, replace(RESUME, digest="another", client_id="bob")
    for each in (ann, bob):
        await store.invites.use(made.invite_id, 1_001.0, each)

    await store.invites.forget_resumes(made.invite_id, "ann")

    assert await store.invites.resume(ann.digest) is None
    assert await store.invites.resume(bob.digest) == bob


async def test_deleting_a_room_deletes_its_invites(store: Store) -> None:
    made = await add(store)
    await store.invites.use(made.invite_id, 1_001.0, RESUME)
    await store.invites.lock(ROOM, True)

    await store.delete(ROOM, 2_000.0)

    assert await store.invites.find(made.invite_id) is None
    assert await store.invites.resume(RESUME.digest) is None
    await store.create(record(), "")
    assert not await store.invites.is_locked(ROOM)


async def test_invites_are_kept_when_the_store_is_reopened(
    store: Store, open_again: Callable[[], Store]
) -> None:
    dead = await add(store, invite_id="A" * 22, created_at=1_001.0, expires_at=1_002.0)
    gone = await add(store, created_at=1_002.0)
    await store.invites.age(1_002.0)
    await store.invites.revoke(ROOM, gone.invite_id, 1_003.0)
    await store.invites.lock(ROOM, True)
    before = await store.invites.of_room(ROOM)
    await store.close()

    again = open_again()
    try:
        assert await again.invites.of_room(ROOM) == before
        assert [each.refusal is None for each in before] == [False, False]
        late = await again.invites.use(dead.invite_id, 0.0, RESUME)
        assert late and late.expired
    finally:
        await again.close()


async def test_a_resume_that_was_deleted_is_not_stored_again(store: Store) -> None:
    made = await add(store)
    later = replace(RESUME, expires_at=3_000.0)
    await store.invites.use(made.invite_id, 1_000.0, RESUME)

    await store.invites.use(made.invite_id, 1_000.0, later, again=True)
    assert await store.invites.resume(RESUME.digest) == later

    await store.invites.forget_resumes(made.invite_id, RESUME.client_id)
    with pytest.raises(ResumeNotFound):
        await store.invites.use(made.invite_id, 1_000.0, later, again=True)

    assert await store.invites.resume(RESUME.digest) is None
    found = await store.invites.find(made.invite_id)
    assert found is not None and found.uses == 2


async def test_invites_are_replaced_all_together(store: Store) -> None:
    old = [await add(store, invite_id=letter * 22) for letter in "ABC"]
    new = [invite(invite_id=letter * 22, label=letter) for letter in "DE"]
    ids = [each.invite_id for each in old]

    await store.invites.replace(ROOM, ids[:2], new, 1_500.0)

    found = {each.invite_id[0]: each for each in await store.invites.of_room(ROOM)}
    assert [found[n].revoked_at for n in "ABCDE"] == [
        1_500.0,
        1_500.0,
        None,
        None,
        None,
    ]
    assert [found["D"], found["E"]] == new


async def test_no_invite_is_replaced_if_one_has_ended(store: Store) -> None:
    for letter in "AB":
        await add(store, invite_id=letter * 22)
    await store.invites.revoke(ROOM, "B" * 22, 1_200.0)

    with pytest.raises(InviteNotFound):
        new = [invite(invite_id="D" * 22)]
        await store.invites.replace(ROOM, ["A" * 22, "B" * 22], new, 1_500.0)
    with pytest.raises(RoomNotFound):
        await store.invites.replace(OTHER, [], [], 1_500.0)

    found = {each.invite_id[0]: each for each in await store.invites.of_room(ROOM)}
    assert set(found) == {"A", "B"}
    assert (found["A"].revoked_at, found["B"].revoked_at) == (None, 1_200.0)


async def test_a_resume_is_renewed_and_one_that_was_deleted_is_not(
    store: Store,
) -> None:
    made = await add(store)
    ann, bob, eve = (replace(RESUME, digest=each, client_id=each) for each in "abe")
    for each in (ann, bob, eve):
        await store.invites.use(made.invite_id, 1_001.0, each)
    await store.invites.forget_resumes(made.invite_id, "b")

    await store.invites.renew_resumes(["a", "b"], 9_000.0)
    await store.invites.renew_resumes([], 9_500.0)

    assert await store.invites.resume("a") == replace(ann, expires_at=9_000.0)
    assert await store.invites.resume("b") is None
    assert await store.invites.resume("e") == eve
