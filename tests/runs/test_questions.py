"""How often guests may ask, and who answers what."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.notes import Note, notes
from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.runs import Part, Run, digest_of
from jupyter_pairedit.protocol import RunError
from jupyter_pairedit.runs.questions import Questions
from jupyter_pairedit.runs.requests import RunRefusal
from tests.making import ROOM, Clock, until

from .rooms import ANN, BEN, EVE, GUS, RunRoom, Visit


def refusal(questions: Questions, asker: str, room_id: str = ROOM) -> str:
    """Ask; return the sentence of the refusal, or an empty text."""
    try:
        questions.admit(room_id, asker)
    except RunRefusal as refused:
        assert refused.code == "too_many"
        return str(refused)
    return ""


def test_a_guest_may_ask_six_times_a_minute() -> None:
    clock = Clock()
    questions = Questions(Limits(), clock)

    assert [refusal(questions, "gus") for _ in range(6)] == [""] * 6
    assert refusal(questions, "gus").startswith("Too many questions")
    assert refusal(questions, "eve") == refusal(questions, "gus", "O" * 22) == ""
    clock.seconds += 60
    assert refusal(questions, "gus") == ""


def test_after_three_refusals_in_a_row_a_guest_may_not_ask_for_ten_minutes() -> None:
    clock = Clock()
    questions = Questions(Limits(), clock)
    for _ in range(3):
        assert refusal(questions, "gus") == ""
        questions.refused(ROOM, "gus")

    assert refusal(questions, "gus").startswith("You may ask again in 600 s")
    assert refusal(questions, "eve") == ""
    clock.seconds += 599
    assert refusal(questions, "gus")
    clock.seconds += 1
    assert refusal(questions, "gus") == ""


def test_an_approval_between_refusals_resets_their_count() -> None:
    questions = Questions(Limits(), Clock())
    for _ in range(2):
        questions.refused(ROOM, "gus")
    questions.accepted(ROOM, "gus")
    for _ in range(2):
        questions.refused(ROOM, "gus")

    assert refusal(questions, "gus") == ""


async def test_the_question_has_exactly_the_code_and_what_is_to_be_noted(
    at: RunRoom,
) -> None:
    await at.type("a\nb\u202e\n!ls\n")
    run = await at.run(GUS, part=Part(2, 9))
    await at.type("later()\n", EVE)

    question = await at.runs.asking.question_message(at.room)

    assert question is not None
    assert (question.run, question.version) == (run.number, 1)
    assert question.code == "b\u202e\n!ls\n"
    assert question.digest == digest_of(question.code)
    assert (question.start, question.end) == (2, 9)
    notes = [(each.line, each.invisible, each.command) for each in question.lines]
    assert notes == [(2, ["U+202E"], False), (3, [], True)]
    assert question.since == ["Eve"]
    assert question.seconds == at.limits.question
    at.clock.seconds += 7
    later = await at.runs.asking.question_message(at.room)
    assert later is not None and later.seconds == at.limits.question - 7


async def test_a_long_question_is_looked_through_once_and_not_on_the_loop(
    at: RunRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def recorded(code: str) -> list[Note]:
        threads.append(threading.current_thread())
        return notes(code)

    monkeypatch.setattr("jupyter_pairedit.runs.texts.notes", recorded)
    await at.type("я" * 50_000 + "\n!ls")
    await at.run(GUS)

    # Each page of a member is sent one.
    for _ in range(3):
        question = await at.runs.asking.question_message(at.room)
        assert question is not None and [each.line for each in question.lines] == [2]
    assert len(threads) == 1 and threads[0] is not threading.current_thread()


async def test_what_was_asked_is_run_once_whatever_is_typed_meanwhile(
    at: RunRoom,
) -> None:
    await at.type("asked()\n", GUS)
    run = await at.run(GUS)
    await at.type("evil()\n", GUS, at=0)
    approve = at.runs.asking.approve

    other = digest_of("evil()\nasked()\n")
    refused = await at.refused(approve(at.room, ANN, run.number, other))
    assert refused == "stale"
    done = await approve(at.room, ANN, run.number, run.digest)

    assert (done.approver, at.probe.given) == ("Ann", ["asked()\n"])
    again = approve(at.room, ANN, run.number, run.digest)
    assert await at.refused(again) == "ended"


async def test_of_two_who_approve_at_once_one_does(at: RunRoom) -> None:
    await at.type("asked()\n", GUS)
    run = await at.run(GUS)
    approvals = [
        at.runs.asking.approve(at.room, who, run.number, run.digest)
        for who in (ANN, BEN)
    ]
    first, second = await asyncio.gather(*approvals, return_exceptions=True)

    assert isinstance(first, Run) and isinstance(second, RunRefusal)
    assert (second.code, at.probe.given) == ("ended", ["asked()\n"])


async def test_nobody_approves_while_the_room_has_no_kernel(at: RunRoom) -> None:
    run = await at.run(GUS)
    await at.runs.bindings.unbind(ROOM)

    approve = at.runs.asking.approve(at.room, ANN, run.number, run.digest)

    assert await at.refused(approve) == "no_kernel"
    assert at.runs.asking.is_open(ROOM, run.number)
    ask = at.run(GUS)
    assert await at.refused(ask) == "no_kernel"


async def test_where_guests_may_not_ask_they_are_refused(at: RunRoom) -> None:
    settings = replace(at.record.settings, guests_may_ask=False)
    at.room.record = replace(at.room.record, settings=settings)

    assert await at.refused(at.run(GUS)) == "forbidden"


async def test_a_guest_takes_back_the_own_question_only(at: RunRoom) -> None:
    run = await at.run(GUS)
    withdraw = at.runs.asking.withdraw

    assert await at.refused(withdraw(at.room, EVE, run.number)) == "forbidden"
    await withdraw(at.room, GUS, run.number)

    assert await at.state(run) == "withdrawn"
    await expect_ended(at, run.number)


async def expect_ended(at: RunRoom, number: int) -> None:
    """Expect that nobody can decide a question any more."""
    asking = at.runs.asking
    ended: RunError = "ended"
    for work in (
        asking.approve(at.room, ANN, number, digest_of("")),
        asking.refuse(at.room, number),
        asking.withdraw(at.room, GUS, number),
    ):
        assert await at.refused(work) == ended


async def test_a_newer_question_takes_the_place_of_the_one_before(
    at: RunRoom,
) -> None:
    first = await at.run(GUS)
    second = await at.run(EVE)

    assert await at.state(first) == "withdrawn"
    await expect_ended(at, first.number)
    assert at.runs.asking.is_open(ROOM, second.number)


async def test_questions_delete_no_run_that_has_shown_something(at: RunRoom) -> None:
    run = await at.run(ANN)
    result = Output(0, "stdout", "result")
    await at.probe.sinks[0].outputs([result], 0, 0)

    for _ in range(at.limits.runs + 9):
        at.clock.seconds += at.limits.questions_per
        await at.run(GUS)

    assert await at.store.runs.outputs(ROOM, run.number) == [result]
    numbers = [each.number for each in await at.store.runs.runs(ROOM)]
    assert (numbers[0], len(numbers)) == (run.number, at.limits.runs)
    assert sorted(at.room.runs.runs) == numbers


async def test_the_question_of_a_guest_who_leaves_is_withdrawn(at: RunRoom) -> None:
    other, visit = Visit(EVE.client_id), Visit(GUS.client_id)
    at.runs.sessions.add(ROOM, visit)
    at.runs.sessions.add(ROOM, other)
    run = await at.run(GUS)
    at.runs.leave(ROOM, other)
    assert at.runs.asking.is_open(ROOM, run.number)

    at.runs.leave(ROOM, visit)
    await until(lambda: not at.runs.asking.is_open(ROOM, run.number))

    await at.runs.asking.close()
    assert await at.state(run) == "withdrawn"


@pytest.mark.parametrize("how", ["leaves", "may only view", "connects again"])
async def test_a_guest_who_leaves_while_the_question_is_stored_asks_nothing(
    at: RunRoom, how: str
) -> None:
    visit = at.runs.sessions.find(ROOM, GUS.client_id)
    assert isinstance(visit, Visit)

    async def add(*run: Any) -> Run:
        match how:
            case "leaves":
                at.runs.leave(ROOM, visit)
            case "may only view":
                visit.role = "view"
                at.runs.end_permissions(ROOM, visit)
            case _:
                at.runs.sessions.add(ROOM, Visit(GUS.client_id))
                at.runs.leave(ROOM, visit)
        return await real(*run)

    real = at.store.runs.add
    at.store.runs.add = add  # type: ignore[method-assign, assignment]
    run = await at.run(GUS)
    await at.runs.asking.close()

    expected = "asked" if how == "connects again" else "withdrawn"
    assert await at.state(run) == expected
    assert at.runs.asking.is_open(ROOM, run.number) is (expected == "asked")


async def test_three_refusals_of_a_member_end_the_questions_of_a_guest(
    at: RunRoom,
) -> None:
    for _ in range(3):
        run = await at.run(GUS)
        await at.runs.asking.refuse(at.room, run.number)
        assert await at.state(run) == "refused"

    assert await at.refused(at.run(GUS)) == "too_many"
    assert (await at.run(EVE)).state == "asked"
