"""The properties that any frame must have before it reaches a room."""

from __future__ import annotations

from pathlib import Path

import msgspec

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.storable import BadChange
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.protocol import CodeChange, decode

CORPUS = Path(__file__).parent / "corpus" / "decoder"
"""Frames that are tested at each run, and from which random ones are made."""

TEXT = Text.of("ab👋\ncd")
OTHERS = ChangeSet.from_json([1, [0, "xy"], 3, [2, "👋"], 1])
"""A concurrent change of ``TEXT``."""


def judge(frame: bytes | str) -> None:
    """Decode a frame as the server does. It may be refused in two ways."""
    try:
        message = decode(frame)
    except msgspec.DecodeError as error:
        assert len(str(error)) < 300, "quotes what was sent"
        return
    if isinstance(message, CodeChange) and isinstance(message.updates, list):
        for changes in message.updates:
            try:
                change = ChangeSet.from_json(changes)
                after = change.apply(TEXT)
            except BadChange as error:
                assert len(str(error)) < 300, "quotes what was sent"
                continue
            _judge(change, after)


def _judge(change: ChangeSet, after: Text) -> None:
    assert after.length == change.new_length
    assert ChangeSet.from_json(change.to_json()) == change
    if not change.splits_pair(TEXT):
        str(after).encode()
    # Whoever comes first, both end with one text.
    theirs = OTHERS.compose(change.map(OTHERS))
    ours = change.compose(OTHERS.map(change, before=True))
    # By units: of half a character nobody can say how many bytes it takes.
    assert theirs.apply(TEXT).units == ours.apply(TEXT).units
