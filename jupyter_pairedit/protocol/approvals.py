"""What people see and decide before code of guests is run."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from .base import Message, Version


class NotedLine(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """A line of the code that is to be run, which a person should look at.

    ``unread`` lists what guests have done to the text, ``question`` what is unusual in
    it.
    """

    line: int
    """From 1, in the whole text of the version."""
    text: str
    """The line without its end; in ``question``, at most its first 500 characters.
    With ``removed``, it is the line as it is without that text."""
    author: str = ""
    """In ``unread``: the guests who wrote, changed or removed it, separated by commas.
    """
    clients: list[str] = []
    """In ``unread``: the client ids of these guests, for ``grant``. An empty one stands
    for guests whose clients are not known."""
    removed: bool = False
    """Whether it is listed because guests have removed text in it. A line in which they
    have also written something is listed twice."""
    invisible: list[str] = []
    """The characters in the line that are invisible or change the order of others, each
    once, as "U+202E"; also with ``removed``."""
    command: bool = False
    """Whether the line is a magic or a command of the shell; also with ``removed``."""


class Unread(Message, tag="unread"):
    """Answers a request to run: the code has text of guests that was not shown yet.

    Nothing is run. When the person has seen the lines, the client sends ``shown``, and
    the next request for this version runs it.
    """

    id: int
    version: int
    lines: list[NotedLine]


class Shown(Message, tag="shown"):
    """The lines of the ``unread`` with this ``id`` were shown to the person."""

    id: Version
    version: Version
    audience: bool = False
    """Whether it is about no lines (``id`` is 0): the person was shown that guests see
    the output of runs. See ``kernel``."""


class Question(Message, tag="question"):
    """A guest asks for a run. Sent to connections that may decide.

    It is open until a ``run`` with this number has another state than ``asked``.
    """

    run: int
    version: int
    digest: str
    code: str
    """Exactly the code that would be run."""
    by: str
    client: str
    """The guest's client id, for ``grant``."""
    seconds: float
    """Until it expires."""
    lines: list[NotedLine] = []
    previous: str | UnsetType = UNSET
    """The code of the last run of the room that was executed, if there was one."""
    since: list[str] = []
    """Who has changed the room's code after that version."""
    start: int | UnsetType = msgspec.field(name="from", default=UNSET)
    end: int | UnsetType = msgspec.field(name="to", default=UNSET)


class Approve(Message, tag="approve"):
    """Permits the run of a guest, once. ``digest`` is that of the ``question``."""

    run: Version
    digest: str


class Refuse(Message, tag="refuse"):
    """Refuses the run of a guest."""

    run: Version


class Grant(Message, tag="grant"):
    """Permits something to a guest until the guest's connection ends, or for an hour.

    ``run``: to run versions without asking. ``trust``: the text of this client counts
    as shown to this person. ``ask``: to ask again after several refusals. With ``off``,
    the permission ends.
    """

    client: str
    what: Literal["run", "trust", "ask"] = "run"
    off: bool = False
