"""Runs of a participant, against a server of the test: what is sent and known."""

from __future__ import annotations

import asyncio
from typing import Any, get_args

import pytest

from jupyter_pairedit.client import Forbidden, NotConnected, RunRefused, TooOld, Unread
from jupyter_pairedit.client.asyncroom import AsyncRoom
from jupyter_pairedit.client.asyncruns import AsyncRun, answer_to, follow, wanted_of
from jupyter_pairedit.client.runs import RUNS_KEPT
from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.runs import digest_of
from jupyter_pairedit.protocol import RunError

from .scripted import CODE, EPOCH, Server, opened


def run_message(number: int, state: str, **more: Any) -> dict[str, Any]:
    run = {"run": number, "version": 0, "by": "Ann", "state": state, "askedAt": 5.0}
    return {"type": "run", **run, **more}


async def asked_run(server: Server, room: AsyncRoom) -> AsyncRun:
    """Ask for a run, which gets the number 1."""
    asking = asyncio.create_task(room.ask_run())
    await server.asked("run")
    server.say({"type": "run_taken", "id": 1, "run": 1, "state": "asked"})
    return await asking


def test_a_program_that_uses_no_runs_is_sent_none() -> None:
    async def test() -> None:
        server = Server()
        await opened(server)

        assert "runs" not in await server.asked("hello")

    asyncio.run(test())


def test_a_question_names_the_version_and_the_digest_of_exactly_its_part() -> None:
    async def test() -> None:
        server = Server()
        room = await opened(server)
        view = room.view()
        await server.asked("hello")
        asking = asyncio.create_task(room.ask_run(part=view.lines(1, 1)))

        hello = await server.asked("hello")
        question = await server.asked("run")

        assert hello["runs"] is True
        assert hello["version"] == 0
        text = "a = '😀'\n"
        assert question == {
            "type": "run",
            "id": 1,
            "epoch": EPOCH,
            "version": 0,
            "digest": digest_of(text),
            "from": 0,
            "to": len(text) + 1,  # in UTF-16 units
        }
        server.say({"type": "run_taken", "id": 1, "run": 7, "state": "asked"})
        run = await asking
        assert (run.number, run.state, run.outputs) == (7, "asked", ())

    asyncio.run(test())


def test_state_and_outputs_follow_what_the_server_sends() -> None:
    async def test() -> None:
        server = Server()
        room = await opened(server)
        run = await asked_run(server, room)
        waiting = asyncio.create_task(run.wait(20))

        server.say(run_message(1, "running", startedAt=6.0, own=True))
        outputs = [[0, "stdout", "1"], [1, "display", "", "image/png", "aa"]]
        server.say({"type": "output", "run": 1, "outputs": outputs})
        server.say({"type": "output", "run": 1, "outputs": [[0, "stdout", "12"]]})
        assert run.outputs == (
            Output(0, "stdout", "12"),
            Output(1, "display", "", "image/png", "aa"),
        )
        assert not waiting.done()
        server.say(run_message(1, "error", startedAt=6.0, endedAt=7.0, first=1))

        assert await waiting == "error"
        assert [each.number for each in run.outputs] == [1]
        record = run.record
        assert record is not None
        assert (record.started_at, record.ended_at) == (6.0, 7.0)
        assert await room.runs() == [record]
        with pytest.raises(RunRefused, match="has ended: error"):
            run.stop()

    asyncio.run(test())


def test_a_question_is_withdrawn_and_a_run_stopped() -> None:
    async def test() -> None:
        server = Server()
        room = await opened(server)
        asking = asyncio.create_task(room.ask_run())
        await server.asked("run")
        server.say({"type": "run_taken", "id": 1, "run": 3, "state": "asked"})
        run = await asking

        run.withdraw()
        run.stop()

        assert await server.asked("withdraw") == {"type": "withdraw", "run": 3}
        assert await server.asked("stop") == {"type": "stop", "run": 3}
        with pytest.raises(TimeoutError):
            await run.wait(0)

    asyncio.run(test())


@pytest.mark.parametrize("code", get_args(RunError))
def test_a_refusal_is_an_error_with_its_code(code: str) -> None:
    async def test() -> None:
        server = Server()
        room = await opened(server)
        asking = asyncio.create_task(room.ask_run())
        await server.asked("run")
        refusal = {"code": code, "message": "Not now.", "id": 1}
        server.say({"type": "run_refused", **refusal})

        with pytest.raises(RunRefused, match=r"Not now\.") as error:
            await asking
        assert error.value.code == code

    asyncio.run(test())


