"""REST: suggestions."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..autocomplete.base import complete
from .base import allowed
from .rooms import CodeBody


class Question(msgspec.Struct, rename="camel"):
    """The code, the caret in it as UTF-16 units from the start, and its language."""

    code: str
    cursor_position: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
    """A position outside of the code, also a negative one, is answered with 400."""
    language: str


class AutocompleteHandler(CodeBody):
    """``/autocomplete``: a suggestion for the code at the caret."""

    @allowed("read")
    async def post(self) -> None:
        """Reply with a suggestion, which may be empty."""
        asked = self.body(Question)
        suggestion = await complete(
            self.context.completer, asked.code, asked.cursor_position, asked.language
        )
        self.reply({"suggestion": suggestion.text, "detail": suggestion.detail})
