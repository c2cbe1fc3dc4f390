"""Removes one guard at a time from a copy of the tree: a test must fail for each (T19).

``uv run --group test python -m tests.mutants`` takes a few seconds for each and prints
the test that failed; words after it choose guards. The results are in ``MUTANTS.md``.
The exit status is 1 if no test failed for a guard, and 2 if no guard has the words.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .guards import MUTANTS
from .mutant import Mutant

ROOT = Path(__file__).parents[1]
PACKAGE = "jupyter_pairedit"
RESULTS = Path(__file__).parent / "MUTANTS.md"
_HANGS = 120  # seconds

_HEAD = """\
# The last result of removing guards

`python -m tests.mutants`: a test failed for {killed} of {all} guards. A test that hangs
waits for an effect of the guard until it is ended.

| guard | failing test | when |
| --- | --- | --- |
"""


def failing_test(mutant: Mutant, tree: Path) -> str | None:
    """Remove a guard from a copy of the tree. Return the first test that fails."""
    file = tree / PACKAGE / mutant.file
    source = file.read_text("utf-8")
    if source.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file}: expected once, to remove:\n{mutant.old}")
    file.write_text(source.replace(mutant.old, mutant.new), "utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no"]
    command += ["-p", "no:cacheprovider", *mutant.tests.split()]
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            capture_output=True,
            text=True,
            check=False,
            timeout=_HANGS,
        )
    except subprocess.TimeoutExpired:
        return "a test that hangs"
    finally:
        file.write_text(source, "utf-8")
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return found[1] if found and done.returncode == 1 else None


def main(words: Sequence[str]) -> int:
    """Run every mutant, or those whose guard contains one of the words.

    Prints a line for each, and writes the results beside those of the other guards.
    """
    chosen = [m for m in MUTANTS if not words or any(w in m.guard for w in words)]
    if not chosen:
        print(f"No guard contains {' or '.join(words)}. Nothing was run.")
        return 2
    known = _read()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        ignored = shutil.ignore_patterns(".git", "__pycache__", ".venv", "benchmarks")
        shutil.copytree(ROOT, tree, ignore=ignored, symlinks=True)
        for mutant in chosen:
            test = failing_test(mutant, tree)
            when = f"{datetime.now(UTC):%Y-%m-%d}"
            failing = "none" if test is None else f"`{test}`"
            known[mutant.guard] = f"| {mutant.guard} | {failing} | {when} |"
            print(f"{'alive' if test is None else 'killed'}  {mutant.guard}: {test}")
    lines = [known.get(each.guard, f"| {each.guard} | | |") for each in MUTANTS]
    killed = sum("| `" in line for line in lines)
    head = _HEAD.format(killed=killed, all=len(MUTANTS))
    RESULTS.write_text(head + "\n".join(lines) + "\n", "utf-8")
    print(f"{killed} of {len(MUTANTS)} killed")
    return 0 if killed == len(MUTANTS) else 1


def _read() -> dict[str, str]:
    """Return the present lines by their guards."""
    lines = RESULTS.read_text("utf-8").splitlines() if RESULTS.exists() else []
    return {line.split("|")[1].strip(): line for line in lines if line[:1] == "|"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
