"""Access for the kernels that this server has started, by the server's own file."""

from __future__ import annotations

import getpass
import hmac
import os
from collections.abc import Callable
from urllib.parse import urlsplit

from jupyter_server.auth.identity import IdentityProvider, User
from tornado.httputil import HTTPHeaders, HTTPServerRequest

from ..core.limits import Limits
from ..core.ratelimit import Rate
from ..core.serverfile import (
    AUTHORIZATION_SCHEME,
    KERNEL_HEADER,
    ServerFile,
    is_kernel_id,
    proof,
)
from .names import Names


class KernelAccess:
    """The secret of the server, and proofs that the server knows it.

    ``clock`` is monotonic, in seconds.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.names = Names()
        """What people and kernels are called."""
        self._file: ServerFile | None = None
        self._owner: User | None = None
        self._clock = clock
        self._proofs = Rate(limits.proofs, limits.proofs_per)
        self.page_origin = ""
        """The origin of the last page of this server that somebody with a login used;
        "" if there was none."""

    def open(self, file: ServerFile, owner: User) -> None:
        """Accept the secret of a file from now on. Its bearer is the server's owner."""
        self._file, self._owner = file, owner

    def close(self) -> None:
        """Accept no secret any more."""
        self._file = self._owner = None

    @property
    def is_open(self) -> bool:
        """Whether there is a secret."""
        return self._file is not None

    def owner_for(self, secret: str) -> User | None:
        """Return the user whom this secret stands for; None if it is wrong."""
        if self._file is None:
            return None
        right = hmac.compare_digest(secret.encode(), self._file.secret.encode())
        return self._owner if right else None

    def note_page(self, request: HTTPServerRequest, user: User) -> None:
        """Keep the origin and the person at a page whose request has a login.

        Pages of other origins do not count: links lead to this server.
        """
        origin = request.headers.get("Origin", "")
        if origin.partition("://")[2] == request.host:
            self.page_origin = origin
            self.names.note_page(user)

    def proof_delay(self, address: str) -> float:
        """Count a proof; return 0, or the seconds to wait before the next one."""
        return self._proofs.take(address, self._clock())

    def prove(self, nonce: str) -> str:
        """Return the proof that the server knows the secret."""
        assert self._file is not None
        return proof(self._file, urlsplit(self._file.url).path, nonce)


def secret_in(headers: HTTPHeaders) -> str | None:
    """Return the secret in ``Authorization``; None if it has another scheme."""
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == AUTHORIZATION_SCHEME else None


def kernel_in(headers: HTTPHeaders) -> str:
    """Return the id by which the connections of a kernel are counted; "" if unknown."""
    found = str(headers.get(KERNEL_HEADER, ""))
    return found if is_kernel_id(found) else ""


def owner_of(provider: IdentityProvider) -> User:
    """Return the person who owns the server, for Jupyter's ``Authorizer``.

    On JupyterHub, it is the user of the server, with the right to access it.
    """
    name = os.environ.get("JUPYTERHUB_USER") or _account()
    user = User(username=name, name=name, display_name=name)
    hub = getattr(provider, "hub_auth", None)
    if hub is not None:
        # What the hub's Authorizer reads; the hub itself need not be asked.
        model = {"kind": "user", "name": name, "scopes": sorted(hub.access_scopes)}
        user.hub_user = model  # type: ignore[attr-defined]
    return user


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # The account has no entry in the list of users.
        return "owner"
