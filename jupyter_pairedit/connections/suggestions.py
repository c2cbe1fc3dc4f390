"""Suggestions for guests, who ask on their socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..autocomplete.base import Completer, CursorOutside, Question, complete
from ..core.limits import Limits
from ..core.ratelimit import Rate
from ..protocol import Ask, Suggestion
from ..rooms.room import Room
from .sender import Transport


class Suggestions:
    """Asks the completer within the limits. ``clock`` is monotonic."""

    def __init__(
        self, completer: Completer, limits: Limits, clock: Callable[[], float]
    ) -> None:
        self.completer = completer
        self._limits = limits
        self._clock = clock
        self._rate = Rate(limits.suggestions, limits.suggestions_per)

    async def answer(self, room: Room, ask: Ask, asker: str) -> Suggestion:
        """Return a suggestion for the room's code; it may be empty, with a reason."""
        none = Suggestion("", id=ask.id)
        record, limits = room.record, self._limits
        if not record.settings.suggestions:
            return none
        if ask.version != room.head:
            # The question is about another text than the room's.
            return none
        if self._rate.take(record.room_id, self._clock()):
            none.detail = (
                f"Guests of this room have had {limits.suggestions} suggestions within "
                f"{limits.suggestions_per / 60:g} minutes; there are more later."
            )
            return none
        question = Question(
            room.code,
            ask.cursor_position,
            record.language,
            asker,
            record.title,
            ask.variant,
        )
        try:
            async with asyncio.timeout(limits.suggestion_wait):
                found = await complete(self.completer, question)
        except TimeoutError:
            none.detail = f"No suggestion within {limits.suggestion_wait:g} s."
            return none
        except CursorOutside:
            return none
        if len(found.text.encode()) > limits.suggestion_size:
            return none
        return Suggestion(found.text, found.detail, ask.id)


class Questions:
    """The questions of one client: each is answered, and the newest counts."""

    def __init__(
        self, suggestions: Suggestions, room: Room, transport: Transport
    ) -> None:
        self._suggestions = suggestions
        self._asker = f"guest {id(self)}"
        self._room = room
        self._transport = transport
        self._asking: asyncio.Task[None] | None = None
        self._asked = 0
        """The id of the newest question."""

    def ask(self, ask: Ask) -> None:
        """Answer a question in the background."""
        if self._end():
            self._transport.send_message(Suggestion("", id=self._asked))
        self._asked = ask.id
        self._asking = asyncio.create_task(self._answer(ask))

    def cancel(self, number: int) -> None:
        """End the question with this id, if it is open: nobody waits for its answer."""
        if number == self._asked and self._end():
            self._transport.send_message(Suggestion("", id=number))

    def _end(self) -> bool:
        """End the open question; return whether there was one."""
        if self._asking is None or self._asking.done():
            return False
        self._asking.cancel()
        self._asking = None
        return True

    async def _answer(self, ask: Ask) -> None:
        answer = await self._suggestions.answer(self._room, ask, self._asker)
        self._transport.send_message(answer)

    def close(self) -> None:
        """Stop answering."""
        self._end()
