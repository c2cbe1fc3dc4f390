"""Figures as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from .keys import Round

Rounds = Sequence[Round]


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ms(seconds: float, digits: int = 2) -> str:
    """Return seconds as text in milliseconds."""
    return f"{seconds * 1000:.{digits}f}"


def median(rounds: Rounds) -> float:
    """Return the median of the rounds' medians."""
    return statistics.median(each.median for each in rounds)


def bytes_per_key(rounds: Rounds) -> float:
    """Return the median of the rounds."""
    return statistics.median(each.bytes_per_key for each in rounds)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of the rounds."""
    return statistics.median(
        mine / other for mine, other in zip(ours, theirs, strict=True)
    )


def median_ratio(ours: Rounds, theirs: Rounds) -> float:
    """Return the ratio of the medians."""
    return ratio([each.median for each in ours], [each.median for each in theirs])
