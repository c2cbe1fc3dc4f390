"""Where rooms are: which database is meant, and where people find their pages."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from .stores import file_of


def default_url() -> str:
    """Give the environment's ``DATABASE_URL``, else a file in Jupyter's data folder."""
    file = Path(jupyter_data_dir()) / "pairedit" / "rooms.db"
    return os.environ.get("DATABASE_URL") or f"sqlite:///{file}"


def rooms_base(url: str, base_url: str) -> str:
    """Give the path below which everybody finds the pages of the rooms in a database.

    It is the server's own ``base_url``. But where the servers of a JupyterHub share a
    database, each person can enter by their own server alone, and the hub knows which
    it is.
    """
    hub = os.environ.get("JUPYTERHUB_BASE_URL")
    is_shared = file_of(url) is None
    return f"{hub}hub/user-redirect/" if hub and is_shared else base_url
