"""Suggestions for the code at the caret."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from .base import Message, Version


class SuggestionSource(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """Where the suggestions of a server come from, for everybody in its rooms."""

    by: str
    """The name of the model; "mock" for the mock."""
    host: str = ""
    """The host to which the code around the caret is sent; empty if it is not sent."""
    local: bool = False
    """Whether the host is the machine of the Jupyter server."""
    problem: str = ""
    """For people with a login: why the server uses the mock instead of its setting."""


Variant = Annotated[int, Meta(ge=0, le=9)]
"""0 for the most likely suggestion; n for the n-th other one at the same position."""


class Ask(Message, tag="autocomplete"):
    """Requests a suggestion for a position in the code at ``version``, for guests."""

    cursor_position: Version
    version: Version
    id: Version = 0
    """Identifies the request; its answer has the same ``id``."""
    variant: Variant = 0


class CancelAsk(Message, tag="cancel_autocomplete"):
    """The client has no use for the answer to its ``autocomplete`` with this ``id``.

    The question is ended, and is answered by an empty suggestion. Without an open
    question of that id, nothing happens.
    """

    id: Version


class Suggestion(Message, tag="suggestion"):
    """Answers one ``autocomplete``, unless an ``error`` with its ``id`` does."""

    suggestion: str
    """Empty for none."""
    detail: str = ""
    """The origin of the suggestion, or the reason why there is none."""
    id: int = 0
    """The ``id`` of the request."""
