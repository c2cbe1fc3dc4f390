"""REST: suggestions."""

from __future__ import annotations

import msgspec

from .base import allowed
from .rooms import CodeBody


class Question(msgspec.Struct, rename="camel"):
    """The code, the caret in it as UTF-16 units from the start, and its language."""

    code: str
    cursor_position: int
    language: str


class AutocompleteHandler(CodeBody):
    """``/autocomplete``: how could the code go on at the caret?"""

    @allowed("read")
    async def post(self) -> None:
        """Suggest."""
        asked = self.body(Question)
        suggestion = await self.context.completer.complete(
            asked.code, asked.cursor_position, asked.language
        )
        self.reply({"suggestion": suggestion.text, "detail": suggestion.detail})
