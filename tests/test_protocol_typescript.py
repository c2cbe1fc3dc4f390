"""The TypeScript declarations of the wire are those of ``protocol/``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

GENERATOR = Path(__file__).resolve().parents[1] / "js" / "generate_protocol.py"


def test_the_committed_typescript_is_what_the_protocol_generates() -> None:
    done = subprocess.run(
        [sys.executable, str(GENERATOR), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
