"""An old ipykernel, beside the one of the test environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def install_ipykernel_6(folder: Path) -> None:
    """Install ipykernel 6 for a kernel that imports from ``folder`` first."""
    install = ["uv", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    subprocess.run([*install, "--python", sys.executable, "ipykernel<7"], check=True)
