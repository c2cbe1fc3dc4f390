"""Requests of kernels that have a pass, for what members read by REST."""

from __future__ import annotations

import msgspec

from .base import Message, Version


class AskBlame(Message, tag="blame"):
    """Requests who last changed each line, for a kernel that has a pass."""

    id: Version
    """Identifies the request; its answer has the same ``id``."""


class AskHistory(Message, tag="history"):
    """Requests the revisions after a version, for a kernel that has a pass."""

    id: Version
    after: Version = 0


class Restore(Message, tag="restore"):
    """Restores a version as a new revision, for a kernel that has a pass."""

    id: Version
    version: Version


Request = AskBlame | AskHistory | Restore
"""The messages that ask for what members read by REST."""


class Answer(Message, tag="answer"):
    """Answers ``blame``, ``history`` or ``restore``, unless an ``error`` does."""

    id: int
    """The ``id`` of the request."""
    body: msgspec.Raw
    """What the REST route of the same name answers (of ``history``: ``revisions``)."""
