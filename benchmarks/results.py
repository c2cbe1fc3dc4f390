"""The results of one run."""

from __future__ import annotations

from dataclasses import dataclass, field

from .crowd import Closed
from .history import Joins
from .keys import Round
from .pace import Pace
from .rooms import Load

Cell = tuple[str, str]
"""The name of a contestant and a size of text."""


@dataclass
class Several:
    """Results of one or more servers by name, in the order of the rounds."""

    delays: dict[str, list[float]] = field(default_factory=dict)
    """Median seconds from a key to the client at the last server."""
    rates: dict[str, list[float]] = field(default_factory=dict)
    """Keys stored a second, in many rooms."""


@dataclass
class Results:
    """Results of each contestant, in the order of the rounds."""

    machine: str
    options: str
    every: float
    typed: dict[Cell, list[Round]] = field(default_factory=dict)
    """One of two clients types."""
    both: dict[Cell, list[Round]] = field(default_factory=dict)
    """Both clients type."""
    closed: dict[tuple[str, Closed], list[Pace]] = field(default_factory=dict)
    """Deliveries in each closed loop."""
    open: dict[str, list[Pace]] = field(default_factory=dict)
    """Deliveries in the open loop of a crowd."""
    rooms: dict[str, list[Load]] = field(default_factory=dict)
    """Many rooms at the same time."""
    arrivals: dict[str, list[Pace]] = field(default_factory=dict)
    """People who come into rooms at the same time."""
    joins: list[Joins] = field(default_factory=list)
    """Joins of a room with a long history."""
    idle: dict[str, list[float]] = field(default_factory=dict)
    """Bytes for each connection."""
    several: Several = field(default_factory=Several)
    """SQLite and PostgreSQL."""
    load: tuple[float, float] = (0.0, 0.0)
    """Seconds: anywidget's import, and ``%load_ext`` after it."""
    bundle: int | None = None
    """Bytes of the editor, gzipped; None if it was not built."""
