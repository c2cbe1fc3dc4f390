"""The goals and the measured values."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import arrivals, crowd, history, idle, rooms, several
from .contestants import DISK, ECHO, FILE_ECHO, HUB, HUB_FILES
from .pace import Pace
from .results import Results
from .rooms import Load
from .tables import bytes_per_key, markdown, median, median_ratio, ms, ratio

_CLOSED = {crowd.FEW: 0.55, crowd.MANY: 1.5, crowd.IN_STEP: 2.5}


@dataclass(frozen=True)
class Goal:
    """One row: what was measured, the goal, and the value."""

    what: str
    goal: str
    found: str
    reached: bool

    @property
    def verdict(self) -> str:
        """The value, marked if the goal is not reached."""
        return self.found if self.reached else f"{self.found} - **not reached**"


def table(results: Results) -> str:
    """Return all goals as a Markdown table."""
    rows = [(each.what, each.goal, each.verdict) for each in goals(results)]
    return markdown(["what", "goal", "found"], rows)


def goals(results: Results) -> Iterator[Goal]:
    """Compare the results with the goals."""
    yield from _keys(results)
    yield from _crowd(results)
    yield from _rooms(results)
    yield from _arrivals(results)
    yield from _joins(results)
    yield from _several(results)
    yield from _resources(results)


def _keys(results: Results) -> Iterator[Goal]:
    typed = results.typed
    sizes = list(dict.fromkeys(size for _, size in typed))
    hub, disk, echo = ([typed[n, s] for s in sizes] for n in (HUB, DISK, ECHO))
    yield _most(
        f"a key to the other of two, against echo ({', '.join(sizes)})",
        1.6,
        [median_ratio(*each) for each in zip(hub, echo, strict=True)],
    )
    yield _most(
        'the same with `durability = "disk"`: on the disk first',
        2.6,
        [median_ratio(*each) for each in zip(disk, echo, strict=True)],
    )
    medians = [median(each) for each in hub]
    spread = max(medians) / min(medians)
    yield Goal(
        "the slowest of the sizes against the quickest",
        "equal (1.25x)",
        f"{spread:.2f}x",
        spread <= 1.25,
    )
    most = max(bytes_per_key(each) for each in hub)
    yield Goal("bytes for each key", "at most 160", f"{most:.0f}", most <= 160)
    files = median_ratio(typed[HUB_FILES, "100 kB"], typed[FILE_ECHO, "100 kB"])
    yield _most("the whole-file dialect, 100 kB, against echo of the file", 3, [files])


def _crowd(results: Results) -> Iterator[Goal]:
    closed = results.closed
    for loop, least in _CLOSED.items():
        rates = (_rates(closed[name, loop]) for name in (HUB, ECHO))
        yield _least(f"{loop}: deliveries a second against echo", least, ratio(*rates))
    hub, echo = (closed[name, crowd.MANY] for name in (HUB, ECHO))
    if all(each.cpu for each in (*hub, *echo)):
        yield _most(
            f"{crowd.PEOPLE} people: CPU for each delivery against echo's",
            1,
            [ratio(_cpu(hub), _cpu(echo))],
        )
    yield _least(
        f"{crowd.PEOPLE} people of whom {crowd.WRITERS} type on: "
        "deliveries a second against echo",
        2.5,
        ratio(_rates(results.open[HUB]), _rates(results.open[ECHO])),
    )


def _rooms(results: Results) -> Iterator[Goal]:
    hub, echo = results.rooms[HUB], results.rooms[ECHO]

    def times(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
        return [ratio(ours, theirs)]

    what = f"{rooms.ROOMS} rooms, both type {1 / rooms.EVERY:g} keys a second: "
    yield _most(
        f"{what}the median against echo's",
        2.5,
        times([each.median for each in hub], [each.median for each in echo]),
    )
    yield _most(
        f"{what}p99 against echo's",
        2.5,
        times([each.p99 for each in hub], [each.p99 for each in echo]),
    )
    if all(each.cpu for each in (*hub, *echo)):
        yield _most(f"{what}CPU against echo's", 2.5, times(_cpu(hub), _cpu(echo)))


def _cpu(loads: Sequence[Load] | Sequence[Pace]) -> list[float]:
    return [each.cpu for each in loads]


def _rates(found: Sequence[Pace]) -> list[float]:
    return [each.rate for each in found]


def _arrivals(results: Results) -> Iterator[Goal]:
    hub, echo = results.arrivals[HUB], results.arrivals[ECHO]
    yield _least(
        f"{arrivals.PEOPLE} people come into each of {arrivals.ROOMS} rooms: people a "
        "second against echo",
        0.55,
        ratio(_rates(hub), _rates(echo)),
    )


def _joins(results: Results) -> Iterator[Goal]:
    what = f"joining {history.SIZE // 1000} kB with {history.EDITS:,} edits of history"
    for how, most, found in (
        ("while the room is open", 5, [each.warm for each in results.joins]),
        ("after a restart of the server", 20, [each.cold for each in results.joins]),
    ):
        middle = statistics.median(found)
        reached = middle * 1000 <= most
        yield Goal(
            f"{what}, {how}", f"at most {most} ms", f"{ms(middle, 1)} ms", reached
        )


def _several(results: Results) -> Iterator[Goal]:
    delays, rates = results.several.delays, results.several.rates
    yield _most(
        "a key across two servers on one PostgreSQL, against one server with SQLite",
        4,
        [ratio(delays[several.TWO], delays[several.SQLITE])],
    )
    yield _least(
        f"{several.ROOMS} rooms on two servers and one PostgreSQL: keys stored in a "
        "second against one server",
        1.5,
        ratio(rates[several.TWO], rates[several.ONE]),
    )


def _resources(results: Results) -> Iterator[Goal]:
    kilobytes = statistics.median(results.idle[HUB]) / 1000
    if kilobytes:
        yield _unit(f"each of {idle.CONNECTIONS:,} idle connections", 20, kilobytes)
    _, load = results.load
    yield Goal(
        "`%load_ext jupyter_pairedit` over anywidget's import",
        "at most 0.3 s",
        f"{load:.2f} s",
        load <= 0.3,
    )
    if results.bundle is not None:
        yield _unit("the editor's bundle, gzip", 145, results.bundle / 1000)


def _unit(what: str, most: float, found: float) -> Goal:
    return Goal(what, f"at most {most:g} kB", f"{found:.0f} kB", round(found) <= most)


def _most(what: str, most: float, found: Sequence[float]) -> Goal:
    shown = ", ".join(f"{each:.1f}x" for each in found)
    reached = all(round(each, 1) <= most for each in found)
    return Goal(what, f"at most {most:g}x", shown, reached)


def _least(what: str, least: float, found: float) -> Goal:
    return Goal(what, f"at least {least:g}x", f"{found:.2f}x", found >= least)
