"""What must hold after quiet, whatever happened before.

1. The room's text, a replay of its log and every client's text are equal.
2. Every character that was put in is there exactly once, unless somebody took it away.
3. Versions have no gaps, every edit has one, and acknowledgements point at it.
4. Every client saw the same texts at the same versions, none twice.
5. What is shown as saved is in the log, at any time.
6. No whole-file write of a client is in the log twice, unless revisions were merged: a
   merged one has no key.

That undo changes only one's own text is checked in ``js/test/client/schedule.test.ts``,
with the editor's own undo history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.core.text import from_units, to_units

from .client import Client, Intention, apply

_FIRST = 0x4E00
_ASTRAL = 0x20000
_BMP = 20_000
_MOST = 60_000


class Alphabet:
    """Characters, each given out once, so that each says where it comes from.

    Every fifth is astral, two UTF-16 units, and so are those of a long history.
    """

    def __init__(self) -> None:
        self._given = 0

    def take(self, count: int) -> str:
        """Return characters that were not typed before."""
        return "".join(self._next() for _ in range(count))

    def _next(self) -> str:
        number = self._given
        self._given += 1
        assert number < _MOST, "expected a shorter history"
        in_bmp = number % 5 and number < _BMP
        return chr((_FIRST if in_bmp else _ASTRAL) + number)


def texts(start: str, log: Sequence[Revision]) -> Iterator[str]:
    """Return the units of the text at each version, from that of ``start`` on."""
    text = to_units(start)
    yield text
    for revision in log:
        text = apply(revision.changes, text)
        yield text


def check(
    start: str,
    log: Sequence[Revision],
    code: str,
    clients: Sequence[Client],
    *,
    quiet: bool = True,
    strangers: bool = False,
) -> None:
    """Hold a room's log and its clients to the oracles.

    ``start`` is the code at version 0, ``code`` what the room says it is now. Without
    ``quiet``, clients may lag behind and have edits that were not sent. ``strangers``
    have written too, and any characters.
    """
    assert [each.version for each in log] == list(range(1, len(log) + 1)), "a gap"
    shown = list(texts(start, log))
    assert from_units(shown[-1]) == code, "the log makes another text than the room"
    for client in clients:
        _check_client(client, log, shown, quiet)
    if not strangers:
        _check_characters(start, log, shown, {each.client_id: each for each in clients})


def _check_client(
    client: Client, log: Sequence[Revision], shown: Sequence[str], quiet: bool
) -> None:
    if quiet:
        assert not client.busy, "something waits still"
        assert client.version == len(log), "has not seen all"
        assert client.doc == shown[-1], "shows another text"
    hashes = {version: hash(shown[version]) for version in client.trail}
    assert client.trail == hashes, "was shown a text that never was"
    own = [each.version for each in log if each.confirms(client.client_id)]
    assert client.acks == own[: len(client.acks)], "an edit acknowledged elsewhere"
    writes = sum(
        each.kind == "write" and each.client_id == client.client_id for each in log
    )
    assert writes <= client.writes or client.merged, "a write carried out twice"
    if not client.busy:
        assert client.doc == shown[client.version], "shows as saved what is not"
        assert len(client.acks) == len(client.made), "shows as saved what is not"
    if quiet:
        assert len(own) == len(client.made), "an edit lost, or counted twice"
    else:
        assert len(own) <= len(client.made), "an edit counted twice"


def _check_characters(
    start: str,
    log: Sequence[Revision],
    shown: Sequence[str],
    clients: dict[str, Client],
) -> None:
    """Follow the intentions, in the order of the log, and compare with the text."""
    alive = set(start)
    seen = set(start)
    doubtful: set[str] = set()
    counts: Counter[str] = Counter()
    for revision in log:
        if revision.kind == "edit" and revision.client_id in clients:
            made = clients[revision.client_id].made
            intention = made[counts[revision.client_id]]
            counts[revision.client_id] += 1
            alive = (alive - set(intention.deleted)) | set(intention.inserted)
        else:
            doubtful |= seen & set(put_in(revision.changes))
            alive = set(from_units(shown[revision.version]))
        seen |= alive
    code = from_units(shown[-1])
    assert len(code) == len(set(code)), "a character is there twice"
    # What a whole-file write put back, there or elsewhere, a deletion of it that was
    # made before may or may not reach.
    assert set(code) - doubtful == alive - doubtful, (
        f"lost {sorted(alive - set(code) - doubtful)!r}, "
        f"came back {sorted(set(code) - alive - doubtful)!r}"
    )


def put_in(changes: ChangeSet) -> str:
    """Return the characters that a change puts in."""
    return from_units("".join(insert for _, _, insert in changes.edits()))


__all__ = ["Alphabet", "Intention", "check", "put_in", "texts"]
