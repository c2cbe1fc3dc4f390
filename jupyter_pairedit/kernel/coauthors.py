"""``Co-authored-by`` lines of a commit message."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from ..core.expecting import expect
from ..core.names import visible

_NO_ADDRESS = "noreply.invalid"
"""A domain that cannot exist (RFC 2606), so no mail is delivered and no forge maps the
address to an account."""


def co_author(name: str, email: str | None = None) -> str:
    """Return a ``Co-authored-by`` line in the format of git.

    Without ``email``, the address is made from the name and cannot receive mail.
    Line breaks and angle brackets are removed from both.
    """
    shown = _one_line(name) or "Somebody"
    address = _one_line(email or "") or f"{_slug(shown)}@{_NO_ADDRESS}"
    return f"Co-authored-by: {shown} <{address}>"


def addresses_of(emails: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return what a user gives as addresses by name. Raises ``TypeError``."""
    expect("emails", emails, Mapping, optional=True)
    known = emails or {}
    for address in known.values():
        expect("an address of emails", address, str, optional=True)
    return known


def _one_line(text: str) -> str:
    return " ".join(visible(text).replace("<", " ").replace(">", " ").split())


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower())) or "somebody"
