"""How much a server does in a second, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Deliveries, or people who come in: their number a second."""

    rate: float
    cpu: float
    """CPU seconds of the server for each."""
