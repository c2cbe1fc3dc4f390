"""What a completer is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Text to insert at the caret, and a line about where it comes from."""

    text: str
    """Empty where there is nothing to suggest."""
    detail: str


class Completer(Protocol):
    """Suggests how code goes on."""

    async def complete(self, code: str, cursor: int, language: str) -> Suggestion:
        """Suggest what to insert at ``cursor``, a position in UTF-16 units.

        Raises ``CursorOutside`` when the position is not in the code.
        """


class CursorOutside(ValueError):
    """The cursor is not a position in the code."""

    def __init__(self, cursor: int, length: int) -> None:
        super().__init__(
            f"expected cursorPosition from 0 to {length}, the UTF-16 units of code; "
            f"found {cursor}"
        )
