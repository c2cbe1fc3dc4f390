"""The messages that each role may send. A message without a rule is forbidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["view", "edit", "owner", "kernel"]
"""``view`` reads, ``edit`` also edits; ``owner`` is a person with Jupyter's login who
may write; ``kernel`` is a kernel that such a person has given a pass."""

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
    kernels: Right | None
    """The right that the maker of a pass needs, for the kernel that has the pass; None
    if no kernel may send it."""


_ALL_GUESTS: frozenset[GuestRole] = frozenset({"view", "edit"})
_WRITING_GUESTS: frozenset[GuestRole] = frozenset({"edit"})
_NO_GUESTS: frozenset[GuestRole] = frozenset()

RULES: Mapping[str, Rule] = {
    "hello": Rule(_ALL_GUESTS, "read", "read"),
    "presence": Rule(_ALL_GUESTS, "read", "read"),
    "check": Rule(_ALL_GUESTS, "read", "read"),
    "code_change": Rule(_WRITING_GUESTS, "write", "write"),
    "autocomplete": Rule(_WRITING_GUESTS, None, None),
    "cancel_autocomplete": Rule(_WRITING_GUESTS, None, None),
    "run": Rule(_WRITING_GUESTS, "execute", None),
    "stop": Rule(_WRITING_GUESTS, "execute", None),
    "withdraw": Rule(_WRITING_GUESTS, None, None),
    "shown": Rule(_NO_GUESTS, "execute", None),
    "approve": Rule(_NO_GUESTS, "execute", None),
    "refuse": Rule(_NO_GUESTS, "execute", None),
    "grant": Rule(_NO_GUESTS, "execute", None),
    "begin_run": Rule(_NO_GUESTS, "execute", "execute"),
    "outputs": Rule(_NO_GUESTS, "execute", "execute"),
    "blame": Rule(_NO_GUESTS, None, "read"),
    "history": Rule(_NO_GUESTS, None, "read"),
    "restore": Rule(_NO_GUESTS, None, "write"),
}
"""By the ``type`` of the message. Every message of a client has a rule."""
