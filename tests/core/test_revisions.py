"""Digests of revisions, and rebasing."""

from __future__ import annotations

import gc
from typing import Any

from msgspec.structs import replace

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.revisions import Kind, Revision, intact, rebase
from jupyter_pairedit.core.text import Text


def insert(length: int, at: int, text: str) -> ChangeSet:
    return ChangeSet.replacing(length, [(at, at, text)])


def revision(
    version: int, client: str, changes: ChangeSet, kind: Kind = "edit"
) -> Revision:
    return Revision(version, kind, client, client, 0.0, changes)


def test_a_push_at_the_head_is_unchanged() -> None:
    mine = [insert(3, 1, "x")]

    assert rebase("me", mine, []) == mine


def test_a_late_insertion_follows_an_earlier_one_at_the_same_position() -> None:
    over = [revision(1, "you", insert(3, 1, "yy"))]

    assert rebase("me", [insert(3, 1, "x")], over) == [insert(5, 3, "x")]


def test_an_edit_that_was_accepted_before_counts_once() -> None:
    first, second = insert(0, 0, "a"), insert(1, 1, "b")
    over = [revision(1, "me", first)]

    assert rebase("me", [first, second], over) == [second]
    assert rebase("me", [first], over) == []


def test_an_own_whole_file_write_does_not_confirm_an_edit() -> None:
    over = [revision(1, "me", insert(0, 0, "zz"), "write")]

    assert rebase("me", [insert(0, 0, "a")], over) == [insert(2, 2, "a")]


def test_an_edit_that_rebases_to_nothing_is_kept() -> None:
    deletion = ChangeSet.replacing(3, [(0, 3, "")])
    over = [revision(1, "you", deletion)]

    assert rebase("me", [deletion], over) == [ChangeSet(())]


def test_a_deletion_and_an_insertion_at_one_position_are_mapped_one_by_one() -> None:
    # A client that receives them in two messages must have the server's text.
    over = [
        revision(1, "you", ChangeSet.replacing(6, [(2, 4, "")])),
        revision(2, "you", insert(4, 2, "X")),
    ]
    mine = insert(6, 2, "u")

    stepwise = mine.map(over[0].changes).map(over[1].changes)

    assert rebase("me", [mine], over) == [stepwise]
    text = Text.of("abcdef")
    for each in (*(revision.changes for revision in over), stepwise):
        text = each.apply(text)
    assert str(text) == "abXuef"


def test_a_log_is_intact_up_to_the_first_modified_revision() -> None:
    digest, log = "d", []
    for version in (1, 2, 3):
        log.append(revision(version, "me", insert(version, 0, "x")).chained(digest))
        digest = log[-1].digest
    bytes_for_text: Any = b"me"

    assert intact("d", log) == 3
    assert intact("e", log) == 0
    assert intact("d", [log[0], log[2]]) == 1
    assert intact("d", [log[0], replace(log[1], author="you"), log[2]]) == 1
    assert intact("d", [log[0], replace(log[1], author=bytes_for_text)]) == 1


def test_revisions_are_not_tracked_by_garbage_collection() -> None:
    kept = revision(1, "me", ChangeSet.from_json([2, [0, "x"], 3]))
    gc.collect()
    gc.collect()  # The first one does nothing while another thread collects.

    parts = [kept, kept.changes, kept.changes.sections, *kept.changes.sections]
    assert not any(map(gc.is_tracked, parts))
