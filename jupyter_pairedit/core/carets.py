"""Where everybody's caret is; never stored, and moved along by what is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    """The newest caret of each client in a room.

    A caret is moved along when somebody is told of it, and not with every revision.
    """

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

    def forget(self, client_id: str) -> None:
        """Note that a client is gone."""
        self._carets.pop(client_id, None)
        self._placed.pop(client_id, None)

    def placed(self, client_id: str) -> Caret | None:
        """Give where a client's caret was placed last, before anything moved it."""
        return self._placed.get(client_id)

    @property
    def clients(self) -> set[str]:
        """Whoever has placed a caret."""
        return set(self._placed)

    def since(
        self,
        generation: int,
        revisions_after: Callable[[int], Sequence[Revision] | None],
    ) -> list[Caret]:
        """List the carets that were placed after ``generation``, where they are now.

        ``revisions_after`` gives the log after a version, or None where it is too long
        ago: such a caret is left out.
        """
        placed = [c for c in self._carets.values() if c.generation > generation]
        for caret in placed:
            since = revisions_after(caret.version)
            if since is None:
                self.forget(caret.client_id)
            else:
                self._carets[caret.client_id] = caret.after(since)
        return [c for c in self._carets.values() if c.generation > generation]
