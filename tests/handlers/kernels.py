"""Kernels that have the secret of the server's own file."""

from __future__ import annotations

from jupyter_pairedit.core.serverfile import ServerFile
from jupyter_pairedit.handlers.kernels import owner_of

from .serving import Server

SECRET = "S" * 43
KERNEL = "K" * 22


def open_to_kernels(server: Server) -> ServerFile:
    """Accept ``SECRET``, as after the file was written."""
    file = ServerFile(
        pid=7,
        boot="boot",
        started="1",
        url=f"{server.origin}{server.app.base_url}",
        secret=SECRET,
    )
    server.context.kernels.open(file, owner_of(server.app.identity_provider))
    return file


def kernel_headers(
    server: Server, secret: str = SECRET, kernel: str = KERNEL
) -> dict[str, str]:
    """Return the headers of a kernel."""
    return {"Authorization": f"pairedit {secret}", "PairEdit-Kernel": kernel}