def test_unread_text_is_an_error_with_its_lines() -> None:
    async def test() -> None:
        server = Server()
        room = await opened(server)
        asking = asyncio.create_task(room.ask_run())
        await server.asked("run")
        line = {"line": 2, "text": "b = 2", "author": "Bob", "invisible": ["U+202E"]}
        server.say({"type": "unread", "id": 1, "version": 0, "lines": [line]})

        with pytest.raises(Unread, match=r"line 2 \(Bob\): b = 2") as error:
            await asking
        (found,) = error.value.lines
        assert (found.line, found.author, found.invisible) == (2, "Bob", ("U+202E",))

    asyncio.run(test())


def test_a_connection_that_is_lost_before_the_answer_is_an_error() -> None:
    async def test() -> None:
        server = Server()
        room = await opened(server)
        asking = asyncio.create_task(room.ask_run())
        await server.asked("run")
        server.lose()

        with pytest.raises(NotConnected, match="before the answer"):
            await asking

    asyncio.run(test())


def test_a_server_without_runs_is_refused_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jupyter_pairedit.client.asyncruns._FOLLOWED_WITHIN", 1.0)

    async def test() -> None:
        server = Server()
        server.knows_runs = False
        room = await opened(server)

        with pytest.raises(RunRefused, match="does not say that it can run") as error:
            await room.ask_run()
        assert error.value.code == "forbidden"
        assert "run" not in [each["type"] for each in server.received]

    asyncio.run(test())


def test_a_guest_link_does_not_run_and_versions_must_be_known() -> None:
    async def test() -> None:
        room = await opened(Server())

        with pytest.raises(Forbidden, match="ask_run"):
            await room.run()
        with pytest.raises(ValueError, match="expected a version up to 0"):
            await wanted_of(room, 5, None)
        with pytest.raises(ValueError, match="expected"):
            await wanted_of(room, None, (0, 99))

    asyncio.run(test())


def test_an_earlier_version_is_run_with_its_own_text() -> None:
    async def test() -> None:
        server = Server()
        room = await opened(server)
        units = len(CODE) + 1  # One character is astral.
        for version, text in ((1, "x"), (2, "y")):
            changes = [[0, text], units + version - 1]
            update = {"version": version, "updates": [["c2", changes]]}
            server.say({"type": "code_update", **update})

        assert room._participant.wanted(2, None).code == f"yx{CODE}"
        assert room._participant.wanted(1, None).code == f"x{CODE}"
        assert room._participant.wanted(0, None).code == CODE
        with pytest.raises(TooOld):
            room._participant.wanted(-1, None)

    asyncio.run(test())


def test_an_answer_that_comes_after_another_request_goes_to_its_own() -> None:
    async def test() -> None:
        server = Server()
        room = await opened(server)
        await follow(room)
        wanted = await wanted_of(room, None, None)
        first, second = (
            asyncio.create_task(answer_to(room, wanted.ask)) for _ in range(2)
        )
        ids = [(await server.asked("run"))["id"] for _ in range(2)]
        assert ids == [1, 2]
        for id in (2, 1):
            server.say({"type": "run_taken", "id": id, "run": id, "state": "asked"})

        assert [(await first).id, (await second).id] == [1, 2]

    asyncio.run(test())


def test_a_run_that_a_program_holds_is_known_after_many_others() -> None:
    async def test() -> None:
        server = Server()
        room = await opened(server)
        run = await asked_run(server, room)
        book = room._participant.runs
        server.say(run_message(1, "running", own=True, startedAt=6.0))
        server.say({"type": "output", "run": 1, "outputs": [[0, "stdout", "1"]]})
        server.say(run_message(1, "done", own=True, startedAt=6.0))
        server.say(run_message(2, "asked"))

        for number in range(3, RUNS_KEPT + 10):
            server.say(run_message(number, "done", startedAt=6.0))

        state = await run.wait(20)
        outputs = run.outputs
        assert (state, outputs) == ("done", (Output(0, "stdout", "1"),))
        assert len(book.runs()) == RUNS_KEPT
        assert [each.number for each in book.runs()[:3]] == [1, 2, 12]
        del run
        await asyncio.sleep(0)  # The event loop has kept the task until now.
        server.say(run_message(RUNS_KEPT + 10, "done", startedAt=6.0))
        assert [each.number for each in book.runs()[:2]] == [2, 12]

    asyncio.run(test())


def test_a_run_without_a_connection_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_pairedit.client.asyncruns._FOLLOWED_WITHIN", 0.0)

    async def test() -> None:
        server = Server()
        room = await opened(server)
        server.knows_runs = False
        server.lose()

        with pytest.raises(NotConnected) as error:
            await room.ask_run(0)
        assert error.value.status == "reconnecting"

    asyncio.run(test())
