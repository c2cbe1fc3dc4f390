"""The runs of rooms and their outputs, in every store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.runs import NEXT, Part, Run, RunEnded, RunState
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomDeleted, RoomNotFound
from jupyter_pairedit.stores.runs import RunNews
from tests.making import ROOM, chain, insert, record, revision, run

OTHER = "S" * 22
TEXT = Output(0, "stdout", "x = 1\n")
PLOT = Output(1, "display", "<Figure>", "image/png", "iVBORw0KGgo=", 320, 240)


async def add(
    store: Store, new: Run | None = None, *, most: int = 50, size: int = 1_000
) -> Run:
    """Store a run of the room; a queued one by default."""
    return await store.runs.add(ROOM, new or run("queued"), most, size)


async def ended(store: Store, outputs: list[Output], **limits: int) -> Run:
    """Store a run and end it."""
    new = await add(store, run("running"), **limits)
    done = new.moved("done", 1_009.0)
    await store.runs.change(ROOM, done, outputs)
    return done


async def import_run(
    store: Store,
    new: Run,
    outputs: Sequence[Output] = (),
    *,
    most: int = 50,
    size: int = 1_000,
) -> bool:
    """Import a run into the room."""
    return await store.runs.import_run(ROOM, new, outputs, most, size)


async def numbers(store: Store) -> list[int]:
    return [each.number for each in await store.runs.runs(ROOM)]


async def test_a_run_is_read_as_it_was_stored(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await store.create(record(), "")
    whole = run("asked", by="Ünï 👋", guest=True)
    part = replace(
        run("queued"),
        part=Part(3, 9),
        server="s1",
        approver="Ann",
        started_at=1_001.5,
        ended_at=1_002.5,
        first=2,
        left_out=3,
        detail="It printed too much.",
        in_cell=True,
    )

    added = [await add(store, whole), await add(store, part)]

    other = open_again()
    assert added == [replace(whole, number=1), replace(part, number=2)]
    assert await other.runs.runs(ROOM) == added
    assert await other.runs.runs(ROOM, after=1) == added[1:]
    await other.close()


async def test_outputs_are_read_in_order_and_a_later_one_replaces_its_number(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await store.create(record(), "")
    new = await add(store)
    longer = replace(TEXT, text="x = 1\ny = 😀\n")
    before = replace(PLOT, width=0, height=7)

    await store.runs.change(ROOM, new, [before, TEXT])
    await store.runs.change(ROOM, new.moved("running", 1_001.0), [longer, PLOT])

    other = open_again()
    assert await other.runs.outputs(ROOM, 1) == [longer, PLOT]
    assert await other.runs.outputs(ROOM, 1, after=0) == [PLOT]
    assert await other.runs.outputs(ROOM, 2) == []
    await other.close()


async def test_a_change_stores_how_the_run_goes_on_and_never_what_it_runs(
    store: Store,
) -> None:
    await store.create(record(), "")
    new = await add(store, run("asked", guest=True))
    queued = replace(new.moved("queued", 1_001.0), server="s1", approver="Ann")
    running = queued.moved("running", 1_002.0)
    done = replace(running.moved("stopped", 1_003.0, "Stopped."), first=1, left_out=4)

    for each in (queued, running, done):
        await store.runs.change(ROOM, each)
        assert await store.runs.runs(ROOM) == [each]
    await store.runs.change(
        ROOM, replace(done, version=9, digest="f" * 64, by="Eve", part=Part(0, 1))
    )

    assert await store.runs.runs(ROOM) == [done]


@pytest.mark.parametrize("found", NEXT)
async def test_only_a_state_that_follows_is_stored(
    store: Store, found: RunState
) -> None:
    await store.create(record(), "")
    for state in NEXT:
        before = await add(store, run(found), size=10_000)
        await store.runs.change(ROOM, before, [TEXT])
        changed = replace(before, state=state, detail="new")
        if state == found or state in NEXT[found]:
            await store.runs.change(ROOM, changed, [PLOT])

            assert (await store.runs.runs(ROOM))[-1] == changed
            assert await store.runs.outputs(ROOM, before.number) == [TEXT, PLOT]
        else:
            news = await store.runs.news(ROOM, 0)
            with pytest.raises(RunEnded, match=f"found one {found}") as refused:
                await store.runs.change(ROOM, changed, [PLOT])

            assert refused.value.found == found
            assert await store.runs.news(ROOM, 0) == news


async def test_outputs_before_the_first_to_show_are_deleted(store: Store) -> None:
    await store.create(record(), "")
    new = await add(store)
    last = Output(2, "stderr", "warning\n")
    await store.runs.change(ROOM, new, [TEXT, PLOT])

    await store.runs.change(ROOM, replace(new, first=2), [last])
    assert await store.runs.outputs(ROOM, 1) == [last]
    await store.runs.change(ROOM, replace(new, first=9), [replace(last, number=8)])
    assert await store.runs.outputs(ROOM, 1) == []


async def test_the_oldest_ended_runs_are_deleted_with_their_outputs(
    store: Store, do_sql: Callable[[str], None]
) -> None:
    await store.create(record(), "")
    await ended(store, [TEXT])
    waiting = await add(store, run("asked"))
    await ended(store, [TEXT])
    await ended(store, [TEXT])

    await add(store, most=3)

    assert await numbers(store) == [waiting.number, 4, 5]
    assert [await store.runs.outputs(ROOM, n) for n in (1, 3)] == [[], []]
    assert await store.runs.outputs(ROOM, 4) == [TEXT]
    # Fails if an output of them were left.
    for number in (1, 3):
        assert await import_run(store, replace(run("done"), number=number))
        assert await store.runs.outputs(ROOM, number) == []


async def test_runs_that_never_started_are_deleted_before_others(store: Store) -> None:
    await store.create(record(), "")
    started = replace(run("running"), started_at=1_001.0)
    for _ in range(2):
        done = (await add(store, started)).moved("done", 1_002.0)
        await store.runs.change(ROOM, done, [TEXT])

    for _ in range(5):
        question = await add(store, run("asked", guest=True), most=4)
        await store.runs.change(ROOM, question.moved("refused", 1_003.0))
    assert await numbers(store) == [1, 2, 6, 7]
    assert await store.runs.outputs(ROOM, 1) == [TEXT]

    await add(store, most=3)
    assert await numbers(store) == [1, 2, 8]
    assert await import_run(store, replace(run("refused"), number=9), most=3)
    assert await numbers(store) == [2, 8, 9]


async def test_the_oldest_runs_are_deleted_until_the_outputs_have_the_size(
    store: Store,
) -> None:
    await store.create(record(), "")
    emoji = Output(0, "stdout", "😀" * 20)  # 80 bytes
    for _ in range(3):
        await ended(store, [emoji])
    await ended(store, [replace(emoji, text="", data="x" * 79)])

    await add(store, size=239)
    assert await numbers(store) == [2, 3, 4, 5]
    await add(store, size=159)
    assert await numbers(store) == [3, 4, 5, 6]
    await add(store, size=158)
    assert await numbers(store) == [4, 5, 6, 7]
    await add(store, size=0)
    assert await numbers(store) == [5, 6, 7, 8]


async def test_the_number_of_a_deleted_run_is_not_used_again(store: Store) -> None:
    await store.create(record(), "")
    for _ in range(3):
        await ended(store, [], most=1)

    assert (await add(store, most=1)).number == 4
    assert await numbers(store) == [4]


async def test_a_change_of_a_deleted_run_does_nothing(store: Store) -> None:
    await store.create(record(), "")
    done = await ended(store, [TEXT])
    await add(store, most=1)
    before = await store.runs.news(ROOM, 0)

    await store.runs.change(ROOM, done, [TEXT])

    assert await store.runs.news(ROOM, 0) == before
    assert await store.runs.outputs(ROOM, done.number) == []


async def test_the_news_are_what_has_changed_since_a_counter(store: Store) -> None:
    await store.create(record(), "")
    assert await store.runs.news(ROOM, 0) == RunNews(0, [], [])
    first = await add(store)
    second = await add(store)
    seen = await store.runs.news(ROOM, 0)
    running = first.moved("running", 1_001.0)
    await store.runs.change(ROOM, running, [TEXT, PLOT])
    then = await store.runs.news(ROOM, seen.change)
    await store.runs.change(ROOM, running, [replace(TEXT, text="y")])
    last = await store.runs.news(ROOM, then.change)

    assert (seen.runs, seen.outputs) == ([first, second], [])
    assert (then.runs, then.outputs) == ([running], [(1, TEXT), (1, PLOT)])
    assert (last.runs, last.outputs) == ([running], [(1, replace(TEXT, text="y"))])
    assert seen.change < then.change < last.change
    assert await store.runs.news(ROOM, last.change) == RunNews(last.change, [], [])
    assert await store.runs.news(ROOM, 0) == RunNews(
        last.change, [running, second], [(1, replace(TEXT, text="y")), (1, PLOT)]
    )


async def test_the_heads_of_rooms_have_the_counter(store: Store) -> None:
    await store.create(record(), "")
    await add(store)
    await add(store)

    head = (await store.peers.heads([ROOM]))[ROOM]

    assert head.run_changes == (await store.runs.news(ROOM, 0)).change == 2


async def test_each_room_has_its_own_runs(store: Store) -> None:
    for room_id in (ROOM, OTHER):
        await store.create(record(room_id), "")
    await ended(store, [TEXT])

    new = await store.runs.add(OTHER, run("queued"), 1, 0)
    await store.runs.change(OTHER, new, [PLOT])

    assert new.number == 1
    assert await numbers(store) == [1]
    assert await store.runs.outputs(ROOM, 1) == [TEXT]
    assert (await store.runs.news(OTHER, 0)).outputs == [(1, PLOT)]


async def test_what_cannot_be_stored_is_replaced(store: Store) -> None:
    await store.create(record(), "")
    bad, kept = "a\0b\ud800c\udfff😀", "a�b�c�😀"
    new = await add(store, run("running", by=bad))
    end = replace(new.moved("error", 1_002.0, bad), approver=bad)

    await store.runs.change(ROOM, end, [Output(0, "error", bad, "text/html", bad)])

    assert (await store.runs.runs(ROOM))[0].by == kept
    assert (await store.runs.runs(ROOM))[0].detail == kept
    assert (await store.runs.runs(ROOM))[0].approver == kept
    found = Output(0, "error", kept, "text/html", kept)
    assert await store.runs.outputs(ROOM, 1) == [found]


async def test_an_ended_run_is_imported_with_its_number_once(store: Store) -> None:
    await store.create(record(), "")
    done = replace(run("done"), number=7)

    assert await import_run(store, done, [TEXT, PLOT])
    assert not await import_run(store, replace(done, detail="other"), [PLOT])

    assert await store.runs.runs(ROOM) == [done]
    assert await store.runs.outputs(ROOM, 7) == [TEXT, PLOT]
    assert (await add(store)).number == 8
    assert await import_run(store, replace(done, number=3))
    assert (await add(store)).number == 9


@pytest.mark.parametrize("state", [each for each in NEXT if NEXT[each]])
async def test_a_run_that_has_not_ended_is_not_imported(
    store: Store, state: RunState
) -> None:
    await store.create(record(), "")

    with pytest.raises(ValueError, match=f"Expected a run that has ended.*{state}"):
        await import_run(store, replace(run(state), number=1))

    assert await store.runs.news(ROOM, 0) == RunNews(0, [], [])


async def test_imported_runs_are_within_the_limits_of_the_room(store: Store) -> None:
    await store.create(record(), "")
    large = Output(0, "stdout", "x" * 60)
    await ended(store, [large])
    for number in (3, 2):
        done = replace(run("done"), number=number)
        assert await import_run(store, done, [large], size=120)

    # The oldest ones go, whether they were there or are the imported one.
    assert await numbers(store) == [2, 3]
    assert await import_run(store, replace(run("done"), number=1), [TEXT], size=120)
    assert await numbers(store) == [2, 3]
    assert await import_run(store, replace(run("done"), number=9), [TEXT], most=2)
    assert await numbers(store) == [3, 9]
    assert await store.runs.outputs(ROOM, 2) == []
    # The newest stays.
    assert await import_run(store, replace(run("done"), number=10), [TEXT], size=0)
    assert await numbers(store) == [10]


async def test_an_import_deletes_no_run_that_has_not_ended(store: Store) -> None:
    await store.create(record(), "")
    waiting = await add(store)

    await import_run(store, replace(run("done"), number=5), [TEXT], most=1, size=0)

    assert await numbers(store) == [waiting.number, 5]


async def test_a_state_that_nobody_knows_is_that_of_a_run_that_died(
    store: Store, do_sql: Callable[[str], None]
) -> None:
    await store.create(record(), "")
    new = await add(store)
    do_sql("update {schema}room_run set state = 'paused'")

    assert await store.runs.runs(ROOM) == [replace(new, state="died")]
    with pytest.raises(RunEnded):
        await store.runs.change(ROOM, new.moved("running", 1_001.0))


async def test_a_missing_room_has_no_runs_and_gets_none(store: Store) -> None:
    await store.create(record(OTHER), "")
    await store.delete(OTHER, 2_000.0)
    new = replace(run("done"), number=1)

    assert await store.runs.runs(ROOM) == []
    assert await store.runs.outputs(ROOM, 1) == []
    assert await store.runs.news(ROOM, 0) == RunNews(0, [], [])
    for room_id, error in ((ROOM, RoomNotFound), (OTHER, RoomDeleted)):
        with pytest.raises(error):
            await store.runs.add(room_id, new, 9, 9)
        with pytest.raises(error):
            await store.runs.change(room_id, new)
        with pytest.raises(error):
            await store.runs.import_run(room_id, new, [], 9, 9)


async def test_a_deleted_room_has_no_runs(store: Store) -> None:
    await store.create(record(), "")
    await ended(store, [TEXT])

    await store.delete(ROOM, 2_000.0)
    await store.create(record(), "")

    assert await store.runs.news(ROOM, 0) == RunNews(0, [], [])
    assert (await add(store)).number == 1
    assert await store.runs.outputs(ROOM, 1) == []


async def test_one_of_two_answers_of_two_servers_is_refused(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await store.create(record(), "")
    other = open_again()
    for _ in range(10):
        asked = await add(store, run("asked", guest=True))
        queued = asked.moved("queued", 1_001.0)
        expired = asked.moved("expired", 1_001.0)

        outcomes = await asyncio.gather(
            store.runs.change(ROOM, queued),
            other.runs.change(ROOM, expired),
            return_exceptions=True,
        )

        refused = [isinstance(each, RunEnded) for each in outcomes]
        assert sorted(refused) == [False, True]
        last = (await other.runs.runs(ROOM))[-1]
        assert last == (expired if refused[0] else queued)
    await other.close()


async def test_runs_of_two_servers_have_different_numbers_and_news_miss_nothing(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await store.create(record(), "")
    other = open_again()
    seen: dict[int, Run] = {}
    outputs: dict[tuple[int, int], Output] = {}
    since = 0

    async def work(server: Store) -> None:
        for _ in range(10):
            new = await server.runs.add(ROOM, run("running"), 100, 10_000)
            await server.runs.change(ROOM, new, [TEXT])
            await server.runs.change(ROOM, new.moved("done", 1_001.0), [PLOT])

    async def read() -> None:
        nonlocal since
        news = await other.runs.news(ROOM, since)
        since = news.change
        seen.update((each.number, each) for each in news.runs)
        outputs.update(((n, each.number), each) for n, each in news.outputs)

    working = asyncio.gather(work(store), work(other))
    while not working.done():
        await read()
    await working
    await read()

    assert sorted(seen) == list(range(1, 21))
    assert {each.state for each in seen.values()} == {"done"}
    assert set(outputs) == {(n, k) for n in seen for k in (0, 1)}
    await other.close()


async def test_runs_and_appends_go_on_side_by_side(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await store.create(record(), "")
    other = open_again()
    log = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, 31)))
    new = await add(store, run("running"))

    async def append() -> None:
        for each in log:
            await other.append(ROOM, each.version - 1, [each])

    async def output() -> None:
        for number in range(30):
            await store.runs.change(ROOM, new, [replace(TEXT, number=number)])

    await asyncio.gather(append(), output())

    assert (await store.load(ROOM)).last == 30
    assert len(await other.runs.outputs(ROOM, 1)) == 30
    await other.close()
