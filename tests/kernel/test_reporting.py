"""What a kernel sends a room of a run in a cell, to a server of the test."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jupyter_pairedit.client import RunRefused, Unread
from jupyter_pairedit.client.asyncroom import AsyncRoom
from jupyter_pairedit.client.asyncruns import follow, wanted_of
from jupyter_pairedit.core.runs import digest_of
from jupyter_pairedit.kernel.recorder import Recorder
from jupyter_pairedit.kernel.reporting import Report, begin, report_stopped
from tests.client.scripted import CODE, EPOCH, Server, opened

NO_DATA = ("", "", 0, 0)
"""The type, data, width and height of an output that has text alone."""


async def followed(server: Server) -> AsyncRoom:
    room = await opened(server, guest=False)
    await follow(room)
    return room


async def beginning_in(room: AsyncRoom, begun: set[int]) -> asyncio.Task[int]:
    """Begin a run of the newest version."""
    wanted = await wanted_of(room, None, None)
    return asyncio.create_task(begin(room, wanted, True, begun))


async def report_of(room: AsyncRoom, recorder: Recorder) -> Report:
    return Report(room, 4, recorder)


def test_a_run_begins_when_the_server_has_taken_it() -> None:
    async def test() -> None:
        server = Server()
        room = await followed(server)
        beginning = await beginning_in(room, set())

        assert await server.asked("begin_run") == {
            "type": "begin_run",
            "id": 1,
            "epoch": EPOCH,
            "version": 0,
            "digest": digest_of(CODE),
            "unread": True,
        }
        assert not beginning.done()
        server.say({"type": "run_taken", "id": 1, "run": 4, "state": "running"})
        assert await beginning == 4

    asyncio.run(test())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"type": "unread", "version": 0, "lines": []}, Unread),
        ({"type": "run_refused", "code": "stale", "message": "Look."}, RunRefused),
    ],
)
def test_a_run_that_the_server_refuses_does_not_begin(
    answer: dict[str, Any], error: type[Exception]
) -> None:
    async def test() -> None:
        server = Server()
        room = await followed(server)
        wanted = await wanted_of(room, None, None)
        beginning = asyncio.create_task(begin(room, wanted, False, set()))
        asked = await server.asked("begin_run")
        assert "unread" not in asked

        server.say({**answer, "id": asked["id"]})

        with pytest.raises(error):
            await beginning

    asyncio.run(test())


def test_outputs_are_sent_while_the_run_goes_on_and_the_rest_with_its_end() -> None:
    async def test() -> None:
        server = Server()
        room = await followed(server)
        recorder = Recorder()
        report = await report_of(room, recorder)
        recorder.print("stdout", "1")
        assert await server.asked("outputs") == {
            "type": "outputs",
            "run": 4,
            "outputs": [[0, "stdout", "1", *NO_DATA]],
        }

        recorder.print("stdout", "2")
        recorder.take("clear_output", {"wait": False})
        recorder.print("stderr", "3")
        report.finish("error")

        assert await server.asked("outputs") == {
            "type": "outputs",
            "run": 4,
            "outputs": [[1, "stderr", "3", *NO_DATA]],
            "first": 1,
            "state": "error",
        }
        await report._task
        assert "outputs" not in [each["type"] for each in server.received]

    asyncio.run(test())


def test_a_run_without_outputs_sends_its_end() -> None:
    async def test() -> None:
        server = Server()
        report = await report_of(await followed(server), Recorder())

        report.finish("done")

        end = {"type": "outputs", "run": 4, "state": "done"}
        assert await server.asked("outputs") == end

    asyncio.run(test())


def test_much_output_is_sent_in_several_messages_with_the_end_in_the_last() -> None:
    async def test() -> None:
        server = Server()
        recorder = Recorder()
        report = await report_of(await followed(server), recorder)
        recorder.print("stdout", "x" * 1_000_000)

        report.finish("done")

        first, second = [await server.asked("outputs") for _ in range(2)]
        assert "state" not in first and second["state"] == "done"
        sent = [*first["outputs"], *second["outputs"]]
        assert "".join(each[2] for each in sent) == "x" * 1_000_000

    asyncio.run(test())


def test_what_was_shown_is_sent_again_after_a_lost_connection() -> None:
    async def test() -> None:
        server = Server()
        recorder = Recorder()
        report = await report_of(await followed(server), recorder)
        recorder.print("stdout", "1\n")
        await server.asked("outputs")
        server.received.clear()
        server.lose()
        recorder.print("stderr", "2\n")
        report.finish("done")
        assert server.received == []

        hello = await server.asked("hello")
        assert hello["runs"] is True
        assert await server.asked("outputs") == {
            "type": "outputs",
            "run": 4,
            "outputs": [[0, "stdout", "1\n", *NO_DATA], [1, "stderr", "2\n", *NO_DATA]],
            "state": "done",
        }

    asyncio.run(test())


def test_nothing_more_is_sent_of_a_run_that_the_room_does_not_have() -> None:
    async def test() -> None:
        server = Server()
        recorder = Recorder()
        report = await report_of(await followed(server), recorder)
        recorder.print("stdout", "1")
        await server.asked("outputs")
        refusal = {"code": "forbidden", "message": "Not yours.", "run": 4}
        server.say({"type": "run_refused", **refusal})
        recorder.print("stdout", "2")

        report.finish("done")

        await report._task
        assert "outputs" not in [each["type"] for each in server.received]

    asyncio.run(test())


def test_a_recorder_folds_what_is_printed_without_a_reader() -> None:
    recorder = Recorder()
    for number in range(100_000):
        recorder.print("stdout", f"\r{number}")

    assert len(recorder._waiting) < 50_000
    (output,) = recorder.changes().outputs
    assert output.text == "99999"
    assert recorder.changes().outputs == ()
    assert recorder.changes(everything=True).outputs == (output,)


def test_a_run_whose_beginning_was_interrupted_is_reported_as_stopped() -> None:
    async def test() -> None:
        server = Server()
        room = await followed(server)
        beginning = await beginning_in(room, set())
        await server.asked("begin_run")

        beginning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await beginning
        server.say({"type": "run_taken", "id": 1, "run": 4, "state": "running"})

        end = {"type": "outputs", "run": 4, "state": "stopped"}
        assert await server.asked("outputs") == end

    asyncio.run(test())


def test_a_refusal_after_an_interrupt_is_no_error() -> None:
    async def test() -> None:
        server = Server()
        room = await followed(server)
        beginning = await beginning_in(room, set())
        await server.asked("begin_run")

        beginning.cancel()
        refusal = {"type": "run_refused", "id": 1, "code": "stale", "message": "Look."}
        server.say(refusal)
        with pytest.raises(asyncio.CancelledError):
            await beginning

        for _ in range(3):  # The answer, who waits for it, and what follows.
            await asyncio.sleep(0)
        assert "outputs" not in [each["type"] for each in server.received]

    asyncio.run(test())


def test_a_run_that_was_begun_and_never_reported_is_stopped_once() -> None:
    async def test() -> None:
        server = Server()
        room = await followed(server)
        begun = set[int]()
        beginning = await beginning_in(room, begun)
        await server.asked("begin_run")
        server.say({"type": "run_taken", "id": 1, "run": 4, "state": "running"})
        assert await beginning == 4 and begun == {4}

        report_stopped(room, begun)
        report_stopped(room, begun)

        end = {"type": "outputs", "run": 4, "state": "stopped"}
        assert await server.asked("outputs") == end
        assert "outputs" not in [each["type"] for each in server.received]

    asyncio.run(test())
