"""The interface of completers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: how code goes on at a position."""

    code: str
    cursor: int
    """In UTF-16 units."""
    language: str
    asker: str = ""
    """Identifies the person or client. A newer question of it replaces an older one."""
    title: str = ""
    """The title of the room."""
    variant: int = 0
    """0 for the most likely suggestion; n for the n-th other one."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Text to insert at the caret."""

    text: str
    """Empty if there is no suggestion."""
    detail: str
    """A sentence for the person: the origin, or the reason why there is none."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where suggestions come from, and where the code is sent."""

    by: str
    """The name of the model; "mock" for the mock, to which nothing is sent."""
    host: str = ""
    """The host to which the code around the caret is sent; empty for none."""
    local: bool = True
    """Whether that is this machine."""


class Completer(Protocol):
    """Suggests how code continues."""

    @property
    def origin(self) -> Origin:
        """Where its suggestions come from."""

    @property
    def trouble(self) -> str:
        """A sentence about why it suggests nothing now; empty if it works."""

    async def complete(self, question: Question) -> Suggestion:
        """Return what to insert at the position.

        Raises ``CursorOutside`` if the position is outside of the code.
        """

    async def close(self) -> None:
        """Close the connections that it keeps."""


class CursorOutside(ValueError):
    """The cursor is not a position in the code."""

    def __init__(self, cursor: int, length: int) -> None:
        super().__init__(
            f"expected cursorPosition from 0 to {length}, the UTF-16 units of code; "
            f"found {cursor}"
        )


async def complete(completer: Completer, question: Question) -> Suggestion:
    """Return the suggestion of a completer, or an empty one if it fails.

    A failure is logged. Raises ``CursorOutside``.
    """
    try:
        found = await completer.complete(question)
        # Raises for a lone surrogate, and for what is not text.
        (found.text + found.detail).encode()
    except CursorOutside:
        raise
    except Exception:
        _log.exception("The completer failed.")
        return Suggestion("", "The completer failed; the server's log says why.")
    return found
