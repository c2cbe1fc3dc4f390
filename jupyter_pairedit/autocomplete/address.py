"""Where a model's server is: https, or this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from .trouble import BadCompleter

Resolve = Callable[[str], list[str]]
"""Returns the IP addresses of a host. Raises ``OSError``."""


@dataclass(frozen=True, slots=True)
class Address:
    """A base URL that was checked."""

    url: str
    """Without a slash at its end. A name of this machine is replaced by its number, so
    that nothing else is connected to later."""
    host: str
    """The host with its port, for people and for the header ``Host``."""
    local: bool


def resolve(host: str) -> list[str]:
    """Return the IP addresses of a host. Raises ``OSError``."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def check_url(url: str, resolve: Resolve = resolve) -> Address:
    """Return the address that ``completer_url`` names.

    Raises ``BadCompleter``. The message does not quote the URL, which may contain a
    password.
    """
    parts = _split(url)
    host = parts.hostname or ""
    local = _loopback(host, resolve)
    if parts.scheme == "http" and local is None:
        raise _bad("http to another machine than this one; use https")
    port = "" if parts.port is None else f":{parts.port}"
    named = f"[{host}]" if ":" in host else host
    number = named if local is None else f"[{local}]" if ":" in local else local
    target = number if parts.scheme == "http" else named
    path = parts.path.rstrip("/")
    return Address(
        f"{parts.scheme}://{target}{port}{path}", f"{named}{port}", local is not None
    )


def check_proxy(url: str) -> str:
    """Return the URL that ``completer_proxy`` names; empty for none.

    Raises ``BadCompleter``. The message does not quote the URL, which may contain a
    password.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        raise _bad_proxy("something else") from None
    if parts.username is not None or parts.password is not None:
        raise _bad_proxy("one with a user or a password")
    is_base = parts.path in ("", "/") and not parts.query and not parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_base:
        raise _bad_proxy("something else")
    return f"{parts.scheme}://{parts.netloc}"


def _bad_proxy(found: str) -> BadCompleter:
    return BadCompleter(
        "PairEdit.completer_proxy: expected the address of an HTTP proxy, such as "
        f"http://proxy.example:3128, found {found}"
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise _bad("something else") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise _bad("something else")
    if parts.username is not None or parts.password is not None:
        raise _bad("one with a user or a password, which belongs into completer_key")
    if parts.query or parts.fragment:
        raise _bad("one with a query or a fragment")
    return parts


def _loopback(host: str, resolve: Resolve) -> str | None:
    """Return the number of a host that is this machine; else None."""
    try:
        return host if ip_address(host).is_loopback else None
    except ValueError:
        pass
    if host != "localhost" and not host.endswith(".localhost"):
        return None
    try:
        numbers = resolve(host)
    except OSError:
        return None
    if not numbers or not all(ip_address(each).is_loopback for each in numbers):
        return None
    return min(numbers, key=lambda number: ":" in number)


def _bad(found: str) -> BadCompleter:
    return BadCompleter(
        "PairEdit.completer_url: expected an address such as https://example.org/v1, "
        f"or http://127.0.0.1:8080 on this machine; found {found}"
    )
