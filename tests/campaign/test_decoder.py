"""T5a: the decoder accepts or refuses any frame."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .decoder import CORPUS, judge
from .figures import Plan

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("file", sorted(CORPUS.iterdir()), ids=lambda file: file.name)
def test_t5a_frames_of_the_corpus_are_understood_or_refused(file: Path) -> None:
    frame = file.read_bytes()

    judge(frame)
    judge(frame.decode("utf-8", "surrogateescape"))


def test_t5a_the_decoder_accepts_or_refuses_generated_frames(
    plan_of: Callable[[str], Plan], tmp_path: Path
) -> None:
    plan = plan_of("T5a")
    command = [sys.executable, "-m", "tests.campaign.decoderfuzz"]
    command += [str(plan.count), str(plan.seed), str(tmp_path)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    found = [file.read_bytes() for file in tmp_path.iterdir() if file.is_file()]
    assert found == [] and done.returncode == 0, done.stderr[-2000:]
    print(done.stderr[-600:])
