"""``python -m benchmarks``: all measurements in one run."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from . import (
    arrivals,
    contestants,
    crowd,
    history,
    idle,
    machine,
    report,
    servers,
    several,
    startup,
)
from .keys import take_turns
from .results import Results
from .rooms import type_everywhere

SIZES = {"1 kB": 1_000, "100 kB": 100_000, "1 MB": 1_000_000}

K = TypeVar("K")
T = TypeVar("T")


def main() -> None:
    """Measure, print the tables, and write them to docs/figures.md if asked to."""
    options = _options()
    with TemporaryDirectory(dir=options.folder) as folder:
        results = Run(Path(folder), options).everything()
    print(report.write(results))
    if options.write:
        report.replace_in_docs(results)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--keys", type=int, default=120, help="in each round (120)")
    parser.add_argument("--every", type=float, default=0.05, help="seconds (0.05)")
    parser.add_argument("--rounds", type=int, default=3, help="of everything (3)")
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="of each load on a server (3)"
    )
    parser.add_argument("--folder", help="where the databases are to be, for a while")
    parser.add_argument(
        "--write", action="store_true", help="write the tables into docs/figures.md"
    )
    return parser.parse_args()


class Run:
    """One run: the servers use one core, and this process with the clients another."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self._folder = folder
        self._options = options
        pinned = machine.cores()
        self._core = pinned[0] if pinned else None
        self._own_core = pinned[1] if pinned else None
        self._number = 0
        rounds, keys = options.rounds, options.keys
        sync = machine.sync_seconds(folder)
        self._results = Results(
            machine=machine.describe(pinned is not None, sync),
            options=f"medians of {rounds} rounds of {keys} keys each",
            every=options.every,
        )

    def everything(self) -> Results:
        """Measure everything; return the results."""
        self._several()
        if self._own_core is not None:
            machine.pin(self._own_core)
        with ExitStack() as stack:
            self._start(stack)
            for number in range(self._options.rounds):
                self._number = number + 1
                asyncio.run(self._pairs())
                asyncio.run(self._loads())
                self._restarted()
        self._say("kernels")
        self._results.load = startup.load_seconds(7)
        self._results.bundle = startup.bundle_bytes()
        return self._results

    def _several(self) -> None:
        """Measure several servers on one database, before this process is pinned."""
        self._say("several servers")
        folder, options = self._folder / "several", self._options
        folder.mkdir()
        self._results.several = several.compare(
            folder, options.rounds, options.keys, options.seconds
        )

    def _start(self, stack: ExitStack) -> None:
        folder, core = self._folder, self._core
        hub = stack.enter_context(
            servers.hub(folder / "full", core, extensions=["benchmarks.login"])
        )
        disk = stack.enter_context(
            servers.hub(folder / "disk", core, durability="disk")
        )
        # Ten people who type in turn type faster than the hub lets one person type.
        quick = stack.enter_context(servers.hub(folder / "quick", core, quick=True))
        echo = stack.enter_context(servers.bare("echo", core))
        wholefile = stack.enter_context(servers.bare("wholefile", core))
        self._edits = [contestants.echo(echo), contestants.edits(hub)]
        self._unlimited = {
            contestants.ECHO: self._edits[0],
            contestants.HUB: contestants.edits(quick),
        }
        self._login = contestants.login(hub)
        self._disk = contestants.edits(disk, contestants.DISK)
        self._files = [
            contestants.file_echo(echo),
            contestants.prototype(wholefile),
            contestants.files(hub),
        ]

    async def _pairs(self) -> None:
        """Measure two clients in a room."""
        options, results = self._options, self._results
        keys, every = options.keys, options.every
        small = [*self._edits, self._disk]
        for label, size in SIZES.items():
            self._say(label)
            found = await take_turns(small, size, keys, every)
            _add(results.typed, [(each.name, label) for each in small], found)
            # A megabyte for each key fills a core and would disturb the other servers.
            for each in self._files:
                found = await take_turns([each], size, max(1, keys // 3), every)
                _add(results.typed, [(each.name, label)], found)
        self._say("both type")
        found = await take_turns(small, SIZES["100 kB"], keys, every, both=True)
        _add(results.both, [(each.name, "100 kB") for each in small], found)

    async def _loads(self) -> None:
        """Measure many clients. Each server has its core alone."""
        seconds, results = self._options.seconds, self._results
        for each in self._edits:
            name = [each.name]
            self._say(f"a crowd, {each.name}")
            unlimited = self._unlimited[each.name]
            for loop in crowd.CLOSED:
                pace = await crowd.closed_loop(unlimited, seconds, loop)
                _add(results.closed, [(each.name, loop)], [pace])
            _add(results.open, name, [await crowd.open_loop(each, seconds)])
            self._say(f"many rooms, {each.name}")
            _add(results.rooms, name, [await type_everywhere(each, seconds)])
        for each in (*self._edits, self._login):
            self._say(f"people come in, {each.name}")
            _add(results.arrivals, [each.name], [await arrivals.come_in(each)])

    def _restarted(self) -> None:
        """Measure what needs a new server."""
        folder = self._folder / f"new-{self._number}"
        folder.mkdir()
        results = self._results
        self._say("joining")
        results.joins.append(history.joins(folder / "joins", self._core, restarts=3))
        self._say("idle connections")
        with (
            servers.bare("echo", self._core) as echo,
            servers.hub(folder / "idle", self._core) as hub,
        ):
            for each in (contestants.echo(echo), contestants.edits(hub)):
                _add(results.idle, [each.name], [asyncio.run(idle.bytes_each(each))])

    def _say(self, what: str) -> None:
        print(f"round {self._number}: {what}", file=sys.stderr)


def _add(found: dict[K, list[T]], keys: Sequence[K], values: Sequence[T]) -> None:
    for key, value in zip(keys, values, strict=True):
        found.setdefault(key, []).append(value)


if __name__ == "__main__":
    main()
