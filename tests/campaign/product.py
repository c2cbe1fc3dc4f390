"""The Python client of the package, as a client of the campaign's schedules.

It keeps what the oracles ask for, as ``Client`` does, which is written a second time to
compare with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jupyter_pairedit.client.sync import Sync
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.replica import Replica, Step
from jupyter_pairedit.core.text import Text, from_units
from jupyter_pairedit.protocol import (
    ClientMessage,
    Hello,
    InitialState,
    ServerMessage,
    Welcome,
    WriteId,
)

from .client import Client, Edit, Intention


class ProductClient(Client):
    """The package's replica and state machine. It is its own line."""

    def __init__(
        self, key: str, send: Callable[[ClientMessage], None], accepts: bool = False
    ) -> None:
        super().__init__(key, send, accepts=False)  # It does not know it.
        self._replica = _Replica(self)
        self._replica.on_step.append(self._stepped)
        self._sync = Sync(self._replica, key, self)

    # --- what a person does -----------------------------------------------------------

    def edit(self, edits: Sequence[Edit]) -> None:
        """See ``Client.edit``."""
        deleted = "".join(self.doc[start:end] for start, end, _ in edits)
        inserted = "".join(insert for _, _, insert in edits)
        self.made.append(Intention(from_units(inserted), from_units(deleted)))
        self._replica.edit(ChangeSet.replacing(len(self.doc), edits))
        self._sync.edited()
        self._refresh()

    def write(self, code: str) -> None:
        """See ``Client.write``."""
        self.writes += 1
        self._sync.replace(code, WriteId(f"writer_{self.key}"[:16], self.writes))
        self._refresh()

    @property
    def busy(self) -> bool:
        """See ``Client.busy``."""
        return self._sync.unsent > 0

    @property
    def waits(self) -> bool:
        """See ``Client.waits``."""
        return self._sync.waiting

    # --- the line ---------------------------------------------------------------------

    def opened(self) -> None:
        """See ``Client.opened``."""
        self._sync.opened()

    def closed(self) -> None:
        """See ``Client.closed``."""
        self._sync.closed()
        self._refresh()

    def nudge(self) -> None:
        """See ``Client.nudge``."""
        self._sync.nudge()
        self._refresh()

    def received(self, message: ServerMessage) -> None:
        """See ``Client.received``."""
        if isinstance(message, Welcome) and self.epoch not in ("", message.epoch):
            self.made, self.trail, self.acks = [], {}, []
        if isinstance(message, InitialState):
            self._begin_anew()
        self._sync.received(message)
        self._refresh()

    def greet(self, hello: Hello) -> None:
        """See ``Line``."""
        self.send(hello)

    def restart(self) -> None:
        """See ``Line``. No schedule is a reason for it."""
        raise AssertionError("the log and the client do not agree")

    def refuse(self, message: str) -> None:
        """See ``Line``. No schedule is a reason for it."""
        raise AssertionError(message)

    def composed(self, start: int, end: int, few: int) -> None:
        """Note that the unconfirmed edits from ``start`` to ``end`` are fewer now."""
        first = len(self.made) - self._replica.unsent - (end - start - few)
        joined = _joined(self.made[first + start : first + end])
        self.made[first + start : first + end] = [joined][:few]

    def split(self, parts: Sequence[Intention]) -> None:
        """Note that the oldest unconfirmed edit is several now."""
        first = len(self.made) - self._replica.unsent + len(parts) - 1
        self.made[first : first + 1] = parts

    def _begin_anew(self) -> None:
        """As ``Client._load``."""
        self.initial_states += 1
        unsent = self._replica.unsent
        if unsent:
            confirmed = max(0, len(self.made) - unsent)
            # Of the others, so many are in the log: their answers were lost.
            del self.made[max(confirmed, len(self.stored)) :]
        self.acks = self.stored

    def _stepped(self, step: Step) -> None:
        assert step.reset or step.version not in self.trail, "was sent it once more"
        self.trail[step.version] = hash(step.after.units)
        if step.author == self._replica.client_id and not step.write:
            self.acks.append(step.version)

    def _refresh(self) -> None:
        replica, sync = self._replica, self._sync
        self.client_id, self.epoch = replica.client_id, sync.epoch
        self.version, self.doc = replica.version, replica.doc.units
        self.loaded, self.following = sync.loaded, sync.following
        self.held = sync.held is not None


class _Replica(Replica):
    """Reports when it composes or splits edits: each is then one of the log."""

    def __init__(self, client: ProductClient) -> None:
        super().__init__()
        self._client = client

    def compact(self, start: int = 0, end: int | None = None) -> int:
        """See ``Replica.compact``."""
        end = self.unsent if end is None else end
        few = super().compact(start, end)
        self._client.composed(start, max(start, end), few)
        return few

    def split(self, most: int) -> bool:
        """See ``Replica.split``."""
        if not super().split(most):
            return False
        first, second = self.sendable(2)
        parts = _intention(first, self.log), _intention(second, first.apply(self.log))
        self._client.split(parts)
        return True


def _intention(changes: ChangeSet, text: Text) -> Intention:
    """Return what is left of an intention after what others did."""
    edits = list(changes.edits())
    inserted = "".join(insert for _, _, insert in edits)
    deleted = "".join(text.slice(start, end) for start, end, _ in edits)
    return Intention(from_units(inserted), from_units(deleted))


def _joined(intentions: Sequence[Intention]) -> Intention:
    """Return what a person meant by several edits in a row; characters are unique."""
    inserted, deleted = "", ""
    for each in intentions:
        deleted += "".join(c for c in each.deleted if c not in inserted)
        inserted = "".join(c for c in inserted if c not in each.deleted)
        inserted += each.inserted
    return Intention(inserted, deleted)
