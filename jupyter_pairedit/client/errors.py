"""The errors of a participant. No message has a key, a token or a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..core.portable import Portable

Status = Literal[
    "connecting",  # no text yet
    "live",  # connected, and everything is stored
    "saving",  # connected, with edits on their way
    "unsaved",  # the server takes no more text; a shorter one is sent
    "reconnecting",  # edits wait for the connection
    "read-only",  # the server cannot store for now; edits wait
    "full",  # from here on, the connection has ended for good
    "missing",
    "replaced",
    "refused",
    "closed",
    "invalid",
    "expired",
    "revoked",
    "removed",
]
"""The state of a participant."""

_SHOWN = 10
"""Lines in the message of an error."""


class RoomError(Portable, Exception):
    """Base of the errors of a participant. The message is a sentence for people."""


class NotConnected(RoomError):
    """The room cannot be reached, or this participant has left it for good.

    ``status`` says why: ``full``, ``missing``, ``invalid``, ``expired``, ``revoked``,
    ``removed``, ``replaced``, ``refused`` or ``closed``; or ``connecting`` if the
    server did not answer in time.
    """

    def __init__(self, message: str, status: Status) -> None:
        super().__init__(message)
        self.status = status


class Forbidden(RoomError):
    """This participant may not do that: by its link, or by its rights on the server."""


class NotSaved(RoomError):
    """The room did not take the text of this participant.

    ``text`` is the whole text that is not stored: that of the newest ``write``, or
    else the code with the edits. None if it is not known.
    """

    def __init__(self, message: str, text: str | None) -> None:
        super().__init__(message)
        self.text = text


class TextNotFound(RoomError):
    """The text to replace does not occur in the code."""


class Ambiguous(RoomError):
    """The text to replace occurs more than once. ``lines`` are where, from 1."""

    def __init__(self, lines: Sequence[int]) -> None:
        shown = ", ".join(map(str, lines[:10])) + (", …" if len(lines) > 10 else "")
        super().__init__(
            f"Expected text that occurs once, found it {len(lines)} times, on the "
            f"lines {shown}. Give more of the text around it."
        )
        self.lines = tuple(lines)


class Moved(RoomError):
    """The text that an edit replaces has changed since the view it was made for.

    Nothing was changed. Take a new view and decide again.
    """


class TooOld(RoomError):
    """The version is older than what this participant remembers."""


class ServerError(RoomError):
    """The server answered a request with an error. ``code`` is for programs."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line of a version that a person should look at before it is run."""

    line: int
    """From 1, in the whole text of the version."""
    text: str
    """The line without its end, as it is in that version."""
    author: str = ""
    """The guests who wrote, changed or removed it, separated by commas."""
    removed: bool = False
    """Whether it is listed because guests have removed text in it. A line in which they
    have also written something is listed twice."""
    invisible: tuple[str, ...] = ()
    """Its characters that are invisible or change the order of others: "U+202E"."""
    command: bool = False
    """Whether it is a magic or a command of the shell."""

    def __str__(self) -> str:
        """Return the line with its number and author."""
        by = f" ({self.author})" if self.author else ""
        text = f"text was removed in: {self.text}" if self.removed else self.text
        return f"line {self.line}{by}: {text}"


class Unread(RoomError):
    """The code has text of guests that this person has not been shown; nothing was run.

    ``lines`` are what to look at. With ``unread=True`` the code is run all the same.
    """

    def __init__(self, lines: Sequence[UnreadLine]) -> None:
        shown = "".join(f"\n  {line}" for line in lines[:_SHOWN])
        more = f"\n  … and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        super().__init__(
            "Expected code that you have seen, found text of guests; nothing was run. "
            f"unread=True runs it.{shown}{more}"
        )
        self.lines = tuple(lines)


class RunRefused(RoomError):
    """The room does not run the code. The message says why.

    ``code`` is for programs: ``forbidden``, ``no_kernel``, ``stale``, ``merged``,
    ``outside``, ``ended``, ``too_many``, ``gone``, ``storage`` or ``malformed``; see
    ``protocol.RunError``.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code
