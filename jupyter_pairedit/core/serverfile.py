"""The file by which kernels find the server that started them: ``pairedit-<pid>.json``.

It is in Jupyter's runtime directory, for its owner only. It has a secret of its own,
which opens the routes of this extension; Jupyter's token is not in it. ``proof`` is how
a server shows that it knows the secret, before anybody sends it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Annotated

import msgspec
from msgspec import Meta

AUTHORIZATION_SCHEME = "pairedit"
"""The scheme of the header ``Authorization`` with the secret."""
KERNEL_HEADER = "PairEdit-Kernel"
"""The header with the id of a kernel."""
LARGEST = 4096
"""Bytes of the file."""

_NONCE = re.compile(r"[A-Za-z0-9_-]{22,64}")
_KERNEL = re.compile(r"[A-Za-z0-9]{16,32}")


class ServerFile(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The contents of the file."""

    pid: Annotated[int, Meta(ge=1)]
    boot: str
    """The id of the boot of the machine on which the process runs."""
    started: str
    """When the process was started, as the system counts it."""
    url: str = ""
    """The base URL, with a slash at its end; "" if there is none."""
    secret: str = ""
    """The secret; "" without a URL."""
    certificate: str = ""
    """SHA-256 of the server's certificate (DER, hexadecimal); "" without TLS."""
    reason: str = ""
    """Why there is no URL, as a sentence."""
    names: bool = True
    """Whether kernels may be asked about names (``names_from_kernel``)."""

    def __repr__(self) -> str:
        """Return the process and the URL, without the secret."""
        return f"ServerFile(pid={self.pid}, url={self.url!r})"


def file_name(pid: int) -> str:
    """Return the name of the file of a process."""
    return f"pairedit-{pid}.json"


def read_file(contents: bytes) -> ServerFile:
    """Return what the file of a server contains. Raises ``msgspec.DecodeError``."""
    return msgspec.json.decode(contents, type=ServerFile)


def proof(file: ServerFile, path: str, nonce: str) -> str:
    """Return what only somebody who knows the secret can compute from a nonce.

    ``path`` is that of the server's base URL.
    """
    parts = ("pairedit prove", nonce, path, str(file.pid), file.boot)
    message = "\n".join(parts).encode()
    return hmac.new(file.secret.encode(), message, hashlib.sha256).hexdigest()


def is_nonce(text: str) -> bool:
    """Return whether this can be a nonce: 22 to 64 letters, digits, ``_`` and ``-``."""
    return _NONCE.fullmatch(text) is not None


def is_kernel_id(text: str) -> bool:
    """Return whether this can be the id of a kernel."""
    return _KERNEL.fullmatch(text) is not None
