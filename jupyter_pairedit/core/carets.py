"""Where everybody's caret is; never stored, and moved along by what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .revisions import Revision
from .storable import BadChange


@dataclass(frozen=True, slots=True)
class Caret:
    """A selection in the code at ``version``, from ``anchor`` to the end that moves.

    In UTF-16 units. Both are the same where nothing is selected.
    """

    client_id: str
    anchor: int
    head: int
    version: int
    generation: int = 0
    """When it was placed, as ``Carets`` counts."""

    def after(self, revisions: Sequence[Revision]) -> Caret:
        """Give the selection after some revisions more.

        Who types is where they typed: so no message is needed for every key.
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
    """The newest caret of each client in a room, as it is at the room's head."""

    generation: int = 0
    """Grows with each caret that is placed, so that a reader sees what it has."""
    _carets: dict[str, Caret] = field(default_factory=dict)
    _placed: dict[str, Caret] = field(default_factory=dict)
    """The same as they were when they were placed."""

    def place(self, caret: Caret, since: Sequence[Revision], length: int) -> None:
        """Note where a client's caret is; ``since`` are the revisions after it.

        ``length`` is that of the newest code. Raises ``BadChange`` for a position that
        is outside of the code.
        """
        moved = caret.after(since)
        furthest = max(moved.anchor, moved.head)
        if furthest > length:
            raise BadChange(f"expected a caret up to {length}, found {furthest}")
        self.generation += 1
        self._carets[caret.client_id] = replace(moved, generation=self.generation)
        self._placed[caret.client_id] = caret

    def follow(self, revisions: Sequence[Revision]) -> None:
        """Move all carets along with the next revisions of the log.

        With each revision, and not when somebody asks: what has piled up by then would
        be the length of the log times the number of carets, in one go.
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
        typists = {each.client_id for each in revisions if each.kind == "edit"}
        for client_id, caret in carets.items():
            if client_id in typists:
                carets[client_id] = caret.after(revisions)
            else:
                anchor, head = moved[caret.anchor], moved[caret.head]
                carets[client_id] = replace(
                    caret, anchor=anchor, head=head, version=version
                )

    def forget(self, client_id: str) -> None:
        """Drop the caret of a client that is gone."""
        self._carets.pop(client_id, None)
        self._placed.pop(client_id, None)

    def clear(self) -> None:
        """Drop all carets: how the code came to be what it is now is not known."""
        self._carets.clear()
        self._placed.clear()

    def placed(self, client_id: str) -> Caret | None:
        """Return where a client's caret was placed last, before anything moved it."""
        return self._placed.get(client_id)

    @property
    def clients(self) -> set[str]:
        """The clients that have placed a caret."""
        return set(self._placed)

    def since(self, generation: int) -> list[Caret]:
        """List the carets that were placed after ``generation``, where they are now."""
        return [c for c in self._carets.values() if c.generation > generation]
