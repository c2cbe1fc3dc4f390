"""Everything that one run found."""

from __future__ import annotations

from dataclasses import dataclass, field

from .history import Joins
from .keys import Round
from .rooms import Load

Cell = tuple[str, str]
"""A contestant's name and a size."""


@dataclass
class Several:
    """One server or more, by what they are called, in the order of the rounds."""

    delays: dict[str, list[float]] = field(default_factory=dict)
    """Median seconds from a key to the client at the last server."""
    rates: dict[str, list[float]] = field(default_factory=dict)
    """Keys stored in a second, in many rooms."""


@dataclass
class Results:
    """What each contestant did, in the order of the rounds."""

    machine: str
    options: str
    every: float
    typed: dict[Cell, list[Round]] = field(default_factory=dict)
    """One of two types."""
    both: dict[Cell, list[Round]] = field(default_factory=dict)
    """Both type."""
    closed: dict[str, list[float]] = field(default_factory=dict)
    """Deliveries a second in a room of many, when each key waits for the last."""
    open: dict[str, list[float]] = field(default_factory=dict)
    """The same, when some type on whatever the server does."""
    rooms: dict[str, list[Load]] = field(default_factory=dict)
    """Many rooms at once."""
    joins: list[Joins] = field(default_factory=list)
    """Into a long history."""
    idle: dict[str, list[float]] = field(default_factory=dict)
    """Bytes for each connection."""
    several: Several = field(default_factory=Several)
    """SQLite and PostgreSQL."""
    load: tuple[float, float] = (0.0, 0.0)
    """Seconds: anywidget's import, and ``%load_ext`` after it."""
    bundle: int | None = None
    """Bytes of the editor, gzipped; None if it was not built."""
