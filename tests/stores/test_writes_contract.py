"""Keys of whole-file writes, in every store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import Revision, first_digest
from jupyter_pairedit.core.writes import WriteKey
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import VersionConflict
from tests.making import ROOM, chain, insert, record, revision

OTHER = "S" * 22


def log_with(keys: dict[int, str], count: int = 4) -> list[Revision]:
    """Return revisions of a letter each; those at the versions of ``keys`` are writes.

    ``keys`` maps versions to the keys of these writes.
    """
    return chain(
        *(
            revision(
                n,
                insert(n - 1, 0, "x"),
                kind="write" if n in keys else "edit",
                key=keys.get(n),
            )
            for n in range(1, count + 1)
        )
    )


async def test_a_write_is_found_by_its_key_in_its_own_room_alone(store: Store) -> None:
    await store.create(record(), "")
    await store.create(record(OTHER), "")
    await store.append(ROOM, 0, log_with({2: "a", 3: "b"}))

    assert await store.version_of(ROOM, WriteKey.single("a")) == 2
    assert await store.version_of(ROOM, WriteKey.single("b")) == 3
    assert await store.version_of(ROOM, WriteKey.single("ab")) is None
    assert await store.version_of(OTHER, WriteKey.single("a")) is None
    assert await store.version_of("T" * 22, WriteKey.single("a")) is None


async def test_a_later_write_of_the_writer_is_found_for_a_number_that_is_missing(
    store: Store,
) -> None:
    keys = {2: WriteKey.numbered("w", 9).key, 3: WriteKey.numbered("w", 10).key}
    await store.create(record(), "")
    await store.append(ROOM, 0, log_with(keys))

    found = [
        await store.version_of(ROOM, WriteKey.numbered("w", n)) for n in (1, 9, 10, 11)
    ]

    assert found == [2, 2, 3, None]
    assert await store.version_of(ROOM, WriteKey.numbered("v", 1)) is None


@pytest.mark.parametrize(
    "key", ["A", "a-B_c.d", "2026-10-01", "!#$%&'()*+,/:;<=>?@[]^`{|}~", "x" * 64]
)
async def test_keys_are_compared_by_their_characters(store: Store, key: str) -> None:
    """PostgreSQL's own order of text skips signs and looks at case last."""
    await store.create(record(), "")
    await store.append(ROOM, 0, log_with({1: key}))

    assert await store.version_of(ROOM, WriteKey.single(key)) == 1
    assert await store.version_of(ROOM, WriteKey.single(key.swapcase() + "-")) is None
    assert await store.version_of(ROOM, WriteKey("!", "~" * 65)) == 1


async def test_a_key_is_kept_with_its_revision_and_outlives_the_store(
    store: Store, open_again: Callable[[], Store]
) -> None:
    log = log_with({2: "a"})
    await store.create(record(), "")
    await store.append(ROOM, 0, log)
    await store.close()

    again = open_again()
    try:
        assert await again.version_of(ROOM, WriteKey.single("a")) == 2
        assert await again.revisions(ROOM, 0, -1) == log
    finally:
        await again.close()


async def test_a_key_is_not_stored_where_the_append_is_refused(store: Store) -> None:
    await store.create(record(), "")
    await store.append(ROOM, 0, log_with({}))

    with pytest.raises(VersionConflict):
        await store.append(ROOM, 0, log_with({1: "a"}, 1))

    assert await store.version_of(ROOM, WriteKey.single("a")) is None


async def test_two_rooms_may_have_the_same_key_and_many_revisions_none(
    store: Store,
) -> None:
    for room_id in (ROOM, OTHER):
        await store.create(record(room_id), "")
        await store.append(room_id, 0, log_with({4: "a"}))

    assert await store.version_of(ROOM, WriteKey.single("a")) == 4
    assert await store.version_of(OTHER, WriteKey.single("a")) == 4


async def test_a_key_is_deleted_with_its_room_and_with_a_merged_revision(
    store: Store,
) -> None:
    log = log_with({1: "merged", 4: "kept"})
    await store.create(record(), "")
    await store.append(ROOM, 0, log)

    await store.compact(ROOM, [merge(first_digest("epoch"), log[:2])])

    assert await store.version_of(ROOM, WriteKey.single("merged")) is None
    assert await store.version_of(ROOM, WriteKey.single("kept")) == 4
    await store.delete(ROOM, 2_000.0)
    await store.create(record(), "")
    assert await store.version_of(ROOM, WriteKey.single("kept")) is None
