"""Suggestions over a socket: each question has an answer of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.autocomplete.base import (
    CursorOutside,
    Question,
    Suggestion,
    complete,
)
from jupyter_pairedit.connections.suggestions import Questions, Suggestions
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.protocol import Ask, ServerMessage
from jupyter_pairedit.protocol import Suggestion as Answer
from jupyter_pairedit.rooms.room import Room
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from tests.completers import FakeCompleter
from tests.making import ROOM, migrated, record


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Store]:
    store = open_store(f"sqlite:///{migrated(tmp_path / 'rooms.db')}")
    yield store
    jp_asyncio_loop.run_until_complete(store.close())


class Answers:
    """A transport that keeps the messages, which are waited for."""

    def __init__(self) -> None:
        self.queue = asyncio.Queue[ServerMessage]()

    def send_message(self, message: ServerMessage) -> None:
        """See ``Transport.send_message``."""
        self.queue.put_nowait(message)

    async def next(self) -> ServerMessage:
        async with asyncio.timeout(10):
            return await self.queue.get()

    def send(self, frame: bytes) -> Awaitable[None] | None:
        """See ``Transport.send``."""
        raise NotImplementedError

    def end(self, code: int, reason: str) -> None:
        """See ``Transport.end``."""

    def abort_soon(self) -> None:
        """See ``Transport.abort_soon``."""

    def set_frame_limit(self, size: int) -> None:
        """See ``Transport.set_frame_limit``."""


class Completer(FakeCompleter):
    """A completer that does what the test says, each time it is asked."""

    def __init__(self, *answers: Callable[[], Any]) -> None:
        self._answers = list(answers)
        self.asked = asyncio.Event()

    async def complete(self, question: Question) -> Suggestion:
        """See ``Completer.complete``."""
        self.asked.set()
        found = self._answers.pop(0)()
        if isinstance(found, Awaitable):
            found = await found
        assert isinstance(found, Suggestion)
        return found


def raises(error: Exception) -> Callable[[], Any]:
    def fail() -> None:
        raise error

    return fail


def found(text: Any) -> Callable[[], Suggestion]:
    return lambda: Suggestion(text, "")


async def questions(store: Store, completer: Completer) -> tuple[Questions, Answers]:
    await store.create(record(), "")
    room = Room(await store.load(ROOM), store, Limits(), lambda: 0.0)
    answers = Answers()
    suggestions = Suggestions(completer, Limits(), lambda: 0.0)
    return Questions(suggestions, room, answers), answers


@pytest.mark.parametrize(
    "broken",
    [
        raises(RuntimeError("no model")),
        raises(KeyError("x")),
        found(None),
        found("\ud83d"),
    ],
    ids=["RuntimeError", "KeyError", "no text", "no whole character"],
)
async def test_requests_are_answered_while_the_completer_fails(
    store: Store, broken: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    asks, answers = await questions(store, Completer(broken, found("b")))

    asks.ask(Ask(0, 0, id=1))
    first = await answers.next()
    asks.ask(Ask(0, 0, id=2))

    assert first == Answer("", "The completer failed; the server's log says why.", 1)
    assert await answers.next() == Answer("b", id=2)
    assert caplog.messages == ["The completer failed."]


async def test_a_request_dropped_for_a_newer_one_is_answered_with_its_id(
    store: Store,
) -> None:
    never = asyncio.Event()
    completer = Completer(never.wait, found("b"))
    asks, answers = await questions(store, completer)

    asks.ask(Ask(0, 0, id=7))
    await completer.asked.wait()
    asks.ask(Ask(0, 0, id=8))

    assert await answers.next() == Answer("", id=7)
    assert await answers.next() == Answer("b", id=8)


async def test_a_request_that_is_cancelled_is_ended_and_answered_with_its_id(
    store: Store,
) -> None:
    ended = asyncio.Event()

    async def forever() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return ""

    completer = Completer(forever, found("b"))
    asks, answers = await questions(store, completer)

    asks.ask(Ask(0, 0, id=7))
    await completer.asked.wait()
    asks.cancel(6)  # which was answered before
    assert not ended.is_set()
    asks.cancel(7)
    assert await answers.next() == Answer("", id=7)
    await ended.wait()

    asks.cancel(7)
    asks.ask(Ask(0, 0, id=8))
    assert await answers.next() == Answer("b", id=8)


async def test_a_request_for_another_version_is_answered_with_its_id(
    store: Store,
) -> None:
    asks, answers = await questions(store, Completer())

    asks.ask(Ask(0, 5, id=3))

    assert await answers.next() == Answer("", id=3)


async def test_a_cursor_outside_of_the_code_is_refused_and_is_no_failure() -> None:
    with pytest.raises(CursorOutside):
        broken = Completer(raises(CursorOutside(9, 1)))
        await complete(broken, Question("x", 9, "python"))
