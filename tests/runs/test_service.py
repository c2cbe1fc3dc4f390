"""What is executed, and who stops it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_pairedit.core.runs import NEXT, Part, RunState, digest_of
from jupyter_pairedit.runs.requests import Wanted, part_of
from tests.making import ROOM, run

from .rooms import ANN, BEN, EVE, GUS, RunRoom


async def test_a_version_is_run_and_not_what_was_typed_after_it(at: RunRoom) -> None:
    version = await at.type("first()\n")
    await at.type("second()\n")

    done = await at.run(version=version)

    assert at.probe.given == ["first()\n"]
    assert (done.by, done.guest, done.approver) == ("Ann", False, "")
    assert done.server == at.store.peers.server


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"digest": digest_of("evil()")}, "stale"),
        ({"epoch": "another"}, "stale"),
        ({"version": 9}, "stale"),
        ({"part": Part(0, 99)}, "outside"),
        ({"part": Part(0, 2)}, "outside"),
    ],
)
async def test_a_text_that_is_in_no_version_is_not_run(
    at: RunRoom, other: dict[str, object], code: str
) -> None:
    await at.type("a😀b\n")
    at.runs.grants.permit_runs(ROOM, GUS.client_id, "Ann")
    wanted = replace(await at.wanted(), **other)  # type: ignore[arg-type]

    for who in (ANN, GUS):
        work = at.runs.request(at.room, who, wanted, unread=True)
        assert await at.refused(work) == code


async def test_a_guest_without_a_permission_asks(at: RunRoom) -> None:
    await at.type("asked()\n", GUS)

    # A guest cannot choose to skip what was not shown.
    for unread in (False, True):
        assert (await at.run(GUS, unread=unread)).state == "asked"
    assert at.probe.given == []


async def test_without_a_kernel_nothing_is_stored(at: RunRoom) -> None:
    await at.runs.bindings.unbind(ROOM)

    assert await at.refused(at.run()) == "no_kernel"
    assert await at.store.runs.runs(ROOM) == []


async def test_a_guest_stops_the_own_run_and_a_member_any(at: RunRoom) -> None:
    at.probe.holds = True
    at.runs.grants.permit_runs(ROOM, GUS.client_id, "Ann")
    stop = at.runs.runner.stop
    own, other = await at.run(GUS), await at.run(GUS)

    assert await at.refused(stop(at.room, EVE, own.number)) == "forbidden"
    await stop(at.room, GUS, own.number)
    await stop(at.room, BEN, other.number)
    members = await at.run()
    assert await at.refused(stop(at.room, GUS, members.number)) == "forbidden"
    assert await at.refused(stop(at.room, ANN, 99)) == "gone"
    await stop(at.room, BEN, members.number)


@pytest.mark.parametrize("state", sorted(NEXT))
async def test_a_stored_run_executes_nothing_in_any_state(
    at: RunRoom, state: RunState
) -> None:
    server = at.store.peers.server
    stored = replace(
        run(state, guest=True), server=server, approver="Ann", epoch="epoch"
    )
    written = await at.store.runs.add(ROOM, stored, 50, 1 << 20)

    for each in (
        at.runs.following.reload(ROOM),
        at.runs.following.room_opened(at.room),
    ):
        await each

    stop = at.runs.runner.stop(at.room, ANN, written.number)
    assert await at.refused(stop) in {"ended", "no_kernel"}
    assert at.probe.given == []


async def test_both_ends_of_a_part_are_named_or_none() -> None:
    from msgspec import UNSET

    assert part_of(UNSET, UNSET) is None
    assert part_of(0, 3) == Part(0, 3)
    with pytest.raises(Exception, match="both from and to"):
        part_of(1, UNSET)


async def test_a_question_in_the_database_that_fits_no_text_is_not_asked(
    at: RunRoom,
) -> None:
    await at.type("safe()\n")
    for text, version in (("evil()\n", 1), ("safe()\n", 9)):
        other = replace(
            run("asked", guest=True),
            server="",
            version=version,
            digest=digest_of(text),
        )
        await at.store.runs.add(ROOM, other, 50, 1 << 20)

    await at.runs.following.reload(ROOM)

    assert at.runs.asking.questions.of(ROOM) is None
    fits = Wanted("epoch", 1, digest_of("safe()\n"))
    assert (await at.runs.request(at.room, GUS, fits)).state == "asked"
