"""Keys of whole-file writes: which write is a repeat of which."""

from __future__ import annotations

from jupyter_pairedit.core.writes import WriteKey

LARGEST = 2**53 - 1


def test_a_single_key_is_covered_by_itself_alone() -> None:
    write = WriteKey.single("2026-10-01")

    assert write.covers("2026-10-01")
    assert not any(map(write.covers, ("2026-10-0", "2026-10-02", "2026-10-011")))


def test_a_numbered_write_is_covered_by_itself_and_by_later_ones() -> None:
    fifth = WriteKey.numbered("deadbeef", 5)
    later = [5, 6, 10, 4_000, LARGEST]

    assert all(fifth.covers(WriteKey.numbered("deadbeef", n).key) for n in later)
    assert not any(
        fifth.covers(WriteKey.numbered("deadbeef", n).key) for n in (0, 1, 4)
    )


def test_a_numbered_write_is_covered_by_none_of_another_writer() -> None:
    fifth = WriteKey.numbered("deadbeef", 5)
    others = ("deadbee", "deadbeef0", "deadbeef_", "DEADBEEF", "e", "")

    for writer in others:
        assert not fifth.covers(WriteKey.numbered(writer, 6).key)
