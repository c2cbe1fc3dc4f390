"""``python -m benchmarks.peers``: other servers for shared editing beside this one."""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import arrivals, contestants, crowd, machine, servers
from ..contestants import Contestant
from ..keys import take_turns
from ..tables import markdown, ms, ratio
from .contestants import HOCUSPOCUS, YDOC, YWEBSOCKET, node_servers, ydoc_server

_SIZES = {"1 kB": 1_000, "100 kB": 100_000}
_EVERY = 0.05

_PROMISES = {
    contestants.ECHO: "nothing",
    contestants.HUB: "what others have seen survives `kill -9`; what is *saved*, a "
    "loss of power",
    YWEBSOCKET: "nothing, unless a store is added",
    HOCUSPOCUS: "what is older than its delay of 2 to 10 s",
    YDOC: "what is older than its delay of 1 s",
}

Figures = dict[str, dict[str, list[float]]]
"""The figures of each round, by what was measured and by contestant."""


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=3, help="of everything (3)")
    parser.add_argument("--keys", type=int, default=60, help="in each round (60)")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each load (2)")
    options = parser.parse_args()
    pinned = machine.cores()
    core = pinned[0] if pinned else None
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        sync = machine.sync_seconds(folder)
        # Before this process is pinned: npm and uv may use all cores.
        found = [
            contestants.echo(stack.enter_context(servers.bare("echo", core))),
            contestants.edits(
                stack.enter_context(servers.hub(folder / "hub", core, quick=True))
            ),
            *stack.enter_context(node_servers(folder / "node", core, dict(os.environ))),
            stack.enter_context(ydoc_server(folder / "ydoc", core)),
        ]
        if pinned:
            machine.pin(pinned[1])
        figures: Figures = {}
        for number in range(options.rounds):
            print(f"round {number + 1}", file=sys.stderr)
            asyncio.run(_round(found, figures, options.keys, options.seconds))
    print(f"{machine.describe(pinned is not None, sync)}\n")
    print(table(figures))


async def _round(
    found: Sequence[Contestant], figures: Figures, keys: int, seconds: float
) -> None:
    def note(what: str, who: Contestant, value: float) -> None:
        figures.setdefault(what, {}).setdefault(who.name, []).append(value)

    for label, size in _SIZES.items():
        rounds = await take_turns(found, size, keys, _EVERY)
        for each, one in zip(found, rounds, strict=True):
            note(f"a key to the other, {label}: ms", each, one.median)
    for each in found:
        for loop in crowd.CLOSED:
            rate = (await crowd.closed_loop(each, seconds, loop)).rate
            note(f"{loop}: deliveries a second", each, rate)
        what = f"{arrivals.PEOPLE} people come into each of {arrivals.ROOMS} rooms"
        rate = (await arrivals.come_in(each)).rate
        note(f"{what}: people a second", each, rate)


def table(figures: Figures) -> str:
    """Return the medians, each with its ratio to echo of the same rounds."""
    names = list(next(iter(figures.values())))

    def cell(found: dict[str, list[float]], name: str, what: str) -> str:
        middle = statistics.median(found[name])
        shown = ms(middle) if what.endswith("ms") else f"{middle:,.0f}"
        return f"{shown} ({ratio(found[name], found[contestants.ECHO]):.2f}x)"

    rows = [
        (what, *(cell(found, name, what) for name in names))
        for what, found in figures.items()
    ]
    promises = ("the disk", *(_PROMISES[name] for name in names))
    return markdown(["", *names], [*rows, promises])


if __name__ == "__main__":
    main()
