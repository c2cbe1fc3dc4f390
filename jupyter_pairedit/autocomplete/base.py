"""The interface of completers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Text to insert at the caret."""

    text: str
    """Empty if there is no suggestion."""
    detail: str
    """The origin of the suggestion, for display."""


class Completer(Protocol):
    """Suggests how code continues."""

    async def complete(self, code: str, cursor: int, language: str) -> Suggestion:
        """Return what to insert at ``cursor``, a position in UTF-16 units.

        Raises ``CursorOutside`` if the position is outside of the code.
        """


class CursorOutside(ValueError):
    """The cursor is not a position in the code."""

    def __init__(self, cursor: int, length: int) -> None:
        super().__init__(
            f"expected cursorPosition from 0 to {length}, the UTF-16 units of code; "
            f"found {cursor}"
        )


async def complete(
    completer: Completer, code: str, cursor: int, language: str
) -> Suggestion:
    """Return the suggestion of a completer, or an empty one if it fails.

    A failure is logged. Raises ``CursorOutside``.
    """
    try:
        found = await completer.complete(code, cursor, language)
        # Raises for a lone surrogate, and for what is not text.
        (found.text + found.detail).encode()
    except CursorOutside:
        raise
    except Exception:
        _log.exception("The completer failed.")
        return Suggestion("", "The completer failed; the server's log says why.")
    return found
