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
from .keys import type_together
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
        typed, both = asyncio.run(
            _type(
                [
                    contestants.echo(echo),
                    contestants.edits(hub, report.HUB),
                    contestants.edits(normal, "the same with `synchronous=NORMAL`"),
                    contestants.prototype(wholefile),
                    contestants.files(hub, "this hub, whole-file dialect"),
                ],
                options,
            )
        )
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
    compared: list[Contestant], options: argparse.Namespace
) -> tuple[dict[Cell, report.Rounds], dict[Cell, report.Rounds]]:
    """Take turns, so that whatever else the machine does hits all alike."""
    typed: dict[Cell, report.Rounds] = {}
    both: dict[Cell, report.Rounds] = {}
    for number in range(options.rounds):
        for label, size in SIZES.items():
            for each in compared:
                print(f"round {number + 1}, {label}, {each.name}", file=sys.stderr)
                found = await type_together(each, size, options.keys, options.every)
                typed.setdefault((each.name, label), []).append(found)
        for each in (each for each in compared if each.merges):
            print(f"round {number + 1}, both type, {each.name}", file=sys.stderr)
            found = await type_together(
                each, SIZES["100 kB"], options.keys, options.every, both=True
            )
            both.setdefault((each.name, "100 kB"), []).append(found)
    return typed, both


if __name__ == "__main__":
    main()
