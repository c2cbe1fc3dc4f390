"""Take one guard away at a time: a test must notice each (T19).

``uv run --group test python -m tests.mutants`` does it in copies of the tree, a few
seconds for each, and prints which test noticed; the result is in ``MUTANTS.md``. It
ends with 1 when one went unseen.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from .guards import MUTANTS, Mutant

ROOT = Path(__file__).parents[1]
PACKAGE = "jupyter_pairedit"
RESULTS = Path(__file__).parent / "MUTANTS.md"
_HANGS = 120  # seconds

_HEAD = """\
# The last result of taking guards away

`python -m tests.mutants`, {when}: {killed} of {all} noticed.

| guard | noticed by |
| --- | --- |
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


def main() -> int:
    """Try every mutant; print a line for each, and write down what came out."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        ignored = shutil.ignore_patterns(".git", "__pycache__", ".venv", "benchmarks")
        shutil.copytree(ROOT, tree, ignore=ignored, symlinks=True)
        for mutant in MUTANTS:
            test = noticed_by(mutant, tree)
            noticed = "nobody" if test is None else f"`{test}`"
            lines.append(f"| {mutant.guard} | {noticed} |")
            print(f"{'unseen' if test is None else 'killed'}  {mutant.guard}: {test}")
    unseen = sum(line.endswith("| nobody |") for line in lines)
    killed = len(MUTANTS) - unseen
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    head = _HEAD.format(when=when, killed=killed, all=len(MUTANTS))
    RESULTS.write_text(head + "\n".join(lines) + "\n", "utf-8")
    print(f"{killed} killed, {unseen} unseen")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
