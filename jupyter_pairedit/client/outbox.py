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


class Outbox:
    """The unconfirmed edits of a replica, and the newest whole-file write.

    One message is on its way at a time.
    """

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._edits = 0
        """Edits on their way."""
        self._writing: Write | None = None
        """The write on its way."""
        self._write: Write | None = None
        """The write that waits."""
        self._doubtful = 0
        """Unconfirmed edits, from the oldest, that the log may have."""
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
        return self._edits > 0 or self._writing is not None

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
        first = self._write.behind if self._write else None
        push = next_push(self._replica, first) if edits else None
        if push is not None:
            assert isinstance(push.updates, list)
            self._edits = len(push.updates)
            self._doubtful = max(self._doubtful, self._edits)
            return push
        if self._write is None:
            return None
        write = self._writing = self._write
        self._write = None
        marks = own_names(write.marks)
        return CodeChange(code=write.code, id=write.id, marks=marks)

    def stored(self, receipt: Receipt) -> bool:
        """Apply a receipt. Returns whether it answers the edits on their way."""
        confirmed, lost = receipt
        self._doubtful = max(0, self._doubtful - confirmed)
        if self._write:
            self._write.behind = max(0, self._write.behind - confirmed)
        if not self._edits:
            return False
        self._edits = max(0, self._edits - confirmed) if lost is None else 0
        return not self._edits

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
        self._edits, self._writing, self._read_on = 0, None, 0

    def postpone(self, version: int) -> None:
        """Send the edits again when the replica has rebased them up to ``version``."""
        self.return_all()
        self._read_on = version

    def refused(self) -> str | None:
        """Note that what was on its way changed nothing.

        A write is dropped; returns its code.
        """
        if self._edits:
            self._doubtful = 0
            if self._write:
                # It would wait for ever behind edits that cannot be sent.
                self._write.behind = 0
        dropped = self._writing
        self._edits, self._writing = 0, None
        return dropped.code if dropped else None

    def edits_dropped(self) -> None:
        """Note that the replica has dropped its unconfirmed edits."""
        self.return_all()
        self._doubtful = 0
        if self._write:
            self._write.behind = 0

    def clear(self) -> None:
        """Drop the writes too."""
        self._edits, self._doubtful = 0, 0
        self._writing = self._write = None

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


def next_push(replica: Replica, first: int | None = None) -> CodeChange | None:
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
        if updates and (parts > _MOST_PARTS or size > _MOST_BYTES):
            break
        updates.append(json)
    if not updates:
        return None
    own = own_names(edits[0].marks)
    return CodeChange(version=replica.version, updates=updates, marks=own)
