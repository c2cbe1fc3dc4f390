"""Suggestions for the code before the caret: ``load_completer`` makes one by name."""

from __future__ import annotations

from .base import Completer


def load_completer(name: str) -> Completer:
    """Make the completer of that name. Raises ``ValueError`` for any but ``mock``."""
    if name != "mock":
        raise ValueError(f"expected a completer 'mock', found {name!r}")
    from .mock import MockCompleter

    return MockCompleter()
