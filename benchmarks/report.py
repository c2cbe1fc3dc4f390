"""The figures as tables, for the terminal and for ``docs/figures.md``."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import arrivals, crowd, goals, rooms, several
from .contestants import ECHO
from .keys import Round, quantile
from .pace import Pace
from .results import Cell, Results, Several
from .tables import (
    Rounds,
    bytes_per_key,
    markdown,
    median,
    median_ratio,
    ms,
    ratio,
)

_FIGURES = Path(__file__).parents[1] / "docs" / "figures.md"


def write(results: Results) -> str:
    """Return all tables as Markdown."""
    return "\n\n".join(
        [
            results.machine,
            f"**What is to be reached** ({results.options}, a key every "
            f"{results.every * 1000:g} ms)",
            goals.table(results),
            "**One of two types**: milliseconds from the key to the other client, and "
            "bytes on both sockets for each key",
            _typed(results.typed),
            "**Both type at once**",
            _typed(results.both),
            "**One room with many people**: keys that reached a screen, in a second, "
            f"and microseconds of a core for each with {crowd.PEOPLE} people",
            _crowd(results),
            f"**{rooms.ROOMS} rooms of two**, each typing {1 / rooms.EVERY:g} keys a "
            "second: milliseconds, and microseconds of a core for each key",
            _rooms(results),
            f"**{arrivals.PEOPLE} people come into each of {arrivals.ROOMS} rooms** at "
            "the same time: people in a second, and milliseconds of a core for each",
            _arrivals(results),
            "**Joining a room**: milliseconds until the text is there, for who opens "
            "the room and for who comes second",
            _joins(results.typed),
            "**One server or more**: milliseconds from a key to a client at the last "
            f"server, and keys stored in a second in {several.ROOMS} rooms",
            _several(results.several),
        ]
    )


def replace_in_docs(results: Results) -> None:
    """Write the tables between the marks of ``docs/figures.md``."""
    _replace(_FIGURES, "<!-- figures: {} -->", write(results))


def _replace(file: Path, mark: str, text: str) -> None:
    begin, end = mark.format("begin"), mark.format("end")
    before, _, rest = file.read_text().partition(begin)
    _, _, after = rest.partition(end)
    file.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")


def _typed(cells: Mapping[Cell, Rounds]) -> str:
    rows = []
    for (name, size), found in cells.items():
        delays = [delay for each in found for delay in each.delays]
        rows.append(
            (
                size,
                name,
                ms(median(found)),
                ms(quantile(delays, 0.95)),
                ms(quantile(delays, 0.99)),
                f"{median_ratio(found, cells[ECHO, size]):.1f}x",
                f"{bytes_per_key(found):,.0f}",
            )
        )
    heads = ["text", "", "median", "p95", "p99", "to echo", "bytes per key"]
    return markdown(heads, rows)


def _crowd(results: Results) -> str:
    return markdown(
        ["", *map(str, crowd.CLOSED), "CPU", f"{crowd.WRITERS} type on"],
        [
            (
                name,
                *(_rate(results.closed[name, loop]) for loop in crowd.CLOSED),
                f"{_cpu(results.closed[name, crowd.MANY]) * 1e6:.1f}",
                _rate(found),
            )
            for name, found in results.open.items()
        ],
    )


def _rate(found: Sequence[Pace]) -> str:
    return f"{statistics.median(each.rate for each in found):,.0f}"


def _cpu(found: Sequence[Pace]) -> float:
    return statistics.median(each.cpu for each in found)


def _rooms(results: Results) -> str:
    return markdown(
        ["", "median", "p99", "CPU"],
        [
            (
                name,
                ms(statistics.median(each.median for each in loads)),
                ms(statistics.median(each.p99 for each in loads)),
                f"{statistics.median(each.cpu for each in loads) * 1e6:.0f}",
            )
            for name, loads in results.rooms.items()
        ],
    )


def _arrivals(results: Results) -> str:
    return markdown(
        ["", "people", "CPU"],
        [
            (name, _rate(found), ms(_cpu(found)))
            for name, found in results.arrivals.items()
        ],
    )


def _joins(cells: Mapping[Cell, Rounds]) -> str:
    def middle(found: Rounds, what: Callable[[Round], float]) -> str:
        return ms(statistics.median(what(each) for each in found), digits=1)

    return markdown(
        ["text", "", "first", "second"],
        [
            (
                size,
                name,
                middle(found, lambda each: each.join),
                middle(found, lambda each: each.second_join),
            )
            for (name, size), found in cells.items()
        ],
    )


def _several(found: Several) -> str:
    delays, rates = found.delays, found.rates
    return markdown(
        ["", "a key", "to one with SQLite", "keys a second", "to one with PostgreSQL"],
        [
            (
                name,
                ms(statistics.median(delays[name])),
                f"{ratio(delays[name], delays[several.SQLITE]):.1f}x",
                f"{statistics.median(rates[name]):,.0f}",
                f"{ratio(rates[name], rates[several.ONE]):.2f}x",
            )
            for name in delays
        ],
    )
