"""The messages that each role may send. A message without a rule is forbidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["view", "edit", "owner"]
"""``view`` reads, ``edit`` also edits; ``owner`` is a person with Jupyter's login who
may write."""

GuestRole = Literal["view", "edit"]

Right = Literal["read", "write", "execute"]
"""An action of Jupyter's ``Authorizer``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may send a message."""

    guests: frozenset[GuestRole]
    """Roles of guests that may send it."""
    right: Right | None
    """The right that a person with Jupyter's login needs; None if nobody has it."""


_ALL_GUESTS: frozenset[GuestRole] = frozenset({"view", "edit"})
_WRITING_GUESTS: frozenset[GuestRole] = frozenset({"edit"})
_NO_GUESTS: frozenset[GuestRole] = frozenset()

RULES: Mapping[str, Rule] = {
    "hello": Rule(_ALL_GUESTS, "read"),
    "presence": Rule(_ALL_GUESTS, "read"),
    "check": Rule(_ALL_GUESTS, "read"),
    "code_change": Rule(_WRITING_GUESTS, "write"),
    "autocomplete": Rule(_WRITING_GUESTS, None),
    "cancel_autocomplete": Rule(_WRITING_GUESTS, None),
    "run": Rule(_WRITING_GUESTS, "execute"),
    "stop": Rule(_WRITING_GUESTS, "execute"),
    "withdraw": Rule(_WRITING_GUESTS, None),
    "shown": Rule(_NO_GUESTS, "execute"),
    "approve": Rule(_NO_GUESTS, "execute"),
    "refuse": Rule(_NO_GUESTS, "execute"),
    "grant": Rule(_NO_GUESTS, "execute"),
    "begin_run": Rule(_NO_GUESTS, "execute"),
    "outputs": Rule(_NO_GUESTS, "execute"),
}
"""By the ``type`` of the message. Every message of a client has a rule."""
