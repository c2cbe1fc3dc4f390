"""What must hold of clients whose insides the campaign does not see.

Those of the package compose what they have not sent. So an edit of the log is not one
of theirs; but each character that was typed is in one edit of the log, by its typist.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.core.text import from_units

from .oracles import put_in, texts


@dataclass(slots=True)
class Deeds:
    """What one client did, and what it shows after quiet."""

    client: str = ""
    """Its id in the log."""
    code: str = ""
    version: int = 0
    orphan: str | None = None
    """The text of edits that it gave up."""
    typed: str = ""
    """The characters that it put in by edits."""
    removed: str = ""
    """The characters that it took away by edits."""
    written: Sequence[str] = field(default_factory=list)
    """The files that it wrote, in order."""


def check_deeds(
    start: str,
    log: Sequence[Revision],
    code: str,
    clients: Sequence[Deeds],
    outside: Sequence[str] = (),
) -> None:
    """Hold a room's log to what its clients did. ``outside`` are files of programs.

    ``start`` is the code at version 0, ``code`` what the room says it is now.
    """
    assert [each.version for each in log] == list(range(1, len(log) + 1)), "a gap"
    shown = [from_units(text) for text in texts(start, log)]
    assert shown[-1] == code, "the log makes another text than the room"
    for client in clients:
        assert client.orphan is None, "an edit that was given up"
        assert (client.version, client.code) == (len(log), code), "shows another text"
    known = {each.client: each for each in clients}
    assert len(known) == len(clients), "two clients with one id"
    _check_edits(start, log, shown, known)
    _check_writes(log, shown, known, outside)
    assert len(code) == len(set(code)), "a character is there twice"
    files = [*outside, *(file for each in clients for file in each.written)]
    removed = {char for each in clients for char in each.removed}
    back = removed & set(code) - set("".join(files))
    assert not back, f"came back {sorted(back)!r}"


def _check_edits(
    start: str,
    log: Sequence[Revision],
    shown: Sequence[str],
    clients: dict[str, Deeds],
) -> None:
    """Compare what edits of the log put in and took away with what was meant."""
    seen = set(start)
    missing = {name: set(each.typed) for name, each in clients.items()}
    for revision in log:
        if revision.kind != "edit":
            continue
        inserted = put_in(revision.changes)
        assert len(set(inserted) - seen) == len(inserted), "a character put in twice"
        seen |= set(inserted)
        author = revision.client_id
        assert author in clients, "an edit of somebody else"
        assert set(inserted) <= missing[author], "an edit of somebody else"
        missing[author] -= set(inserted)
        before, after = shown[revision.version - 1 : revision.version + 1]
        gone = set(before) - set(after) - set(clients[author].removed)
        assert not gone, f"lost {sorted(gone)!r}"
    for name, characters in missing.items():
        # What it took away itself before it was sent never was in the log.
        lost = characters - set(clients[name].removed)
        assert not lost, f"lost {sorted(lost)!r}"


def _check_writes(
    log: Sequence[Revision],
    shown: Sequence[str],
    clients: dict[str, Deeds],
    outside: Collection[str],
) -> None:
    """Compare each written file of the log with those that its writer wrote."""
    waiting = {name: iter(each.written) for name, each in clients.items()}
    others = iter(outside)
    for revision in log:
        if revision.kind == "write":
            written = waiting.get(revision.client_id, others)
            # Takes what is before it as well: a client sends the newest of several.
            found = shown[revision.version] in written
            assert found, "a file that nobody wrote, or twice"
