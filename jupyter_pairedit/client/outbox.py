"""What a client sends to the room, in which order, and what of it is on its way.

The same as ``js/src/client/outbox.ts``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from ..core.marks import NO_MARKS, Marks, own_names
from ..core.replica import Receipt, Replica
from ..protocol import ChangeJSON, CodeChange, WriteId

_MOST_UPDATES = 200
_MOST_PARTS = 1_500
_MOST_BYTES = 256 * 1024
"""The largest push: well below what the server takes in one message, so that nobody
waits long behind it."""
_FEWEST_PARTS = 2
"""The smallest budget of sections for a push."""


@dataclass(slots=True)
class Write:
    """A whole-file write that is not known to be stored."""

    code: str
    id: WriteId
    """The room carries it out once, however often it is sent."""
    behind: int
    """Unconfirmed edits that were made before it and are sent first."""
    marks: Marks
    """Those that this client sets."""


@dataclass(slots=True)
class Push:
    """Edits on their way."""

    version: int
    """The version that they were made at."""
    left: int
    """Those that are not confirmed."""
    sections: int
    doubtful: int
    """Of those, the edits that the log may have from an earlier push."""
    new: bool
    """Whether one of the edits was never sent before."""


class Outbox:
    """The unconfirmed edits of a replica, and the newest whole-file write.

    One message is on its way at a time. A push that the server cannot rebase in time is
    followed by one with half the sections; each push that is stored doubles them.
    """

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._push: Push | None = None
        """The edits on their way."""
        self._writing: Write | None = None
        """The write on its way."""
        self._write: Write | None = None
        """The write that waits."""
        self._doubtful = 0
        """Unconfirmed edits, from the oldest, that the log may have."""
        self._read_all = False
        """Whether this connection has read what the log had of edits sent before it."""
        self._refusal_due = False
        """Whether an earlier push of this connection may still be refused: edits that
        were sent before it can be confirmed before it is answered."""
        self._budget = _MOST_PARTS
        """The most sections of the next push, if it has several edits or an edit that
        can be split."""
        self._read_on = 0
        """The version to read on to before anything is sent."""

    @property
    def unsent(self) -> int:
        """Edits and writes that are not known to be stored."""
        writes = (self._write is not None) + (self._writing is not None)
        return self._replica.unsent + writes

    @property
    def busy(self) -> bool:
        """Whether something is on its way."""
        return self._push is not None or self._writing is not None

    @property
    def behind(self) -> bool:
        """Whether revisions must be read before anything is sent."""
        return self._replica.version < self._read_on

    @property
    def written(self) -> str | None:
        """The code of the newest write that is not known to be stored, or None."""
        newest = self._write or self._writing
        return newest.code if newest else None

    @property
    def unsaved(self) -> str | None:
        """The whole text that is not known to be stored, or None.

        The newest write, which replaces all edits before it; else the code with its
        edits.
        """
        if self.written is None and self._replica.unsent:
            return str(self._replica.doc)
        return self.written

    def replace(self, code: str, id: WriteId, marks: Marks = NO_MARKS) -> None:
        """Replace the whole file after the edits made until now.

        Only the newest write counts.
        """
        self._write = Write(code, id, self._replica.unsent, marks)

    def next(self, *, edits: bool) -> CodeChange | None:
        """Return the next message, which is on its way from now on, or None."""
        if self.busy or self.behind:
            return None
        push = self._next_push() if edits else None
        if push is not None:
            return push
        if self._write is None:
            return None
        write = self._writing = self._write
        self._write = None
        marks = own_names(write.marks)
        return CodeChange(code=write.code, id=write.id, marks=marks)

    def _next_push(self) -> CodeChange | None:
        self._split()
        first = self._write.behind if self._write else None
        message = next_push(self._replica, first, self._budget)
        if message is not None:
            assert isinstance(message.updates, list)
            count, doubtful = len(message.updates), self._doubtful
            sections = sum(map(len, message.updates))
            version, new = self._replica.version, count > doubtful
            self._push = Push(version, count, sections, doubtful, new)
            self._doubtful = max(doubtful, count)
        return message

    def _split(self) -> None:
        """Split the oldest edit if it exceeds the budget and the log cannot have it."""
        edits, write = self._replica.own_edits, self._write
        if self._doubtful or not edits or (write and not write.behind):
            return
        if self._budget < min(_MOST_PARTS, len(edits[0].changes.sections)):
            is_split = self._replica.split(self._budget)
            if write and is_split:
                write.behind += 1

    def stored(self, receipt: Receipt) -> bool:
        """Apply a receipt. Returns whether it answers the edits on their way."""
        confirmed, lost = receipt
        self._doubtful = max(0, self._doubtful - confirmed)
        if self._write:
            self._write.behind = max(0, self._write.behind - confirmed)
        push = self._push
        if push is None:
            return False
        push.left -= confirmed
        push.doubtful = max(0, push.doubtful - confirmed)
        if push.left > 0 and lost is None:
            return False
        self._push = None
        if push.new:
            self._read_all, self._refusal_due = True, False
        elif not self._read_all:
            self._refusal_due = True
        self._budget = min(2 * self._budget, _MOST_PARTS)
        return True

    def write_stored(self, id: WriteId) -> bool:
        """Apply the answer to a write. Returns whether that write was on its way."""
        if self._writing is None or self._writing.id != id:
            return False
        self._writing = None
        return True

    def return_all(self) -> None:
        """Send again what is on its way: it is not known whether it arrived."""
        if self._writing and not self._write:
            self._write = replace(self._writing, behind=0)
        self._push, self._writing, self._read_on = None, None, 0
        self._read_all = False

    def postpone(self, version: int) -> None:
        """Send the edits again when the replica has rebased them up to ``version``.

        The push is not in the log, but for edits that it may have from before.
        """
        push = self._push
        if push is not None and 0 < version <= push.version:
            return  # This refuses an earlier push: the log was longer for a later one.
        self.return_all()
        self._read_on = version
        if push is not None:
            self._budget = max(_FEWEST_PARTS, push.sections // 2)
            if not self._refusal_due:
                self._doubtful, self._read_all = push.doubtful, True

    def refused(self) -> str | None:
        """Note that what was on its way changed nothing.

        A write is dropped; returns its code.
        """
        if self._push is not None:
            self._doubtful = 0
            # All of an edit may fit where a part of it does not.
            self._budget = _MOST_PARTS
            if self._write:
                # It would wait for ever behind edits that cannot be sent.
                self._write.behind = 0
        dropped = self._writing
        self._push = self._writing = None
        return dropped.code if dropped else None

    def edits_dropped(self) -> None:
        """Note that the replica has dropped its unconfirmed edits."""
        if self._push is not None:
            self._refusal_due = True
        self.return_all()
        self._doubtful = 0
        if self._write:
            self._write.behind = 0

    def clear(self) -> None:
        """Drop the writes too."""
        self._push = self._writing = self._write = None
        self._doubtful = 0

    def all_known(self) -> None:
        """Note that the edits that the log has are all confirmed."""
        self._doubtful = 0

    def compact(self) -> None:
        """Compose edits that were never sent; those before a write apart."""
        doubtful, write = self._doubtful, self._write
        split = max(doubtful, write.behind if write else 0)
        self._replica.compact(split)
        if write and split > doubtful:
            write.behind = doubtful + self._replica.compact(doubtful, split)


def next_push(
    replica: Replica, first: int | None = None, most_parts: int = _MOST_PARTS
) -> CodeChange | None:
    """Return a push with the oldest unconfirmed edits, of the ``first`` ones.

    It has at least one, however large it is; all have the same marks. None without any.
    """
    updates: list[ChangeJSON] = []
    parts = size = 0
    most = _MOST_UPDATES if first is None else min(first, _MOST_UPDATES)
    edits = replica.own_edits[:most]
    for changes, marks in edits:
        if marks != edits[0].marks:
            break
        json = changes.to_json()
        parts += len(json)
        size += len(msgspec.json.encode(json))
        if updates and (parts > most_parts or size > _MOST_BYTES):
            break
        updates.append(json)
    if not updates:
        return None
    own = own_names(edits[0].marks)
    return CodeChange(version=replica.version, updates=updates, marks=own)
