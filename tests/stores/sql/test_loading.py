"""Putting a room together, and finding what is damaged."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.revisions import Revision, first_digest, seal
from jupyter_pairedit.stores.base import RoomDamaged, StorageFailure
from jupyter_pairedit.stores.sql.loading import Snapshot, put_together
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, chain, insert, record, revision

LOG = chain(*(revision(n, insert(n - 1, n - 1, str(n))) for n in range(1, 6)))
FIRST = Snapshot(0, "", seal(first_digest("epoch"), ""))
THIRD = Snapshot(3, "123", seal(LOG[2].digest, "123"))


def log_from(log: Sequence[Revision], version: int) -> list[Revision]:
    return [each for each in log if each.version >= max(version, 1)]


def test_loading_starts_at_the_newest_good_snapshot() -> None:
    stored = put_together(record(), [THIRD, FIRST], lambda v: log_from(LOG, v))

    assert (stored.version, stored.code, stored.revisions) == (3, "123", LOG[3:])


def test_a_snapshot_of_another_code_is_passed_over() -> None:
    wrong = Snapshot(3, "124", THIRD.seal)

    stored = put_together(record(), [wrong, FIRST], lambda v: log_from(LOG, v))

    assert (stored.version, stored.revisions) == (0, LOG)


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_a_revision_that_is_missing_is_noticed(missing: int) -> None:
    log = [each for each in LOG if each.version != missing]

    with pytest.raises(RoomDamaged) as found:
        put_together(record(), [FIRST], lambda v: log_from(log, v))

    assert found.value.version == missing - 1
    assert found.value.code == "12345"[: missing - 1]


def test_changes_that_cannot_be_read_end_what_is_good() -> None:
    log = [*LOG[:2], Revision(3, "edit", "ann", "Ann", 1.0, ChangeSet(()), "?")]

    with pytest.raises(RoomDamaged) as found:
        put_together(record(), [FIRST], lambda v: log_from(log, v))

    assert (found.value.version, found.value.code) == (2, "12")


def test_where_no_snapshot_is_good_nothing_is() -> None:
    with pytest.raises(RoomDamaged, match="after version 0"):
        put_together(record(), [Snapshot(0, "", "?")], lambda v: log_from(LOG, v))


async def test_bytes_that_flip_in_the_file_are_found_or_harmless(
    tmp_path: Path,
) -> None:
    """T8: never another text without a word, and the other room goes on."""
    whole = tmp_path / "whole.db"
    store = SQLiteStore(whole, synchronous="NORMAL")
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

    for turn in range(50):
        place, bit = seed.randrange(len(bytes_)), 1 << seed.randrange(8)
        path = tmp_path / f"flipped-{turn}.db"
        path.write_bytes(
            bytes_[:place] + bytes([bytes_[place] ^ bit]) + bytes_[place + 1 :]
        )
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
            # The last ones may be cut off, as by a crash; no letter may be another.
            assert right.endswith(code), f"seed 8, turn {turn}, byte {place}"
        finally:
            await flipped.close()

    assert found > 10
