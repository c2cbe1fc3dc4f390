"""The server that started this kernel, by the file that it wrote.

Nothing is searched for and no port is tried: the file is that of the process that
started this one. The server proves that it knows the secret before it is sent.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
import ssl
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from jupyter_core.paths import jupyter_runtime_dir
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from ..core.serverfile import LARGEST, ServerFile, file_name, proof, read_file
from ..processes import Process, find_process
from .entry import BadLink, server_of

PARENT = "JPY_PARENT_PID"
"""The variable by which Jupyter names the process that started a kernel."""

_ANSWER_WITHIN = 5.0
"""Seconds."""
_LARGEST_ANSWER = 1024
"""Bytes."""
_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL: the file names the certificate exactly."""


class NotOurs(Exception):
    """The server's file is not used. The message is a sentence for people."""


class _Proof(msgspec.Struct):
    proof: str


def read_own_file(
    environment: Mapping[str, str] = os.environ,
    *,
    folder: Path | None = None,
    proc: Path = Path("/proc"),
) -> ServerFile:
    """Return the file of the server that started this process. Raises ``NotOurs``.

    The process that wrote it must be alive, and the one that it names: on this boot,
    with that start time, and of this user.
    """
    parent = environment.get(PARENT, "")
    if not parent.isascii() or not parent.isdigit() or os.name != "posix":
        raise NotOurs("This kernel was not started by a Jupyter server on this system.")
    pid = int(parent)
    process = find_process(pid, proc)
    if process is None:
        raise NotOurs("The process that started this kernel does not run here.")
    if process.user != os.getuid():
        raise NotOurs("The process that started this kernel is another user's.")
    file = _read(Path(jupyter_runtime_dir()) if folder is None else folder, pid)
    _expect_process(file, pid, process)
    if not file.url or not file.secret:
        raise NotOurs(file.reason or "The server names no URL for its kernels.")
    try:
        good = server_of(file.url) == file.url
    except BadLink:
        good = False
    if not good:
        raise NotOurs("The server's file is damaged.")
    return file


def is_running(file: ServerFile) -> bool:
    """Return whether the process that wrote the file runs."""
    process = find_process(file.pid)
    return process is not None and (file.boot, file.started) == (
        process.boot,
        process.started,
    )


def _read(folder: Path, pid: int) -> ServerFile:
    path = folder / file_name(pid)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NotOurs(
            "The Jupyter server that started this kernel wrote no file for it: its "
            "extension is missing, older, or switched off."
        ) from None
    except OSError as error:
        raise NotOurs(f"The server's file cannot be read: {error.strerror}.") from None
    with open(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.getuid():
            raise NotOurs("The server's file is not a file of this user.")
        if status.st_mode & 0o077:
            raise NotOurs("The server's file can be read by other users.")
        contents = stream.read(LARGEST + 1)
    try:
        return read_file(contents)
    except msgspec.DecodeError:
        raise NotOurs("The server's file is damaged.") from None


def _expect_process(file: ServerFile, pid: int, process: Process) -> None:
    if file.boot != process.boot:
        raise NotOurs("The server's file is from before the machine was restarted.")
    if (file.pid, file.started) != (pid, process.started):
        raise NotOurs("The server's file is of an earlier process with the same id.")


async def prove(file: ServerFile) -> ssl.SSLContext | None:
    """Let the server prove itself; return how to speak TLS with it, or None.

    Sends a nonce and nothing else. Raises ``NotOurs``.
    """
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            context = await _context(file)
            found = await _ask(file, context, nonce := secrets.token_urlsafe(24))
    except (OSError, HTTPClientError, TimeoutError):
        raise NotOurs("The server does not answer at the URL in its file.") from None
    if not hmac.compare_digest(found, proof(file, urlsplit(file.url).path, nonce)):
        raise NotOurs("Another program answers at the URL in the server's file.")
    return context


async def _ask(file: ServerFile, context: ssl.SSLContext | None, nonce: str) -> str:
    request = HTTPRequest(
        f"{file.url}pairedit/prove",
        method="POST",
        headers={"Content-Type": "application/json"},
        body=msgspec.json.encode({"nonce": nonce}),
        follow_redirects=False,
        connect_timeout=_ANSWER_WITHIN,
        request_timeout=_ANSWER_WITHIN,
        ssl_options=context,
    )
    client = AsyncHTTPClient(force_instance=True, max_body_size=_LARGEST_ANSWER)
    try:
        reply = await client.fetch(request, raise_error=False)
    finally:
        client.close()
    if reply.code == 429:
        raise NotOurs("The server was asked too often. Try again in a minute.")
    try:
        return msgspec.json.decode(reply.body, type=_Proof).proof
    except msgspec.DecodeError:
        return ""


async def _context(file: ServerFile) -> ssl.SSLContext | None:
    """Return a context that accepts exactly the certificate in the file.

    Raises ``NotOurs`` if the server has another one.
    """
    address = urlsplit(file.url)
    if address.scheme != "https":
        return None
    any_certificate = ssl.create_default_context()
    any_certificate.check_hostname = False
    any_certificate.verify_mode = ssl.CERT_NONE
    _, writer = await asyncio.open_connection(
        address.hostname, address.port, ssl=any_certificate
    )
    try:
        found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    if not file.certificate or hashlib.sha256(found).hexdigest() != file.certificate:
        raise NotOurs("The server at the URL in the file has another certificate.")
    return trusting(found)


def trusting(certificate: bytes) -> ssl.SSLContext:
    """Return a context that accepts one certificate (DER) and asks no authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    context.load_verify_locations(cadata=certificate)
    return context
