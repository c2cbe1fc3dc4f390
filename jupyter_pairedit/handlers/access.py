"""Which origins may ask, and what the addresses in settings may be."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

RESOURCE = "pairedit"
"""What Jupyter's Authorizer is asked about, with ``read``, ``write`` or ``execute``."""

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@]+")
_PUBLIC_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


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


def parse_origins(text: str) -> frozenset[str]:
    """Read a comma-separated list of origins, as ``ALLOWED_ORIGINS`` has it.

    Raises ``ValueError`` for anything but ``null`` and ``scheme://host[:port]``.
    """
    origins = frozenset(
        part.strip().lower().rstrip("/") for part in text.split(",") if part.strip()
    )
    for origin in origins - {"null"}:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(
                "expected origins such as https://example.org:8443, with commas "
                f"between them; found {origin[:80]!r}"
            )
    return origins


def parse_public_url(text: str) -> str:
    """Read the beginning of links. Raises ``ValueError`` for what cannot be one."""
    url = text.strip().rstrip("/")
    if url and not _PUBLIC_URL.fullmatch(url):
        raise ValueError(
            f"expected an address such as https://example.org, found {url[:80]!r}"
        )
    return url
