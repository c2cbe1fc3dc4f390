"""What goes wrong with a model, as sentences for people.

No sentence contains a part of an answer, which may repeat a key or code.
"""

from __future__ import annotations


class BadCompleter(ValueError):
    """A setting of the completer is wrong; the message names it."""


class Trouble(Exception):
    """The model gives no suggestion now. The message is a sentence for people."""


class Paused(Trouble):
    """The server of the model asks for a pause, or has failed."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds
        """The pause that the server asks for, if it says how long."""


class Refused(Trouble):
    """The server refuses every question of this kind: no further one is sent."""
