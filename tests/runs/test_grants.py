"""What members permit to guests, and when it ends."""

from __future__ import annotations

import pytest

from jupyter_pairedit.runs.grants import Grants
from tests.making import ROOM, Clock

from .rooms import ANN, BEN, EVE, GUS, RunRoom, Visit

HOUR = 3_600.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def grants(clock: Clock) -> Grants:
    grants = Grants(HOUR, clock)
    grants.permit_runs(ROOM, GUS.client_id, "Ann")
    grants.trust(ROOM, GUS.client_id, ANN.person)
    return grants


def test_a_permission_is_for_one_guest_of_one_room(grants: Grants) -> None:
    assert grants.permits_runs(ROOM, GUS.client_id) == "Ann"
    assert grants.permits_runs(ROOM, EVE.client_id) == ""
    assert grants.permits_runs("O" * 22, GUS.client_id) == ""
    assert grants.trusted(ROOM, ANN.person) == {GUS.client_id}
    assert grants.trusted(ROOM, BEN.person) == set()
    assert grants.trusted("O" * 22, ANN.person) == set()


def test_a_permission_ends_after_an_hour(grants: Grants, clock: Clock) -> None:
    clock.seconds = HOUR - 1
    assert grants.permits_runs(ROOM, GUS.client_id)
    assert grants.trusted(ROOM, ANN.person)
    clock.seconds = HOUR
    assert not grants.permits_runs(ROOM, GUS.client_id)
    assert not grants.trusted(ROOM, ANN.person)


def test_the_end_of_a_guest_s_permissions_leaves_those_of_others(
    grants: Grants,
) -> None:
    grants.trust(ROOM, EVE.client_id, ANN.person)
    grants.trust(ROOM, GUS.client_id, BEN.person)

    assert grants.end(ROOM, GUS.client_id)
    assert not grants.end(ROOM, GUS.client_id)

    assert not grants.permits_runs(ROOM, GUS.client_id)
    assert grants.trusted(ROOM, ANN.person) == {EVE.client_id}
    assert grants.trusted(ROOM, BEN.person) == set()


async def test_a_guest_asks_after_the_hour(at: RunRoom) -> None:
    await at.type("x\n", GUS)
    at.runs.grants.permit_runs(ROOM, GUS.client_id, "Ann")
    run = await at.run(GUS)
    assert (run.state, run.approver, at.probe.given) == ("queued", "Ann", ["x\n"])

    at.clock.seconds += HOUR

    assert (await at.run(GUS)).state == "asked"
    assert at.probe.given == ["x\n"]


@pytest.mark.parametrize("end", ["leaves", "has another role"])
async def test_a_permission_ends_with_the_connection_and_the_role(
    at: RunRoom, end: str
) -> None:
    visit = Visit(GUS.client_id)
    at.runs.sessions.add(ROOM, visit)
    at.runs.grants.permit_runs(ROOM, GUS.client_id, "Ann")
    at.runs.grants.trust(ROOM, GUS.client_id, ANN.person)

    if end == "leaves":
        at.runs.leave(ROOM, visit)
    else:
        at.runs.end_permissions(ROOM, visit)

    assert not at.runs.grants.permits_runs(ROOM, GUS.client_id)
    assert not at.runs.grants.trusted(ROOM, ANN.person)


async def test_a_connection_of_the_same_client_gets_nothing_from_the_one_before(
    at: RunRoom,
) -> None:
    at.runs.enter(ROOM, Visit(GUS.client_id))
    at.runs.grants.permit_runs(ROOM, GUS.client_id, "Ann")
    at.runs.grants.trust(ROOM, GUS.client_id, ANN.person)
    question = await at.run(EVE)

    at.runs.enter(ROOM, Visit(GUS.client_id))

    assert not at.runs.grants.permits_runs(ROOM, GUS.client_id)
    assert not at.runs.grants.trusted(ROOM, ANN.person)
    await at.runs.asking.close()
    assert await at.state(question) == "asked", "it is that of another client"

    at.runs.enter(ROOM, Visit(EVE.client_id))
    await at.runs.asking.close()

    assert await at.state(question) == "withdrawn"


async def test_a_connection_that_was_replaced_ends_nothing(at: RunRoom) -> None:
    before, now = Visit(GUS.client_id), Visit(GUS.client_id)
    at.runs.enter(ROOM, before)
    at.runs.enter(ROOM, now)
    at.runs.grants.permit_runs(ROOM, GUS.client_id, "Ann")

    at.runs.leave(ROOM, before)

    assert at.runs.grants.permits_runs(ROOM, GUS.client_id)
