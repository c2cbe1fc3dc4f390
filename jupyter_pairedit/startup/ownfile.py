"""Writing the file by which kernels find this server; see ``core.serverfile``."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import secrets
import ssl
import tempfile
from pathlib import Path

import msgspec
from jupyter_server.serverapp import ServerApp

from ..core.serverfile import LARGEST, ServerFile, file_name, read_file
from ..handlers.kernels import KernelAccess, owner_of
from ..processes import Process, find_process

_log = logging.getLogger(__name__)

_ANY = {"": "localhost", "*": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
"""A server that listens on all addresses is reached at this one."""
_CERTIFICATE = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL
)


class OwnFile:
    """The file of this server, and the access that its secret gives."""

    def __init__(self, access: KernelAccess, names: bool = True) -> None:
        """``names``: whether kernels may be asked about names."""
        self._access, self._names = access, names
        self._folder = Path()
        self._file: ServerFile | None = None

    async def write(self, app: ServerApp) -> None:
        """Write the file of a running server, and accept its secret from now on."""
        file = describe_server(app)
        if file is None:
            return
        file = msgspec.structs.replace(file, names=self._names)
        self._folder = Path(app.runtime_dir)
        try:
            await asyncio.to_thread(write_file, self._folder, file)
        except OSError as problem:
            _log.warning("No file for kernels could be written: %s.", problem)
            return
        self._file = file
        if file.url:
            self._access.open(file, owner_of(app.identity_provider))

    def remove(self) -> None:
        """Remove the file, and accept its secret no more. May be called again."""
        self._access.close()
        file, self._file = self._file, None
        if file is not None:
            remove_file(self._folder, file)


def describe_server(app: ServerApp) -> ServerFile | None:
    """Return the contents of the file of a running server.

    None where kernels cannot check a process. Without a URL, ``reason`` says why.
    """
    process = find_process(os.getpid())
    if process is None:
        return None
    if app.sock:
        return _without_url(process, "The Jupyter server listens on a unix socket.")
    certificate = (app.ssl_options or {}).get("certfile") or app.certfile
    if app.ssl_options and not certificate:
        return _without_url(process, "The server's certificate is not a file.")
    try:
        fingerprint = _fingerprint(Path(certificate)) if certificate else ""
    except (OSError, ValueError):
        return _without_url(process, "The server's certificate cannot be read.")
    host = _ANY.get(app.ip, app.ip)
    host = f"[{host}]" if ":" in host else host
    scheme = "https" if certificate else "http"
    return ServerFile(
        pid=os.getpid(),
        boot=process.boot,
        started=process.started,
        url=f"{scheme}://{host}:{app.port}{app.base_url}",
        secret=secrets.token_urlsafe(32),
        certificate=fingerprint,
    )


def _without_url(process: Process, reason: str) -> ServerFile:
    return ServerFile(
        pid=os.getpid(), boot=process.boot, started=process.started, reason=reason
    )


def _fingerprint(file: Path) -> str:
    """Return the SHA-256 of the first certificate, which is the server's own."""
    found = _CERTIFICATE.search(file.read_text("utf-8"))
    if found is None:
        raise ValueError("expected a certificate")
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(found[0])).hexdigest()


def write_file(folder: Path, file: ServerFile) -> None:
    """Write the file, for its owner only. Others see it whole, or not yet.

    Raises ``OSError``.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / file_name(file.pid)
    descriptor, new = tempfile.mkstemp(prefix=f"{path.stem}-", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(msgspec.json.encode(file))
        os.replace(new, path)
    except BaseException:
        Path(new).unlink(missing_ok=True)
        raise


def remove_file(folder: Path, file: ServerFile) -> None:
    """Remove the file, unless another server has written one of the same name.

    Two machines may share the folder.
    """
    path = folder / file_name(file.pid)
    with contextlib.suppress(OSError, msgspec.DecodeError):
        with path.open("rb") as stream:
            found = read_file(stream.read(LARGEST))
        if found == file:
            path.unlink()
