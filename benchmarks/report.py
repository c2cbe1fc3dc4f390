"""The figures as tables, for the terminal and for the README."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .keys import Round, quantile

Cell = tuple[str, str]
"""A contestant's name and a size."""

Rounds = list[Round]

ECHO = "Tornado echo of the same pushes"
HUB = "**this hub, edit dialect**"

_README = Path(__file__).parent / "README.md"
_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass(frozen=True)
class Results:
    """Everything that one run found."""

    machine: str
    options: str
    every: float
    typed: dict[Cell, Rounds]
    """One of two types."""
    both: dict[Cell, Rounds]
    """Both type."""
    load: tuple[float, float]
    """Seconds: anywidget's import, and ``%load_ext`` after it."""
    bundle: int | None


def write(results: Results) -> str:
    """Give all tables as Markdown."""
    return "\n\n".join(
        [
            results.machine,
            f"**What is to be reached** ({results.options} each, a key every "
            f"{results.every * 1000:g} ms)",
            _goals(results),
            "**One of two types**: milliseconds from the key to the other client, and "
            "bytes on both sockets for each key",
            _table(results.typed),
            "**Both type at once**",
            _table(results.both),
            "**Joining a room**: milliseconds until the text is there, for who opens "
            "the room and for who comes second",
            _joins(results.typed),
        ]
    )


def replace_in_readme(text: str) -> None:
    """Put the tables between the marks in the README."""
    readme = _README.read_text()
    before, _, rest = readme.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    _README.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}")


def ratio(ours: Rounds, echo: Rounds) -> float:
    """Compare medians round by round, since a round has its own weather."""
    return statistics.median(
        mine.median / theirs.median for mine, theirs in zip(ours, echo, strict=True)
    )


def _goals(results: Results) -> str:
    typed = results.typed
    labels = list(dict.fromkeys(label for _, label in typed))
    ratios = [ratio(typed[HUB, label], typed[ECHO, label]) for label in labels]
    medians = [_median(typed[HUB, label]) for label in labels]
    most = max(_bytes(typed[HUB, label]) for label in labels)
    _, load = results.load
    bundle = "not built"
    if results.bundle is not None:
        bundle = _judged(results.bundle / 1000, 160, "kB", digits=0)
    return _markdown(
        ["what", "goal", "found"],
        [
            (
                "key to the other client, commit included, against echo "
                f"({', '.join(labels)})",
                "at most 4x",
                _verdict(
                    max(ratios) <= 4, ", ".join(f"{each:.1f}x" for each in ratios)
                ),
            ),
            (
                "the same for all sizes: the slowest against the quickest median",
                "equal (1.25x)",
                _verdict(
                    max(medians) <= 1.25 * min(medians),
                    f"{max(medians) / min(medians):.2f}x",
                ),
            ),
            ("bytes for each key", "at most 200", _judged(most, 200, "", digits=0)),
            (
                "`%load_ext jupyter_pairedit` over anywidget's import",
                "at most 0.3 s",
                _judged(load, 0.3, "s", digits=2),
            ),
            ("the editor's bundle, gzip", "at most 160 kB", bundle),
        ],
    )


def _judged(found: float, most: float, unit: str, *, digits: int) -> str:
    return _verdict(found <= most, f"{found:.{digits}f} {unit}".strip())


def _verdict(reached: bool, found: str) -> str:
    return found if reached else f"{found} - **not reached**"


def _table(cells: dict[Cell, Rounds]) -> str:
    rows = []
    for (name, label), rounds in cells.items():
        delays = [delay for each in rounds for delay in each.delays]
        rows.append(
            (
                label,
                name,
                _ms(_median(rounds)),
                _ms(quantile(delays, 0.95)),
                _ms(quantile(delays, 0.99)),
                f"{ratio(rounds, cells[ECHO, label]):.1f}x",
                f"{_bytes(rounds):,.0f}",
            )
        )
    return _markdown(
        ["text", "", "median", "p95", "p99", "to echo", "bytes per key"], rows
    )


def _joins(cells: dict[Cell, Rounds]) -> str:
    def middle(rounds: Rounds, what: Callable[[Round], float]) -> str:
        return _ms(statistics.median(what(each) for each in rounds), digits=1)

    return _markdown(
        ["text", "", "first", "second"],
        [
            (
                label,
                name,
                middle(rounds, lambda each: each.join),
                middle(rounds, lambda each: each.second_join),
            )
            for (name, label), rounds in cells.items()
        ],
    )


def _median(rounds: Rounds) -> float:
    return statistics.median(each.median for each in rounds)


def _bytes(rounds: Rounds) -> float:
    return statistics.median(each.bytes_per_key for each in rounds)


def _ms(seconds: float, digits: int = 2) -> str:
    return f"{seconds * 1000:.{digits}f}"


def _markdown(heads: list[str], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
