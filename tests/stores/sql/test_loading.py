"""Integrity checks of what a store has read."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.revisions import Revision, first_digest, seal
from jupyter_pairedit.stores.errors import RoomDamaged, StorageFailure
from jupyter_pairedit.stores.sql.loading import Snapshot, start_at
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, chain, insert, record, revision

LOG = chain(*(revision(n, insert(n - 1, n - 1, str(n))) for n in range(1, 6)))
FIRST = Snapshot(0, "", seal(first_digest("epoch"), ""))
THIRD = Snapshot(3, "123", seal(LOG[2].digest, "123"))


def test_loading_starts_at_a_snapshot() -> None:
    stored = start_at(record(), THIRD, LOG[2:])

    assert stored
    assert (stored.version, stored.code, stored.revisions) == (3, "123", LOG[3:])


def test_a_snapshot_of_another_code_is_damaged() -> None:
    assert start_at(record(), Snapshot(3, "124", THIRD.seal), LOG[2:]) is None
    assert start_at(record(), Snapshot(0, "", "?"), LOG) is None


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_a_missing_revision_is_found(missing: int) -> None:
    log = [each for each in LOG if each.version != missing]

    with pytest.raises(RoomDamaged) as found:
        start_at(record(), FIRST, log)

    assert found.value.version == missing - 1
    assert found.value.code == "12345"[: missing - 1]


def test_unreadable_changes_are_found() -> None:
    log = [*LOG[:2], Revision(3, "edit", "ann", "Ann", 1.0, ChangeSet(()), "?")]

    with pytest.raises(RoomDamaged) as found:
        start_at(record(), FIRST, log)

    assert (found.value.version, found.value.code) == (2, "12")


@pytest.mark.whole
async def test_flipped_bits_are_found_or_harmless(
    tmp_path: Path,
) -> None:
    """A damaged file never yields another text without an error."""
    whole = tmp_path / "whole.db"
    store = SQLiteStore(whole)
    await store.create(record(), "")
    log = chain(
        *(revision(n, insert((n - 1) * 40, 0, f"{n:040}")) for n in range(1, 200))
    )
    await store.append(ROOM, 0, log)
    await store.snapshot(
        ROOM, 100, log[99].digest, "".join(f"{n:040}" for n in range(100, 0, -1))
    )
    await store.close()
    bytes_ = whole.read_bytes()
    right = "".join(f"{n:040}" for n in range(199, 0, -1))
    seed = random.Random(8)
    found = 0

    for turn in range(200):
        place, bit = seed.randrange(len(bytes_)), 1 << seed.randrange(8)
        path = tmp_path / f"flipped-{turn}.db"
        path.write_bytes(
            bytes_[:place] + bytes([bytes_[place] ^ bit]) + bytes_[place + 1 :]
        )
        path.chmod(0o600)
        try:
            flipped = SQLiteStore(path)
        except (StorageFailure, sqlite3.Error):
            found += 1
            continue
        try:
            stored = await flipped.load(ROOM)
        except RoomDamaged as damage:
            found += 1
            assert right.endswith(damage.code)
        except StorageFailure:
            found += 1
        else:
            code = stored.code
            for each in stored.revisions:
                ((_, _, text),) = each.changes.edits()
                code = text + code
            # The end of the log may be missing, as after a crash; the rest is intact.
            assert right.endswith(code), f"seed 8, turn {turn}, byte {place}"
        finally:
            await flipped.close()

    assert found > 10
