"""How many cases of each test run, and from which seed on.

``pytest`` runs what a pull request is to pass, from seeds that stay the same.
``python -m tests.campaign`` runs the nightly figures, from a seed by chance. Each
failure names its seed.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NIGHTLY = "PAIREDIT_CAMPAIGN_NIGHTLY"
"""The environment variable that asks for the nightly figures: ``1``."""
SEED = "PAIREDIT_CAMPAIGN_SEED"
"""The environment variable that has the first seed; default: 1, at night any."""
SHARE = "PAIREDIT_CAMPAIGN_SHARE"
"""The environment variable that has the share of the nightly figures: ``0.1``."""
PROCESSES = "PAIREDIT_CAMPAIGN_PROCESSES"
"""The environment variable that has how many processes to use; default: all cores."""
COUNT = "PAIREDIT_CAMPAIGN_COUNT"
"""The environment variable that has another number of cases: 1 replays one seed."""

CORPUS = Path(__file__).parent / "corpus" / "seeds.json"
"""Seeds that have failed, by row. They are played first, at each run."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of cases of one test."""

    request: int
    nightly: int
    unit: str


FIGURES = {
    "A1": Figures(2, 100, "runs of the cell that shows a room"),
    "A4": Figures(1, 50, "assignments while one of two pages sleeps"),
    "C6": Figures(3, 60, "seconds of an idle server"),
    "T1a": Figures(20_000, 1_000_000, "schedules"),
    "T1b": Figures(1_000, 50_000, "schedules"),
    "T1c": Figures(50, 3_000, "schedules"),
    "T1d": Figures(2_000, 500_000, "cases against CodeMirror's"),
    "T1e": Figures(100, 1_000, "schedules"),
    "T1f": Figures(30, 1_000, "schedules with a kill each"),
    "T1g": Figures(300, 20_000, "schedules"),
    "T2": Figures(200, 5_000, "histories of 50 steps, at night 100"),
    "T3a": Figures(25, 1_000, "kills"),
    "T3b": Figures(2, 50, "kills at each point"),
    "T3c": Figures(3, 150, "kills"),
    "T3d": Figures(3, 50, "ends by each signal"),
    "T4": Figures(200, 10_000, "torn logs"),
    "T5a": Figures(60, 1_200, "seconds"),
    "T5b": Figures(5_000, 100_000, "messages"),
    "T5c": Figures(1_000, 20_000, "streams"),
    "T5d": Figures(100, 2_000, "cases of each operation"),
    "T6": Figures(40, 200, "readers that never read"),
    "T7": Figures(1, 20, "faults of each kind"),
    "T8": Figures(56, 500, "damaged files"),
    "T9": Figures(200, 5_000, "schedules"),
    "T9b": Figures(25, 500, "schedules in a browser"),
    "T10": Figures(50, 300, "clients"),
    "T10b": Figures(1, 4, "sleeps"),
    "T10c": Figures(50, 1_000, "clients"),
    "T14": Figures(60, 1_800, "seconds of 10 rooms of 10 people"),
    "T16": Figures(20, 200, "open rooms, five times as many stored"),
    "T17": Figures(100, 5_000, "schedules"),
    "S1": Figures(25, 2_000, "edits of each client"),
    "S2": Figures(25, 500, "kills"),
    "S3": Figures(5, 20, "faults of each kind"),
    "S4": Figures(5, 100, "lost listeners"),
    "M1": Figures(1_000, 1_000, "sockets"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The cases of one test in this run."""

    row: str
    count: int
    seed: int
    nightly: bool
    processes: int = 1

    @classmethod
    def of(cls, row: str) -> Plan:
        """Read the environment."""
        figures = FIGURES[row]
        nightly = os.environ.get(NIGHTLY) == "1"
        share = float(os.environ.get(SHARE) or 1)
        count = figures.request
        if nightly:
            count = max(count, round(share * figures.nightly))
        count = int(os.environ.get(COUNT) or count)
        seed = secrets.randbelow(2**32) if nightly else 1
        processes = int(os.environ.get(PROCESSES) or os.cpu_count() or 1)
        return cls(row, count, int(os.environ.get(SEED) or seed), nightly, processes)

    @property
    def seeds(self) -> Sequence[int]:
        """A seed for each case, and before them those that have failed."""
        failed = json.loads(CORPUS.read_text("utf-8")).get(self.row, [])
        if COUNT in os.environ:
            failed = []
        return [*failed, *range(self.seed, self.seed + self.count)]
