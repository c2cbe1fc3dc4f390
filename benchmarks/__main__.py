"""``python -m benchmarks``: everything in one run, side by side."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from . import contestants, machine, report, servers, startup
from .contestants import Contestant
from .keys import Round, take_turns
from .report import Cell, Results

SIZES = {"1 kB": 1_000, "100 kB": 100_000, "1 MB": 1_000_000}


def main() -> None:
    """Measure, print the tables, and write them to the README if asked to."""
    options = _options()
    with TemporaryDirectory(dir=options.folder) as folder:
        results = _measure(Path(folder), options)
    text = report.write(results)
    print(text)
    if options.write:
        report.replace_in_readme(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--keys", type=int, default=120, help="in each round (120)")
    parser.add_argument("--every", type=float, default=0.05, help="seconds (0.05)")
    parser.add_argument("--rounds", type=int, default=3, help="of everything (3)")
    parser.add_argument("--folder", help="where the databases are to be, for a while")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into benchmarks/README.md"
    )
    return parser.parse_args()


def _measure(folder: Path, options: argparse.Namespace) -> Results:
    pinned = machine.cores()
    ours, theirs = pinned or (None, None)
    sync = machine.sync_seconds(folder)
    with ExitStack() as stack:
        hub = stack.enter_context(servers.hub(folder / "full", ours))
        normal = stack.enter_context(servers.hub(folder / "normal", ours, normal=True))
        echo = stack.enter_context(servers.bare("echo", ours))
        wholefile = stack.enter_context(servers.bare("wholefile", ours))
        if theirs is not None:
            machine.pin(theirs)
        small = [
            contestants.echo(echo),
            contestants.edits(hub, report.HUB),
            contestants.edits(normal, "the same with `synchronous=NORMAL`"),
        ]
        # A megabyte for each key fills a core: these would disturb the others.
        large = [
            contestants.prototype(wholefile),
            contestants.files(hub, "this hub, whole-file dialect"),
        ]
        groups = [small, *([each] for each in large)]
        typed, both = asyncio.run(_type(groups, options))
    print("starting kernels", file=sys.stderr)
    return Results(
        machine=machine.describe(pinned is not None, sync),
        options=f"{options.rounds} rounds of {options.keys} keys",
        every=options.every,
        typed=typed,
        both=both,
        load=startup.load_seconds(7),
        bundle=startup.bundle_bytes(),
    )


async def _type(
    groups: list[list[Contestant]], options: argparse.Namespace
) -> tuple[dict[Cell, report.Rounds], dict[Cell, report.Rounds]]:
    typed: dict[Cell, report.Rounds] = {}
    both: dict[Cell, report.Rounds] = {}
    for number in range(options.rounds):
        for label, size in SIZES.items():
            print(f"round {number + 1}, {label}", file=sys.stderr)
            for group in groups:
                found = await take_turns(group, size, options.keys, options.every)
                _add(typed, group, label, found)
        print(f"round {number + 1}, both type", file=sys.stderr)
        group, size = groups[0], SIZES["100 kB"]
        found = await take_turns(group, size, options.keys, options.every, both=True)
        _add(both, group, "100 kB", found)
    return typed, both


def _add(
    cells: dict[Cell, report.Rounds],
    group: list[Contestant],
    label: str,
    rounds: list[Round],
) -> None:
    for each, found in zip(group, rounds, strict=True):
        cells.setdefault((each.name, label), []).append(found)


if __name__ == "__main__":
    main()
