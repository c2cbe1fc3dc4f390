"""What each role may say in a room: one table, and what is not in it is forbidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["view", "edit", "owner"]
"""``view`` reads, ``edit`` also types; ``owner`` has Jupyter's login and may write."""

GuestRole = Literal["view", "edit"]

Right = Literal["read", "write", "execute"]
"""What Jupyter's Authorizer is asked for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may send a message."""

    guests: frozenset[GuestRole]
    """Roles of those who came by a link."""
    right: Right | None
    """What somebody with Jupyter's login must have; None: the message is not theirs."""


_ALL_GUESTS: frozenset[GuestRole] = frozenset({"view", "edit"})
_WRITING_GUESTS: frozenset[GuestRole] = frozenset({"edit"})

RULES: Mapping[str, Rule] = {
    "hello": Rule(_ALL_GUESTS, "read"),
    "presence": Rule(_ALL_GUESTS, "read"),
    "check": Rule(_ALL_GUESTS, "read"),
    "code_change": Rule(_WRITING_GUESTS, "write"),
    "autocomplete": Rule(_WRITING_GUESTS, None),
}
"""By the ``type`` of the message; each message of a client has its row."""
