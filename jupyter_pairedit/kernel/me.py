"""The name of the person at this kernel, which ``%pairedit me`` gives.

It imports the client, so it is imported when it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..client.errors import RoomError
from ..client.servers import Server, own_name
from ..client.thread import loop_thread
from ..core.names import given_name
from .editor import open_editors
from .finding import find
from .given import note_given
from .session import in_time, introduce_again

Source = Literal["jupyter", "given", "page", "made_up", "account"]

_SOURCES: dict[Source, str] = {
    "jupyter": "as Jupyter knows it",
    "given": "from %pairedit me",
    "page": "as at the last page of this server",
    "made_up": "made up by Jupyter",
    "account": "the login name of the server's account",
}


@dataclass(frozen=True)
class _Named:
    """The answer of the server."""

    name: str
    source: Source


def give_name(name: str) -> str:
    """Use a name from now on; "" forgets it. Returns a line about the one that counts.

    The pages that show editors of this kernel take it as well, if the cell was run
    from them. Raises ``BadLink`` for a mistake in the server that the user gives, and
    ``ValueError`` for a name without a visible character.
    """
    cleaned = given_name(name)
    if name and not cleaned:
        raise ValueError("expected a name with a visible character, found none")
    own_name.give(cleaned)
    given = note_given(cleaned)
    for editor in open_editors():
        editor.set_trait("_me", given)
    server = find().server
    if server is None:
        return _line(*_known())
    if server.is_own:
        return _line(*_asked(server, "PUT", {"name": cleaned}))
    introduce_again()
    return _line(*_by_token(server))


def describe_name() -> str:
    """Return a line with the name that counts, and its source. Raises ``BadLink``."""
    server = find().server
    if server is None:
        return _line(*_known())
    if server.is_own:
        return _line(*_asked(server, "GET", None))
    return _line(*_by_token(server))


def _asked(server: Server, method: str, body: object) -> tuple[str, Source]:
    try:
        answer = server.request(method, "pairedit/me", _Named, body)
        found = loop_thread().run(lambda: in_time(answer))
    except RoomError:
        return _known()  # The server may be older, or stop.
    return found.name, found.source


def _by_token(server: Server) -> tuple[str, Source]:
    """Return the name at a server to which each connection gives the name itself."""
    found = _asked(server, "GET", None)
    return found if found[1] == "jupyter" else _known()


def _known() -> tuple[str, Source]:
    """Return the name where no server says more."""
    return own_name.name, "given" if own_name.name else "made_up"


def _line(name: str, source: Source) -> str:
    if not name:
        return "No name is given here: others see the one that Jupyter makes up."
    return f"{name} ({_SOURCES[source]})"
