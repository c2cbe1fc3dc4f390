"""The lines of a commit message that name who wrote the code together."""

from __future__ import annotations

import re
import unicodedata

from ..core.names import visible

_NO_ADDRESS = "noreply.invalid"
"""A domain that is nobody's and never will be (RFC 2606): mail to it reaches no one,
and no forge takes it for somebody's account."""


def co_author(name: str, email: str | None = None) -> str:
    """Give a ``Co-authored-by`` line, as git and the forges read it.

    Without an address there is one made of the name, which goes nowhere. What would
    end the line, or its address, is taken out of both.
    """
    shown = _one_line(name) or "Somebody"
    address = _one_line(email or "") or f"{_slug(shown)}@{_NO_ADDRESS}"
    return f"Co-authored-by: {shown} <{address}>"


def _one_line(text: str) -> str:
    return " ".join(visible(text).replace("<", " ").replace(">", " ").split())


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower())) or "somebody"
