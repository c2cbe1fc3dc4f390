"""Which database is meant where nobody has named one."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir


def default_url() -> str:
    """Give the environment's ``DATABASE_URL``, else a file in Jupyter's data folder."""
    file = Path(jupyter_data_dir()) / "pairedit" / "rooms.db"
    return os.environ.get("DATABASE_URL") or f"sqlite:///{file}"
