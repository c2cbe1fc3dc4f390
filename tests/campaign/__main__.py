"""``python -m tests.campaign``: the nightly figures, and their result in RESULTS.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from .figures import NIGHTLY, PROCESSES, SEED, SHARE

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"

_HEAD = """\
# The last result of the campaign

{command}, {when}, Python {python} on {cores} cores: {summary}.

| row | test | cases | first seed | seconds | result | measured |
| --- | --- | --- | --- | --- | --- | --- |
"""


class Record:
    """Notes what ran, from which seed, how long, and whether it was green."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.outcomes: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test when it was called, or could not be."""
        if report.when != "call" and report.passed:
            return
        noted = dict(report.user_properties)
        found = noted.get("campaign")
        row, cases, seed = found if isinstance(found, tuple) else ("", "1", "")
        test = report.nodeid.rpartition("::")[2]
        self.outcomes.append(report.outcome)
        self.lines.append(
            f"| {row} | `{test}` | {cases} | {seed} | {report.duration:.1f} "
            f"| {report.outcome} | {noted.get('figure', '')} |"
        )


def main() -> int:
    """Run, and write down what came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign")
    parser.add_argument("-k", default="", help="only tests whose names match: t1a")
    parser.add_argument("--seed", help="the first seed; default: any")
    parser.add_argument("--share", default="1", help="of the nightly figures (1)")
    parser.add_argument("--processes", default="", help="default: one for each core")
    options = parser.parse_args()
    os.environ |= {NIGHTLY: "1", SHARE: options.share, PROCESSES: options.processes}
    if options.seed:
        os.environ[SEED] = options.seed
    record = Record()
    status = pytest.main(
        [str(HERE), "-p", "no:cacheprovider", "-k", options.k], plugins=[record]
    )
    passed = record.outcomes.count("passed")
    head = _HEAD.format(
        command=f"`python -m tests.campaign {' '.join(sys.argv[1:])}`".replace(
            " `", "`"
        ),
        when=f"{datetime.now(UTC):%Y-%m-%d}",
        python=platform.python_version(),
        cores=os.cpu_count(),
        summary=f"{passed} of {len(record.outcomes)} passed",
    )
    RESULTS.write_text(head + "\n".join(record.lines) + "\n", "utf-8")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
