"""Outputs of a run, as they are kept, sent and shown.

The outputs of a run are a numbered list. Only the last one of a stream changes, while
the code prints, and one with a display id that the code updates. A changed output
replaces the one with its number, so that whoever missed some states gets the newest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OutputKind = Literal["stdout", "stderr", "display", "result", "error"]

STREAM = 8 * 1024
"""The greatest size of an output of a stream, in bytes; a longer text is several."""

WIDEST = 10_000
"""The greatest width and height of an image, in pixels of CSS."""


@dataclass(frozen=True, slots=True)
class Output:
    """One output of a run."""

    number: int
    """From 0, in its run. Numbers increase and may leave gaps."""
    kind: OutputKind
    text: str
    """The text of a stream, with ANSI colours (SGR) and without other escapes; the
    traceback of an error, likewise; else the plain text of what is shown."""
    mime: str = ""
    """The type of ``data``: image/png, image/jpeg, image/gif, image/webp,
    image/svg+xml or text/html; empty if there is only text."""
    data: str = ""
    """Base64 of a raster image, or the markup."""
    width: int = 0
    """Of an image: in pixels of CSS, at most ``WIDEST``; 0 if it has its own."""
    height: int = 0
    """Likewise."""

    @property
    def size(self) -> int:
        """Bytes as UTF-8."""
        return len(self.text.encode()) + len(self.data.encode())
