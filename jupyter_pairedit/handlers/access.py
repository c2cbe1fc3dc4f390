"""Which origins may ask, and which addresses lead to this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

RESOURCE = "pairedit"
"""What Jupyter's Authorizer is asked about, with ``read``, ``write`` or ``execute``."""


def is_allowed_origin(
    origin: str | None, host: str | None, listed: frozenset[str]
) -> bool:
    """Decide about the ``Origin`` header of a request.

    No origin is a program and not a page. The same origin is always allowed, and so is
    what the operator listed, to the letter; ``null`` only when it is listed. Jupyter's
    own ``allow_origin`` is not asked: with ``*`` there, any page that its owner has
    open could use the login cookie.
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
    """Say whether an address leads to this machine, as a browser on it sees it."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
