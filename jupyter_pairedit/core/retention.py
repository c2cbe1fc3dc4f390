"""What of a log is merged when it has become old, or too much."""

from __future__ import annotations

from dataclasses import dataclass

from .revisions import Kind

OVERHEAD = 150
"""Bytes that a revision takes in a store beside its changes."""


@dataclass(frozen=True, slots=True)
class Row:
    """A revision, or several that were merged, without the changes."""

    version: int
    """The last one, if it is merged."""
    run: int
    """How many versions it stands for."""
    kind: Kind
    authors: tuple[str, ...]
    at: float
    """In seconds since 1970."""
    size: int
    """Bytes in the store, ``OVERHEAD`` among them."""
