"""The time to import the package, and the size of the bundle."""

from __future__ import annotations

import gzip
import statistics
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parent.parent
BUNDLE = _ROOT / "jupyter_pairedit" / "static" / "editor.js"

# As in a kernel: IPython and anywidget are imported before.
_LOAD = """
from time import perf_counter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import ipykernel.ipkernel
start = perf_counter()
import anywidget
middle = perf_counter()
shell.run_line_magic("load_ext", "jupyter_pairedit")
print(middle - start, perf_counter() - middle)
"""


def load_seconds(times: int) -> tuple[float, float]:
    """Return median seconds of importing anywidget, then of ``%load_ext``."""
    found = [_load() for _ in range(times + 1)][1:]
    return (
        statistics.median(anywidget for anywidget, _ in found),
        statistics.median(ours for _, ours in found),
    )


def _load() -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", _LOAD],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    anywidget, ours = done.stdout.split()[-2:]
    return float(anywidget), float(ours)


def bundle_bytes() -> int | None:
    """Return the gzip size of the editor in bytes; None if it is not built."""
    if not BUNDLE.exists():
        return None
    return len(gzip.compress(BUNDLE.read_bytes(), 9))
