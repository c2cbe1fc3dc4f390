"""Carets, and how revisions move them."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.carets import Caret, Carets
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.revisions import Kind, Revision
from jupyter_pairedit.core.storable import BadChange
from tests.making import insert, revision


def caret(head: int, anchor: int | None = None, version: int = 0) -> Caret:
    return Caret("ann", head if anchor is None else anchor, head, version)


def test_text_inserted_before_a_caret_moves_it_and_text_after_it_does_not() -> None:
    before, after = (revision(1, insert(10, at, "xx"), "bob") for at in (2, 8))

    assert caret(5).after([before]).head == 7
    assert caret(5).after([after]).head == 5
    assert caret(5).after([before]).version == 1


def test_a_selection_keeps_both_ends() -> None:
    typed = revision(1, insert(10, 4, "xx"), "bob")

    moved = caret(head=6, anchor=2).after([typed])

    assert (moved.anchor, moved.head) == (2, 8)


def test_the_caret_of_an_author_moves_to_the_end_of_the_edit() -> None:
    typed = revision(1, ChangeSet.replacing(10, [(0, 1, "new"), (4, 6, "more")]), "ann")

    moved = caret(head=9, anchor=8).after([typed])

    assert moved.anchor == moved.head == 10


def test_a_whole_file_write_does_not_move_the_author_s_caret_to_its_end() -> None:
    written = revision(1, insert(10, 10, "end"), "ann", "write")

    assert caret(5).after([written]).head == 5


def test_carets_are_returned_by_generation() -> None:
    carets = Carets()
    carets.place(caret(1), [], 10)
    seen = carets.generation
    carets.place(Caret("bob", 2, 2, 0), [], 10)

    assert [c.client_id for c in carets.since(seen)] == ["bob"]
    assert [c.client_id for c in carets.since(-1)] == ["ann", "bob"]
    assert carets.since(carets.generation) == []


def test_a_caret_is_returned_at_the_head() -> None:
    carets = Carets()
    carets.place(caret(5), [], 10)

    carets.follow([revision(1, insert(10, 0, "xx"), "bob")])
    (moved,) = carets.since(-1)

    assert (moved.head, moved.version) == (7, 1)


@given(st.data())
def test_moving_all_carets_equals_moving_each(data: st.DataObject) -> None:
    length, log = 20, list[Revision]()
    for version in range(1, data.draw(st.integers(0, 4)) + 1):
        cuts = sorted(data.draw(st.lists(st.integers(0, length), max_size=6)))
        edits = [
            (start, end, data.draw(st.sampled_from(["", "x", "yy"])))
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        changes = ChangeSet.replacing(length, edits)
        who = data.draw(st.sampled_from(["c0", "c1", "zed"]))
        kind = data.draw(st.sampled_from(get_args(Kind)))
        log.append(revision(version, changes, who, kind))
        length = changes.new_length
    ends = data.draw(st.lists(st.integers(0, 20), max_size=4))
    alone = [
        Caret(f"c{n}", end, data.draw(st.integers(0, 20)), 0)
        for n, end in enumerate(ends)
    ]
    carets = Carets()
    for each in alone:
        carets.place(each, [], 20)

    carets.follow(log)

    found = [replace(each, generation=0) for each in carets.since(-1)]
    assert found == [each.after(log) for each in alone]


def test_one_caret_or_all_are_removed() -> None:
    carets = Carets()
    for client_id in ("ann", "bob", "cid"):
        carets.place(Caret(client_id, 5, 5, 0), [], 10)

    carets.remove("bob")
    assert [each.client_id for each in carets.since(-1)] == ["ann", "cid"]

    carets.clear()
    assert carets.since(-1) == []
    assert carets.clients == set()


@pytest.mark.parametrize("since", [[], [revision(1, insert(10, 0, "xx"), "bob")]])
def test_a_caret_outside_of_the_code_is_refused(since: list[Revision]) -> None:
    carets = Carets()

    with pytest.raises(BadChange, match=r"expected .* up to 1[02], found 1[13]"):
        carets.place(caret(11), since, 10 + 2 * len(since))

    assert carets.generation == 0
