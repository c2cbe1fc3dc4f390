"""Take one guard away at a time: a test must notice each (T19).

``uv run --group test python -m tests.mutants`` does it in copies of the tree, a few
seconds for each, and prints which test noticed; words after it choose guards. The
result is in ``MUTANTS.md``. It ends with 1 when one went unseen.
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

from .guards import MUTANTS, Mutant

ROOT = Path(__file__).parents[1]
PACKAGE = "jupyter_pairedit"
RESULTS = Path(__file__).parent / "MUTANTS.md"
_HANGS = 120  # seconds

_HEAD = """\
# The last result of taking guards away

`python -m tests.mutants`: {killed} of {all} noticed. A test that hangs is one that
waits for what the guard had brought about, until it is ended.

| guard | noticed by | when |
| --- | --- | --- |
"""


def noticed_by(mutant: Mutant, tree: Path) -> str | None:
    """Take the guard from a copy of the tree; give the first test that fails."""
    file = tree / PACKAGE / mutant.file
    source = file.read_text("utf-8")
    if source.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file}: expected once, to take away:\n{mutant.old}")
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
    """Try every mutant, or those whose guard has one of the words.

    Prints a line for each, and writes down what came out, beside what is known of the
    others.
    """
    known = _read()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        ignored = shutil.ignore_patterns(".git", "__pycache__", ".venv", "benchmarks")
        shutil.copytree(ROOT, tree, ignore=ignored, symlinks=True)
        for mutant in MUTANTS:
            if words and not any(word in mutant.guard for word in words):
                continue
            test = noticed_by(mutant, tree)
            when = f"{datetime.now(UTC):%Y-%m-%d}"
            noticed = "nobody" if test is None else f"`{test}`"
            known[mutant.guard] = f"| {mutant.guard} | {noticed} | {when} |"
            print(f"{'unseen' if test is None else 'killed'}  {mutant.guard}: {test}")
    lines = [known.get(each.guard, f"| {each.guard} | | |") for each in MUTANTS]
    killed = sum("| `" in line for line in lines)
    head = _HEAD.format(killed=killed, all=len(MUTANTS))
    RESULTS.write_text(head + "\n".join(lines) + "\n", "utf-8")
    print(f"{killed} of {len(MUTANTS)} killed")
    return 0 if killed == len(MUTANTS) else 1


def _read() -> dict[str, str]:
    """Give the lines that are there, by the guards."""
    lines = RESULTS.read_text("utf-8").splitlines() if RESULTS.exists() else []
    return {line.split("|")[1].strip(): line for line in lines if line[:1] == "|"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
