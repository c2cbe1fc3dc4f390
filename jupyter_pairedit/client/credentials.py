"""What a request to a Jupyter server has to show. It is in no ``repr``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Protocol

from ..core.serverfile import AUTHORIZATION_SCHEME, KERNEL_HEADER


class Credential(Protocol):
    """A right to use a server, as headers of each request."""

    def headers(self) -> dict[str, str]:
        """Return the headers of a request. Raises ``OSError`` if there is no server."""

    def accepted(self, cookies: Sequence[str]) -> None:
        """Keep the cookies of a reply, as the values of its ``Set-Cookie`` headers."""


@dataclass(slots=True)
class Token:
    """A token of the Jupyter server: the rights of its owner."""

    _token: str = field(repr=False)
    _cookies: dict[str, str] = field(default_factory=dict, repr=False)

    def headers(self) -> dict[str, str]:
        """See ``Credential``."""
        headers = {"Authorization": f"token {self._token}"}
        if self._cookies:
            pairs = (f"{name}={value}" for name, value in self._cookies.items())
            headers["Cookie"] = "; ".join(pairs)
        return headers

    def accepted(self, cookies: Sequence[str]) -> None:
        """See ``Credential``.

        Jupyter's server gives a new identity to each request with a token, unless it
        has the cookie of the first one.
        """
        for line in cookies:
            try:
                found = SimpleCookie(line)
            except CookieError:
                continue
            for name, morsel in found.items():
                if morsel.coded_value.strip('"'):
                    self._cookies[name] = morsel.coded_value


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret of the server's own file: the routes of this extension only.

    Connections with it take no seat. ``kernel`` is 16 to 32 letters and digits, another
    for each process, by which the server counts the connections of a kernel.
    """

    _secret: str = field(repr=False)
    kernel: str
    _is_running: Callable[[], bool] = field(repr=False)

    def headers(self) -> dict[str, str]:
        """See ``Credential``.

        While the server's process runs, no other program can listen on its port. After
        that, one could take the port, and show the kernel a room of its own.
        """
        if not self._is_running():
            raise ConnectionRefusedError("The server of this kernel has ended.")
        return {
            "Authorization": f"{AUTHORIZATION_SCHEME} {self._secret}",
            KERNEL_HEADER: self.kernel,
        }

    def accepted(self, cookies: Sequence[str]) -> None:
        """See ``Credential``. A kernel has no cookies."""
