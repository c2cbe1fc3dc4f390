"""The owner of a server, to whom the names of rooms belong."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from .errors import StorageFailure

_ID = re.compile("[0-9a-f]{32}")


def server_owner() -> str:
    """Return who owns a server that runs here.

    It is the user of a JupyterHub; else who has Jupyter's data directory, where a
    random id is kept. Raises ``StorageFailure`` if that cannot be read or made.
    """
    user = os.environ.get("JUPYTERHUB_USER")
    if user:
        return f"hub:{user}"
    path = Path(jupyter_data_dir()) / "pairedit" / "owner"
    try:
        if not path.exists():
            _make(path)
        found = path.read_text("ascii", "replace").strip()
    except OSError as error:
        raise StorageFailure(
            f"cannot keep the owner of room names in {path}: {error.strerror}"
        ) from None
    if not _ID.fullmatch(found):
        raise StorageFailure(f"expected 32 hexadecimal digits in {path}, found others")
    return f"data:{found}"


def _make(path: Path) -> None:
    """Create the file unless it exists. Other servers see it whole, or not yet."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, new = tempfile.mkstemp(prefix="owner-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(16))
            file.flush()
            os.fsync(file.fileno())
        _publish(new, path)
    finally:
        Path(new).unlink(missing_ok=True)


def _publish(new: str, path: Path) -> None:
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    except OSError:
        # The disk has no hard links.
        os.replace(new, path)
