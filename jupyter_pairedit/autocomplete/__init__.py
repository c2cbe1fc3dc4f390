"""Suggestions for the code before the caret."""

from __future__ import annotations

from .base import Completer


def load_completer(name: str) -> Completer:
    """Return the completer with that name. Raises ``ValueError`` unless ``mock``."""
    if name != "mock":
        raise ValueError(f"expected a completer 'mock', found {name!r}")
    from .mock import MockCompleter

    return MockCompleter()
