"""The server and the token that the environment names."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from .entry import BadLink, server_of

SERVER = "PAIREDIT_SERVER"
"""The base URL of a Jupyter server."""
TOKEN_FILE = "PAIREDIT_TOKEN_FILE"
"""A file with a token of that server."""
TOKEN = "PAIREDIT_TOKEN"
"""The token itself, if there is no file."""


@dataclass(slots=True)
class _Kept:
    """The token, which is removed from the environment when it was read."""

    token: str = field(default="", repr=False)


_kept = _Kept()


def server_from_environment() -> tuple[str, str] | None:
    """Return the base URL and the token of a server, or None without a server.

    The token is empty if there is none. Programs that are started later do not inherit
    it. Raises ``BadLink`` for something else than a URL, and for a missing file.
    """
    if not os.environ.get(SERVER):
        return None
    return server_of(os.environ[SERVER]), _token()


def token_from_environment(server: str) -> str:
    """Return the environment's token for a server that the user names; "" without.

    If the environment names a server, its token is for that one only. Raises
    ``BadLink`` for a missing file.
    """
    named = os.environ.get(SERVER)
    return _token() if not named or server_of(named) == server else ""


def _token() -> str:
    file = os.environ.get(TOKEN_FILE)
    if file:
        try:
            return Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeError):
            raise BadLink(f"expected a readable file in {TOKEN_FILE}") from None
    _kept.token = os.environ.pop(TOKEN, "") or _kept.token
    return _kept.token
