"""Runs and their outputs are copied from one store to another."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from jupyter_pairedit.archive.badexport import BadExport
from jupyter_pairedit.archive.transfer import (
    Imported,
    export_room,
    import_room,
    with_identity,
)
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.runs import NEXT, Run, RunState
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.runs import RunNews
from tests.making import PART_OF_A_GUEST, ROOM, chain, insert, record, revision, run

LIMITS = Limits()
TEXT = Output(0, "stdout", "x = 1\n")
PLOT = Output(1, "display", "<Figure>", "image/png", "iVBORw0KGgo=")
GUEST_RUN = replace(PART_OF_A_GUEST, version=2)


async def room(store: Store) -> None:
    """Create the room, at version 2."""
    await store.create(record(), "")
    log = chain(revision(1, insert(0, 0, "a")), revision(2, insert(1, 1, "b")))
    await store.append(ROOM, 0, log)


async def add(store: Store, new: Run, *outputs: Output) -> Run:
    """Store a run of the room as a server does."""
    runs = store.runs
    added = await runs.add(ROOM, new, LIMITS.runs, LIMITS.runs_size)
    await runs.change(ROOM, added, outputs)
    return added


async def move(here: Store, there: Store) -> Imported:
    lines = list(await export_room(here, ROOM))
    return await import_room(there, lambda: lines, "later")


async def outputs(store: Store, number: int) -> list[Output]:
    return await store.runs.outputs(ROOM, number)


async def test_an_import_has_the_runs_and_their_outputs(
    here: Store, there: Store
) -> None:
    await room(here)
    runs = [
        await add(here, run("done"), TEXT),
        await add(here, GUEST_RUN, TEXT, PLOT),
        await add(here, run("refused", guest=True)),
    ]

    done = await move(here, there)

    assert done == Imported(ROOM, 2, 2, runs=3)
    assert await there.runs.runs(ROOM) == runs
    assert [await outputs(there, n) for n in (1, 2, 3)] == [[TEXT], [TEXT, PLOT], []]
    assert list(await export_room(there, ROOM)) == list(await export_room(here, ROOM))
    # The next run gets the next number.
    assert (await add(there, run("queued"))).number == 4


@pytest.mark.parametrize("state", [each for each in NEXT if NEXT[each]])
async def test_a_run_that_had_not_ended_is_imported_as_ended(
    here: Store, there: Store, state: RunState
) -> None:
    await room(here)
    new = replace(run(state, guest=True), server=there.peers.server)
    left = await add(here, new, TEXT)

    await move(here, there)

    assert await there.runs.runs(ROOM) == [
        replace(
            left,
            state="expired" if state == "asked" else "died",
            detail="It had not ended when the room was exported.",
            server="",
        )
    ]
    assert await outputs(there, 1) == [TEXT]


async def test_the_versions_of_runs_are_never_merged_after_an_import(
    here: Store, there: Store
) -> None:
    await room(here)
    await add(here, replace(run("done"), version=1))

    await move(here, there)

    assert 1 in await there.pins(ROOM)


async def test_a_second_import_adds_only_new_runs(here: Store, there: Store) -> None:
    await room(here)
    first = await add(here, run("done"), TEXT)
    await move(here, there)
    own = await add(there, replace(run("done"), by="There"), PLOT)

    assert (await move(here, there)).runs == 0
    await add(here, run("done"), TEXT)
    third = await add(here, run("done"), TEXT)

    assert (await move(here, there)).runs == 1
    # Each keeps its number, so the second one is that of the room.
    assert await there.runs.runs(ROOM) == [first, own, third]
    assert await outputs(there, 2) == [PLOT]


async def test_an_import_as_new_has_the_runs(here: Store) -> None:
    await room(here)
    added = await add(here, run("done"), TEXT)
    lines = list(await export_room(here, ROOM))

    await import_room(here, lambda: lines, "later", with_identity("N" * 22, "another"))

    assert await here.runs.runs("N" * 22) == [added]
    assert await here.runs.outputs("N" * 22, 1) == [TEXT]


async def with_runs(store: Store, count: int, *shown: Output) -> None:
    """Add ended runs without the limits of a server."""
    for number in range(1, count + 1):
        new = replace(run("done"), number=number)
        await store.runs.import_run(ROOM, new, shown, 10_000, 1 << 40)


async def test_an_import_has_the_newest_runs_up_to_the_limit(
    here: Store, there: Store
) -> None:
    await room(here)
    await with_runs(here, LIMITS.runs + 3)

    assert (await move(here, there)).runs == LIMITS.runs

    kept = [each.number for each in await there.runs.runs(ROOM)]
    assert kept == list(range(4, LIMITS.runs + 4))


async def test_an_import_has_the_newest_outputs_up_to_the_limit(
    here: Store, there: Store
) -> None:
    await room(here)
    large = Output(0, "display", "", "text/html", "x" * (LIMITS.runs_size // 4))
    await with_runs(here, 6, large)

    assert (await move(here, there)).runs == 4

    assert [each.number for each in await there.runs.runs(ROOM)] == [3, 4, 5, 6]


async def test_of_a_run_that_is_larger_than_a_room_may_have_the_start_is_imported(
    here: Store, there: Store
) -> None:
    await room(here)
    large = Output(0, "display", "", "text/html", "x" * (LIMITS.runs_size // 2))
    shown = [replace(large, number=number) for number in range(3)]
    await with_runs(here, 1, *shown)

    await move(here, there)

    (found,) = await there.runs.runs(ROOM)
    assert found.left_out == 1
    assert await outputs(there, 1) == shown[:2]


async def test_a_room_without_runs_is_exported_as_before(here: Store) -> None:
    """So an earlier version of the package reads the file."""
    await room(here)

    types = [json.loads(each)["type"] for each in await export_room(here, ROOM)]

    assert types == ["room", "revision", "revision", "end"]


async def test_a_file_with_a_bad_run_imports_nothing(here: Store, there: Store) -> None:
    await room(here)
    await add(here, run("done"), TEXT)
    lines = list(await export_room(here, ROOM))
    lines[3] = lines[3].replace(b'"done"', b'"paused"')

    with pytest.raises(BadExport, match=r"line 4: expected .* found .*'paused'"):
        await import_room(there, lambda: lines, "later")

    assert await there.rooms() == []
    assert await there.runs.news(ROOM, 0) == RunNews(0, [], [])
