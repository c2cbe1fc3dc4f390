"""The base class of the messages, and the bounds of the numbers in them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.storable import LARGEST

Version = Annotated[int, Meta(ge=0, le=LARGEST)]
"""The number of revisions of the room's log that a text contains."""


class Message(msgspec.Struct, rename="camel", tag_field="type", omit_defaults=True):
    """Base of the messages: a JSON object with the message's name in ``type``."""


def type_of(message: Message) -> str:
    """Return the ``type`` of a message."""
    return str(message.__struct_config__.tag)
