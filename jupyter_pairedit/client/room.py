"""A room for programs without an event loop: ``connect``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

from ..core.expecting import seconds, seconds_or_none
from ..core.roles import Role
from .asyncroom import CLOSE_WITHIN, AsyncRoom
from .errors import Status
from .reading import ChangeReader
from .syncruns import Runs
from .thread import LoopThread
from .views import BlameLine, Change, Edit, HistoryEntry, Person, UnitEdit, View

open_rooms: set[Room] = set()
"""The rooms that are not closed. They stay connected when nothing else has them."""


class Room(Runs):
    """One participant of a room. ``connect`` returns it.

    Any thread may use it, also where an event loop runs. After ``os.fork``, the child
    process gets ``Forked``. An argument of another type raises ``TypeError`` and
    changes nothing. The examples start with the lines ``x = 1`` and ``y = 2``.

    >>> with connect(link, name="Linter") as room:
    ...     room.replace("x = 1", "x = one")
    ...     version = room.saved(timeout=10)
    ...     room.code
    'x = one\\ny = 2\\n'
    """

    def __init__(self, room: AsyncRoom, thread: LoopThread) -> None:
        self._room = room
        self._thread = thread
        open_rooms.add(self)

    # --- reading ----------------------------------------------------------------------

    @property
    def code(self) -> str:
        """The code, with the edits of this participant that are not stored yet.

        >>> room.code
        'x = 1\\ny = 2\\n'
        """
        return self.view().code

    @property
    def version(self) -> int:
        """The number of revisions of the room's log that the code has.

        >>> room.version
        0
        """
        return self.view().version

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody in the room; nobody while the connection is lost.

        >>> [person.name for person in room.people if person.own]
        ['Linter']
        """
        return self.view().people

    @property
    def status(self) -> Status:
        """One of ``live``, ``saving``, ``unsaved``, ``reconnecting``, ``read-only``.

        Or why the connection has ended for good: ``full``, ``missing``, ``replaced``,
        ``refused``, ``closed``, ``invalid``, ``expired``, ``revoked``, ``removed``.

        >>> room.status
        'live'
        """
        return self.view().status

    @property
    def role(self) -> Role:
        """``view``, ``edit``, or ``owner`` for a member who may write.

        >>> room.role
        'edit'
        """
        return self.view().role

    def view(self) -> View:
        """Return the room at this moment: all fields belong together.

        >>> view = room.view()
        >>> view.version, view.code
        (0, 'x = 1\\ny = 2\\n')
        """
        return self._thread.call(self._room.view)

    # --- editing ----------------------------------------------------------------------

    def replace(self, old: str, new: str, *, at: View | None = None) -> None:
        """Replace a text that occurs once, in the code now or in the code of a view.

        Does not wait until it is stored; see ``saved``. Raises ``TextNotFound``;
        ``Ambiguous`` with the lines if ``old`` occurs more than once; ``Moved`` if that
        text has changed since the view; ``Forbidden`` or ``NotConnected``; and
        ``ValueError`` for U+0000 and half characters. Then nothing is changed.

        >>> room.replace("x = 1", "x = one")
        >>> room.code
        'x = one\\ny = 2\\n'
        >>> room.replace("= ", "=")
        Traceback (most recent call last):
        jupyter_pairedit.client.errors.Ambiguous: Expected text that occurs once, ...
        """
        self._thread.call(lambda: self._room.replace(old, new, at=at))

    def edit(self, *, at: View | None = None) -> Edit:
        """Return a context manager that makes edits of a view, all together.

        Without ``at``, of the code now. Positions count code points. What others have
        typed elsewhere meanwhile stays. At the end of the block it raises ``Moved`` if
        text that the edits replace has changed since the view, ``ValueError`` if they
        overlap, ``Forbidden`` or ``NotConnected``. After an error nothing is changed.

        >>> view = room.view()
        >>> with room.edit(at=view) as edit:
        ...     edit.insert("# two numbers\\n", line=1)
        ...     edit.replace(*view.find("2"), "3")
        >>> room.code
        '# two numbers\\nx = 1\\ny = 3\\n'
        """
        return Edit(self.view() if at is None else at, self._apply)

    def _apply(self, view: View, edits: Sequence[UnitEdit]) -> None:
        self._thread.call(lambda: self._room.apply(view, edits))

    def write(self, code: str) -> None:
        """Replace the whole code: the last write wins.

        The room stores the smallest change that makes its code this one. Does not wait
        until it is stored: until then, ``code`` is the code of before. Raises
        ``Forbidden`` or ``NotConnected``, and ``ValueError`` for U+0000 and half
        characters.

        >>> room.write("print('hello')\\n")
        >>> version = room.saved(timeout=10)
        >>> room.code
        "print('hello')\\n"
        """
        self._thread.call(lambda: self._room.write(code))

    def caret(self, line: int, column: int = 0) -> None:
        """Show a caret to the others. Lines count from 1, columns from 0.

        It is sent when everything before it is stored, at most ten times a second.
        Raises ``ValueError`` for a line or column that the code does not have, and
        ``NotConnected``.

        >>> room.caret(2, column=4)
        """
        self._thread.call(lambda: self._room.caret(line, column))

    def saved(self, timeout: float | None = None) -> int:
        """Wait until everything is stored on the server. Returns the version then.

        Raises ``TimeoutError`` after ``timeout`` seconds, ``NotSaved`` if the room does
        not take the text, and ``NotConnected`` if the connection has ended for good.

        >>> room.replace("x = 1", "x = one")
        >>> room.saved(timeout=10)
        1
        """
        return self._thread.run(lambda: self._room.saved(timeout))

    # --- following --------------------------------------------------------------------

    def changes(
        self, after: int | None = None, timeout: float | None = None
    ) -> Iterator[Change]:
        """Iterate over the changes after a version, and over those to come.

        Without ``after``, over those to come from now on. Ends when nothing has changed
        for ``timeout`` seconds, and when the room is closed. Own changes are among
        them, with ``own``. Raises ``TooOld`` for a version that is not known here any
        more or is older than the connection, and ``NotConnected``.

        >>> room.replace("x = 1", "x = one")
        >>> for change in room.changes(after=0, timeout=2):
        ...     print(change.version, change.author, change.after.splitlines()[0])
        1 Linter x = one
        """
        timeout = seconds_or_none("timeout", timeout)
        reader = self._thread.call(lambda: self._room.reader(after))
        return self._read(reader, timeout)

    def _read(self, reader: ChangeReader, timeout: float | None) -> Iterator[Change]:
        while news := self._thread.run(lambda: reader.read(timeout)):
            yield from news

    # --- history ----------------------------------------------------------------------

    def blame(self) -> list[BlameLine]:
        """Return who last changed each line, from the server.

        Raises ``Forbidden`` with a guest link, ``NotConnected`` and ``ServerError``.

        >>> [(each.line, each.kind) for each in member.blame()]
        [(1, 'write'), (2, 'write'), (3, 'write')]
        """
        return self._thread.run(lambda: self._room.blame())

    def history(self, after: int = 0) -> list[HistoryEntry]:
        """Return the versions after a version, oldest first, from the server.

        Raises ``Forbidden`` with a guest link, ``NotConnected`` and ``ServerError``.

        >>> member.write("a\\n")
        >>> version = member.saved(timeout=10)
        >>> [(entry.version, entry.kind) for entry in member.history()]
        [(1, 'write')]
        """
        return self._thread.run(lambda: self._room.history(after))

    def restore(self, version: int, timeout: float | None = None) -> int:
        """Make the code of an earlier version the newest one. Returns its version.

        Raises as ``history``, ``write`` and ``saved`` do.

        >>> member.write("a\\n")
        >>> version = member.saved(timeout=10)
        >>> member.restore(0, timeout=10), member.code
        (2, 'x = 1\\ny = 2\\n')
        """
        return self._thread.run(lambda: self._room.restore(version, timeout))

    # --- leaving ----------------------------------------------------------------------

    def close(self, timeout: float = CLOSE_WITHIN) -> None:
        """Store what is not stored yet and leave the room, within ``timeout`` seconds.

        Raises ``NotSaved``, with the text, if something is not stored then, and if the
        room did not take a text earlier and ``saved`` has not reported it. In a forked
        process it does nothing. The second call does nothing.

        >>> room.close()
        >>> room.status
        'closed'
        """
        timeout = seconds("timeout", timeout)
        open_rooms.discard(self)
        if self._thread.is_ours:
            self._thread.run(lambda: self._leave(timeout))

    async def _leave(self, within: float) -> None:
        """Close the room, on its loop. See ``close``."""
        await self._room.close(within)

    def __enter__(self) -> Self:
        """Do nothing: the room is open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the room. ``NotSaved`` does not take the place of an exception."""
        open_rooms.discard(self)
        if self._thread.is_ours:
            self._thread.run(lambda: self._room.__aexit__(kind, error, trace))

    def __repr__(self) -> str:
        """Return the room's id, shortened, and the state."""
        state = self.status if self._thread.is_ours else "of another process"
        return f"Room({self._room.room_id[:6]}…, {state})"


async def leave_all(rooms: Iterable[Room], within: float = CLOSE_WITHIN) -> None:
    """Close rooms at the same time, so that none waits for the server of another one.

    On the loop of the rooms. What is not stored within ``within`` seconds is lost.
    """
    leaving = (room._leave(within) for room in rooms)
    await asyncio.gather(*leaving, return_exceptions=True)
