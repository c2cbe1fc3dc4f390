"""Which origins may ask, and which addresses lead to this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

RESOURCE = "pairedit"
"""The resource for Jupyter's Authorizer, with ``read``, ``write`` or ``execute``."""


def is_allowed_origin(
    origin: str | None, host: str | None, listed: frozenset[str]
) -> bool:
    """Return whether a request with this ``Origin`` header is allowed.

    A program sends no origin and is allowed. The same origin is allowed, and origins
    that the operator has listed exactly; ``null`` only if it is listed. Jupyter's own
    ``allow_origin`` does not count: with ``*``, any page that the owner has open could
    use the login cookie.
    """
    if origin is None:
        return True
    origin = origin.lower()
    if origin in listed:
        return True
    try:
        address = urlsplit(origin)
    except ValueError:
        return False
    ours = (host or "").lower()
    return address.scheme in {"http", "https"} and bool(ours) and address.netloc == ours


def is_loopback(url: str) -> bool:
    """Return whether an address leads to the machine of the browser."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
