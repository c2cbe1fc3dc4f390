"""REST: suggestions."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from msgspec import Meta

from ..autocomplete.base import Question, Suggestion, complete
from ..protocol import Variant
from .base import allowed, expect_room_id
from .rooms import CodeBody


class AskedCode(msgspec.Struct, rename="camel"):
    """The code, the caret in it as UTF-16 units from the start, and its language."""

    code: str
    cursor_position: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
    """A position outside of the code, also a negative one, is answered with 400."""
    language: str
    room_id: str | None = None
    """The room of the code, whose title and switch then count."""
    variant: Variant = 0


class AutocompleteHandler(CodeBody):
    """``/autocomplete``: a suggestion for the code at the caret."""

    _asking: asyncio.Task[Suggestion] | None = None

    @allowed("read")
    async def post(self) -> None:
        """Reply with a suggestion, which may be empty."""
        asked = self.body(AskedCode)
        title = ""
        if asked.room_id is not None:
            room = await self.hub.open(expect_room_id(asked.room_id))
            if not room.record.settings.suggestions:
                found = Suggestion("", "Suggestions are off in this room.")
                return self._reply_with(found)
            title = room.record.title
        question = Question(
            asked.code,
            asked.cursor_position,
            asked.language,
            self.person,
            title,
            asked.variant,
        )
        self._asking = asyncio.create_task(complete(self.context.completer, question))
        # Cancelled when the page has closed the connection: there is nobody to answer.
        await asyncio.wait([self._asking])
        if not self._asking.cancelled():
            self._reply_with(self._asking.result())

    def on_connection_close(self) -> None:
        """End the question: the page does not wait for the answer any more."""
        super().on_connection_close()
        if self._asking is not None:
            self._asking.cancel()

    def _reply_with(self, found: Suggestion) -> None:
        self.reply({"suggestion": found.text, "detail": found.detail})
