"""Looks for a frame that the decoder does not expect: ``… <seconds> <seed> <folder>``.

Atheris follows which lines of ours a frame reaches, and keeps to what reaches new ones.
What it finds wrong is a file in the folder. It is there for Linux on x86-64; elsewhere
the frames of the corpus are spoilt by chance alone.
"""

from __future__ import annotations

import importlib.util
import random
import sys
import time
from pathlib import Path

LONGEST = 4096


def main(seconds: int, seed: int, folder: Path) -> None:
    """Search for that long. The exit status is not 0 if something is found."""
    (folder / "corpus").mkdir()
    if importlib.util.find_spec("atheris") is None:
        _by_chance(seconds, random.Random(seed), folder)
    else:
        _by_coverage(seconds, seed, folder)


def _by_coverage(seconds: int, seed: int, folder: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=["jupyter_pairedit"]):
        from tests.campaign.decoder import CORPUS, judge
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed % 2**31}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={folder}/",
        "-timeout=10",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    corpus = [str(folder / "corpus"), str(CORPUS)]
    atheris.Setup([sys.argv[0], *options, *corpus], judge)
    atheris.Fuzz()


def _by_chance(seconds: int, rng: random.Random, folder: Path) -> None:
    from tests.campaign.decoder import CORPUS, judge

    frames = [file.read_bytes() for file in sorted(CORPUS.iterdir())]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        frame = spoil(rng, rng.choice(frames), frames)
        try:
            judge(frame)
        except BaseException:
            (folder / "crash").write_bytes(frame)
            raise


def spoil(rng: random.Random, frame: bytes, frames: list[bytes]) -> bytes:
    """Cut, repeat or replace a part, or insert one of another frame."""
    changed = bytearray(frame)
    for _ in range(rng.randint(1, 4)):
        start = rng.randint(0, len(changed))
        end = min(len(changed), start + rng.choice((0, 1, 1, 4, 40)))
        other = rng.choice(frames)
        at = rng.randint(0, len(other))
        changed[start:end] = rng.choice(
            (
                b"",
                rng.randbytes(1),
                changed[start:end] * 2,
                other[at : at + rng.choice((1, 4, 40))],
            )
        )
    return bytes(changed[:LONGEST])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
