"""The carets in a room. They move with the revisions and are never stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from .revisions import Revision
from .storable import BadChange


@dataclass(frozen=True, slots=True)
class Caret:
    """A selection in the code at ``version``; ``head`` is the end with the caret.

    Positions are in UTF-16 units. They are equal if nothing is selected.
    """

    client_id: str
    anchor: int
    head: int
    version: int
    generation: int = 0
    """The value of ``Carets.generation`` when it was placed."""

    def after(self, revisions: Sequence[Revision]) -> Caret:
        """Return the selection after the revisions that follow ``version``.

        The caret of an author moves to the end of the edit, so that clients need not
        send its position for each key.
        """
        anchor, head, version = self.anchor, self.head, self.version
        for revision in revisions:
            if revision.confirms(self.client_id) and not revision.changes.empty:
                anchor = head = _end_of_last_edit(revision)
            else:
                anchor = revision.changes.map_position(anchor)
                head = revision.changes.map_position(head)
            version = revision.version
        return replace(self, anchor=anchor, head=head, version=version)


def _end_of_last_edit(revision: Revision) -> int:
    end = shift = 0
    for start, old_end, insert in revision.changes.edits():
        end = start + shift + len(insert)
        shift += len(insert) - (old_end - start)
    return end


@dataclass(slots=True)
class Carets:
    """The last caret of each client, moved to the room's head."""

    generation: int = 0
    """Incremented by each caret that is placed."""
    _carets: dict[str, Caret] = field(default_factory=dict)
    _placed: dict[str, Caret] = field(default_factory=dict)
    """The carets as they were placed."""

    def place(self, caret: Caret, since: Sequence[Revision], length: int) -> None:
        """Set a client's caret; ``since`` are the revisions after its version.

        ``length`` is the number of units of the code at the head. Raises ``BadChange``
        for a position outside of the code.
        """
        moved = caret.after(since)
        furthest = max(moved.anchor, moved.head)
        if furthest > length:
            raise BadChange(f"expected a caret up to {length}, found {furthest}")
        self.generation += 1
        self._carets[caret.client_id] = replace(moved, generation=self.generation)
        self._placed[caret.client_id] = caret

    def follow(self, revisions: Sequence[Revision]) -> None:
        """Move all carets with the next revisions of the log.

        Moving them only when they are read would take time in proportion to the number
        of revisions since, times the number of carets.
        """
        carets = self._carets
        if not carets or not revisions:
            return
        before = sorted({end for c in carets.values() for end in (c.anchor, c.head)})
        after = before
        for revision in revisions:
            after = revision.changes.map_positions(after)
        moved = dict(zip(before, after, strict=True))
        version = revisions[-1].version
        authors = {each.client_id for each in revisions if each.kind == "edit"}
        for client_id, caret in carets.items():
            if client_id in authors:
                carets[client_id] = caret.after(revisions)
            else:
                anchor, head = moved[caret.anchor], moved[caret.head]
                carets[client_id] = replace(
                    caret, anchor=anchor, head=head, version=version
                )

    def renew(self, clients: Iterable[str]) -> None:
        """Make the carets of clients count as placed now, where they are."""
        for client_id in clients:
            caret = self._carets.get(client_id)
            if caret is not None:
                self.generation += 1
                self._carets[client_id] = replace(caret, generation=self.generation)

    def remove(self, client_id: str) -> None:
        """Remove the caret of a client."""
        self._carets.pop(client_id, None)
        self._placed.pop(client_id, None)

    def clear(self) -> None:
        """Remove all carets, if the revisions up to the head are unknown."""
        self._carets.clear()
        self._placed.clear()

    def placed(self, client_id: str) -> Caret | None:
        """Return a client's caret as it was placed, or None."""
        return self._placed.get(client_id)

    @property
    def clients(self) -> set[str]:
        """The clients with a caret."""
        return set(self._placed)

    def since(self, generation: int) -> list[Caret]:
        """Return the carets that were placed after ``generation``, at the head."""
        return [c for c in self._carets.values() if c.generation > generation]
