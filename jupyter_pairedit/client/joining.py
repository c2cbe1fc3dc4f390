"""Joining a room: ``connect`` and ``aconnect``."""

from __future__ import annotations

import atexit
import ssl
from collections.abc import Generator
from types import TracebackType

from ..core.expecting import expect, seconds_or_none
from ..core.marks import NO_MARKS, Marks, marks_of
from .asyncroom import AsyncRoom
from .entry import Entry, read_entry
from .environment import server_from_environment
from .room import Room, leave_all, open_rooms
from .thread import loop_thread

CONNECT_WITHIN = 30.0
"""Seconds."""


def connect(
    where: str,
    *,
    server: str | None = None,
    token: str | None = None,
    name: str = "Python",
    timeout: float | None = CONNECT_WITHIN,
    insecure: bool = False,
    ssl_context: ssl.SSLContext | None = None,
    agent: bool = False,
) -> Room:
    """Join a room as a participant. Close it, or use it as a context manager.

    ``where`` is a guest link; the URL of a room's page, with ``token``, or with
    ``?token=`` in it; or a room id, with ``server`` (the base URL of its Jupyter
    server) and ``token``. Where these are not given, the environment's
    ``PAIREDIT_SERVER`` counts, with ``PAIREDIT_TOKEN_FILE`` or ``PAIREDIT_TOKEN`` for
    that server. Read keys and tokens from there or from a file, not from the source.

    ``name`` is what the others see of a guest; with a token it is the name that Jupyter
    gives. A participant takes a seat as a person does, and has the rights of the link
    or of the token. ``timeout`` is in seconds. ``ssl_context`` is for servers with a
    certificate of their own authority. ``agent`` is for a program that writes by itself
    in the place of a person: the history and blame say "agent" beside the name.

    Raises ``BadLink`` (a ``ValueError``) if ``where`` is none of these, or would send
    the key or token unencrypted to another machine (``insecure=True`` permits it), and
    ``NotConnected``, whose ``status`` says why. An argument of another type raises
    ``TypeError``.

    >>> with connect(os.environ["PAIREDIT_LINK"]) as room:
    ...     room.code
    'x = 1\\ny = 2\\n'
    """
    entry = _entry(where, server, token, name, insecure)
    where, token = "", None  # Tracebacks may show them.
    marks, timeout = _marks(agent), seconds_or_none("timeout", timeout)
    expect("ssl_context", ssl_context, ssl.SSLContext, optional=True)
    thread = loop_thread()
    return Room(thread.run(lambda: opened(entry, ssl_context, timeout, marks)), thread)


class aconnect:
    """Join a room on the running event loop; see ``connect`` for the arguments.

    Use it as ``room = await aconnect(link)`` and close the room, or as
    ``async with aconnect(link) as room:``.
    """

    def __init__(
        self,
        where: str,
        *,
        server: str | None = None,
        token: str | None = None,
        name: str = "Python",
        timeout: float | None = CONNECT_WITHIN,
        insecure: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        agent: bool = False,
    ) -> None:
        self._entry = _entry(where, server, token, name, insecure)
        expect("ssl_context", ssl_context, ssl.SSLContext, optional=True)
        self._timeout = seconds_or_none("timeout", timeout)
        self._context = ssl_context
        self._marks = _marks(agent)
        self._room: AsyncRoom | None = None

    def __await__(self) -> Generator[object, None, AsyncRoom]:
        """Return the room when its code has arrived. Raises ``NotConnected``."""
        return self._connect().__await__()

    async def _connect(self) -> AsyncRoom:
        self._room = await opened(
            self._entry, self._context, self._timeout, self._marks
        )
        return self._room

    async def __aenter__(self) -> AsyncRoom:
        """Return the room when its code has arrived. Raises ``NotConnected``."""
        return await self._connect()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the room."""
        if self._room is not None:
            await self._room.__aexit__(kind, error, trace)


def _entry(
    where: str, server: str | None, token: str | None, name: str, insecure: bool
) -> Entry:
    expect("where", where, str)
    expect("server", server, str, optional=True)
    expect("token", token, str, optional=True)
    expect("name", name, str)
    expect("insecure", insecure, bool)
    return read_entry(
        where,
        server=server,
        token=token,
        name=name,
        insecure=insecure,
        default=server_from_environment,
    )


def _marks(agent: bool) -> Marks:
    expect("agent", agent, bool)
    return marks_of(["agent"]) if agent else NO_MARKS


async def opened(
    entry: Entry,
    context: ssl.SSLContext | None,
    timeout: float | None,
    marks: Marks = NO_MARKS,
    runs: bool = False,
) -> AsyncRoom:
    """Return a room when its code has arrived. Raises ``NotConnected``.

    With ``runs``, the server sends its runs from the start.
    """
    room = AsyncRoom(entry, context, marks)
    room._participant.runs.followed = runs
    await room.open(timeout)
    return room


@atexit.register
def _close_all() -> None:
    """Leave the rooms of this process, and not those of one it was forked from."""
    rooms = [room for room in list(open_rooms) if room._thread.is_ours]
    if rooms:
        rooms[0]._thread.run(lambda: leave_all(rooms))
