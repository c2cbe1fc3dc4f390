"""``python -m tests.campaign``: the nightly figures, and their result in RESULTS.md."""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from .figures import NIGHTLY, PROCESSES, SEED, SHARE

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"

_HEAD = """\
# The last result of each test of the campaign

`python -m tests.campaign` writes it, after each test; where only some are run, what was
noted of the others stays. Python {python} on {cores} cores; {passed} of {all} passed.
A `+` after a commit: what ran differed from it.

| row | test | cases | first seed | seconds | result | when | commit | measured |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
_COLUMNS = 9


class Record:
    """Records for each test what ran, from which seed, how long, and its result."""

    def __init__(self) -> None:
        self._lines = _read()
        self._commit = _commit()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record the result of a test."""
        if report.when != "call" and report.passed:
            return
        noted = dict(report.user_properties)
        found = noted.get("campaign")
        row, cases, seed = found if isinstance(found, tuple) else ("", "1", "")
        test = report.nodeid.rpartition("::")[2]
        when = f"{datetime.now(UTC):%Y-%m-%d}"
        self._lines[test] = (
            f"| {row} | `{test}` | {cases} | {seed} | {report.duration:.1f} "
            f"| {report.outcome} | {when} | {self._commit} "
            f"| {noted.get('figure', '')} |"
        )
        self._write()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Delete results of tests that no longer exist, if all tests run."""
        if not session.config.option.keyword:
            names = {item.name for item in session.items}
            self._lines = {n: line for n, line in self._lines.items() if n in names}

    def _write(self) -> None:
        lines = sorted(self._lines.values(), key=_order)
        head = _HEAD.format(
            python=platform.python_version(),
            cores=os.cpu_count(),
            passed=sum("| passed |" in line for line in lines),
            all=len(lines),
        )
        RESULTS.write_text(head + "\n".join(lines) + "\n", "utf-8")


def _order(line: str) -> tuple[int, str]:
    """Return a key that sorts T2 before T10, and tests without a row last."""
    found = re.match(r"\| T(\d+)", line)
    return int(found[1]) if found else 99, line


def _read() -> dict[str, str]:
    """Return the lines that are there, by the names of the tests."""
    lines = RESULTS.read_text("utf-8").splitlines() if RESULTS.exists() else []
    return {
        line.split("`")[1]: _with_commit(line)
        for line in lines
        if "`" in line and line.startswith("| ")
    }


def _with_commit(line: str) -> str:
    """Return the line with an empty commit if it was written without one."""
    cells = line.split("|")[1:-1]
    if len(cells) < _COLUMNS:
        cells.insert(-1, "  ")
    return "|".join(["", *cells, ""])


def _commit() -> str:
    """Return the commit that is tested; empty without git."""
    try:
        head = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--", ":/", f":(exclude){RESULTS}")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return head + ("+" if changed else "")


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.check_output(command, cwd=HERE, text=True).strip()


def main() -> int:
    """Run all tests of the campaign, or those that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign")
    parser.add_argument("-k", default="", help="only tests whose names match: t1a")
    parser.add_argument("--seed", help="the first seed; default: any")
    parser.add_argument("--share", default="1", help="of the nightly figures (1)")
    parser.add_argument("--processes", default="", help="default: one for each core")
    options = parser.parse_args()
    os.environ |= {NIGHTLY: "1", SHARE: options.share, PROCESSES: options.processes}
    if options.seed:
        os.environ[SEED] = options.seed
    command = [str(HERE), "-p", "no:cacheprovider", "-k", options.k]
    command += ["-o", "faulthandler_timeout=0"]  # a million schedules take their time
    return int(pytest.main(command, plugins=[Record()]))


if __name__ == "__main__":
    sys.exit(main())
