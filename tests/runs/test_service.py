"""What is executed, and who stops it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.runs import NEXT, Part, Run, RunState, digest_of
from jupyter_pairedit.runs.requests import Wanted, part_of
from jupyter_pairedit.stores.errors import StorageFailure
from tests.handlers.probes import ProbeKernel
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


async def other_kernel(at: RunRoom) -> ProbeKernel:
    """Give the room another kernel."""
    other = ProbeKernel()
    at.runs.bindings._connect = cast("Any", other)
    await at.runs.bindings.bind(ROOM, "other", BEN.person)
    return other


@pytest.mark.parametrize("then", ["another kernel", "no kernel"])
async def test_a_run_goes_on_and_can_be_stopped_when_its_room_loses_the_kernel(
    at: RunRoom, then: str
) -> None:
    at.probe.holds = True
    done, stopped = await at.run(), await at.run()
    if then == "another kernel":
        await other_kernel(at)
    else:
        await at.runs.bindings.unbind(ROOM, BEN.person)

    await at.probe.sinks[0].outputs([Output(0, "stdout", "1\n")], 0, 0)
    at.probe.executions[0].ended("done", "")
    await at.runs.runner.stop(at.room, ANN, stopped.number)
    await at.probe.closed.wait()

    assert [each.text for each in at.room.runs.outputs(done.number)] == ["1\n"]
    assert (await at.state(done), await at.state(stopped)) == ("done", "stopped")


async def test_a_run_is_executed_though_its_room_gets_another_kernel_meanwhile(
    at: RunRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def add(*run: Any) -> Run:
        await other_kernel(at)
        assert not at.probe.closed.is_set()
        return await real(*run)

    real = at.store.runs.add
    monkeypatch.setattr(at.store.runs, "add", add)
    await at.run()

    await at.probe.closed.wait()
    assert at.probe.given == [""]


async def test_a_kernel_is_closed_after_a_run_that_could_not_be_stored(
    at: RunRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> Run:
        raise StorageFailure("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(at.store.runs, "add", fails)
        with pytest.raises(StorageFailure):
            await at.run()
    await at.runs.bindings.unbind(ROOM)

    assert at.probe.closed.is_set()


@pytest.mark.parametrize("runs", [True, False])
async def test_a_kernel_is_closed_with_its_room_whatever_it_executes(
    at: RunRoom, runs: bool
) -> None:
    at.probe.holds = runs
    await at.run()

    await at.runs.room_deleted(ROOM)

    await at.probe.closed.wait()
    assert not at.runs.runner.is_running()


async def test_the_runs_of_a_kernel_that_is_shut_down_end_as_died(at: RunRoom) -> None:
    at.probe.holds = True
    await at.runs.bindings.unbind(ROOM)
    at.probe.closed.clear()
    await at.runs.bindings.start(ROOM, "probe", ANN.person)
    run = await at.run()

    await at.runs.bindings.unbind(ROOM, ANN.person)
    await at.probe.closed.wait()

    assert (at.source.ended, await at.state(run)) == (["probe-0"], "died")
