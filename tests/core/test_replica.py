"""A client's copy of a room's code."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.marks import NO_MARKS, marks_of
from jupyter_pairedit.core.replica import LogEntry, LogGap, Replica, Step
from jupyter_pairedit.core.storable import BadChange
from jupyter_pairedit.core.text import to_units


def replica(code: str, version: int = 0) -> Replica:
    made = Replica()
    made.client_id = "ann"
    made.reset(code, version)
    return made


def edit(room: Replica, start: int, end: int, insert: str) -> None:
    room.edit(ChangeSet.replacing(room.doc.length, [(start, end, insert)]))


def by(author: str, *json: object, write: bool = False) -> LogEntry:
    return LogEntry(author, ChangeSet.from_json(json), write)


def test_a_revision_of_another_moves_under_unconfirmed_edits_and_both_stay() -> None:
    room = replica("ab")
    edit(room, 1, 1, "X")

    assert room.receive([by("bob", [0, "> "], 2)], 1) == (0, None)

    assert str(room.doc) == "> aXb"
    assert str(room.log) == "> ab"
    assert room.sendable()[0].to_json() == [3, [0, "X"], 1]


def test_its_own_edits_coming_back_are_confirmed_and_not_applied_again() -> None:
    room = replica("ab")
    edit(room, 2, 2, "1")
    edit(room, 3, 3, "2")

    confirmed, _ = room.receive([by("bob", [0, "> "], 2), by("ann", 4, [0, "1"])], 2)

    assert (confirmed, str(room.doc), room.unsent) == (1, "> ab12", 1)


def test_saved_confirms_as_many_edits_as_the_version_is_ahead() -> None:
    room = replica("", 7)
    for at, letter in enumerate("abc"):
        edit(room, at, at, letter)

    assert room.saved(9).confirmed == 2
    assert (room.version, room.unsent, str(room.doc)) == (9, 1, "abc")
    for version in (8, 11):
        with pytest.raises(LogGap):
            room.saved(version)


def test_a_whole_file_write_of_its_own_confirms_no_edit() -> None:
    room = replica("old")
    edit(room, 3, 3, "!")

    assert room.receive([by("ann", [3, "new"], write=True)], 1).confirmed == 0
    assert (str(room.doc), room.unsent) == ("new!", 1)


def test_known_revisions_are_skipped_and_missing_ones_refused() -> None:
    room = replica("a", 3)
    room.receive([by("bob", 1, [0, "b"]), by("bob", 2, [0, "c"])], 5)
    room.receive([by("bob", 2, [0, "c"]), by("bob", 3, [0, "d"])], 6)

    assert str(room.doc) == "abcd"
    with pytest.raises(LogGap):
        room.receive([by("bob", 5, [0, "x"])], 8)


def test_a_revision_that_does_not_fit_changes_nothing() -> None:
    room = replica("a", 3)
    edit(room, 1, 1, "!")

    with pytest.raises(BadChange):
        room.receive([by("bob", 1, [0, "b"]), by("bob", 9)], 5)

    assert (room.version, room.unsent, str(room.doc), str(room.log)) == (
        3,
        1,
        "a!",
        "a",
    )


def test_a_reset_returns_text_with_edits_that_the_log_does_not_have() -> None:
    room = replica("ab")

    assert room.reset("ac", 9) is None
    edit(room, 2, 2, "!")
    assert room.reset("new", 1) == "ac!"
    assert (str(room.doc), room.unsent, room.version) == ("new", 0, 1)


def test_where_the_log_makes_another_text_than_is_shown_the_log_is_right() -> None:
    room = replica("ab")
    edit(room, 2, 2, "!")

    assert room.receive([by("ann", 2, [0, "?"])], 1) == (1, "ab!")
    assert str(room.doc) == "ab?"


def test_compacting_composes_edits_and_drops_what_came_and_went() -> None:
    room = replica("")
    for at, letter in enumerate("abcde"):
        edit(room, at, at, letter)

    assert room.compact(1, 4) == 1
    assert [each.to_json() for each in room.sendable()] == [
        [[0, "a"]],
        [1, [0, "bcd"]],
        [4, [0, "e"]],
    ]
    edit(room, 0, 5, "")
    assert (room.compact(), room.unsent) == (0, 0)


def test_an_edit_in_very_many_places_is_sent_as_one_replacement() -> None:
    room = replica("ab" * 3_000)

    room.edit(
        ChangeSet.replacing(6_000, [(2 * n, 2 * n + 1, "x") for n in range(3_000)])
    )

    assert str(room.doc) == "xb" * 3_000
    assert room.sendable()[0].to_json() == [[5_999, "xb" * 2_999 + "x"], 1]


def test_an_edit_of_another_text_or_half_a_character_is_refused() -> None:
    room = replica("a😀")

    with pytest.raises(BadChange):
        room.edit(ChangeSet.replacing(5, [(0, 0, "x")]))
    with pytest.raises(BadChange):
        edit(room, 2, 2, "x")

    assert (str(room.doc), room.unsent) == ("a😀", 0)


def test_listeners_follow_the_code_and_the_log() -> None:
    room = replica("ab")
    steps: list[Step] = []
    changes: list[object] = []
    room.on_step.append(steps.append)
    room.on_change.append(lambda each: changes.append(each.to_json()))

    edit(room, 2, 2, "!")
    room.receive([by("bob", [0, "> "], 2)], 1)
    room.saved(2)
    room.reset("new", 7)

    assert changes == [[2, [0, "!"]], [[0, "> "], 3], [[5, "new"]]]
    told = [(each.version, each.author, each.reset, str(each.after)) for each in steps]
    assert told == [
        (1, "bob", False, "> ab"),
        (2, "ann", False, "> ab!"),
        (7, "", True, "new"),
    ]
    assert [str(each.before) for each in steps] == ["ab", "> ab", "> ab!"]


SUGGESTED = marks_of(["suggested"])


def test_compacting_composes_no_edits_with_different_marks() -> None:
    room = replica("")
    for at, marks in enumerate([NO_MARKS, NO_MARKS, SUGGESTED, SUGGESTED, NO_MARKS]):
        room.edit(ChangeSet.replacing(at, [(at, at, "abcde"[at])]), marks)

    assert room.compact() == 3

    found = [(each.changes.to_json(), each.marks) for each in room.own_edits]
    assert found == [
        ([[0, "ab"]], NO_MARKS),
        ([2, [0, "cd"]], SUGGESTED),
        ([4, [0, "e"]], NO_MARKS),
    ]


def test_a_confirmed_edit_has_its_own_marks_and_those_of_the_server() -> None:
    room = replica("")
    room.marks = marks_of(["guest"])
    steps: list[Step] = []
    room.on_step.append(steps.append)
    room.edit(ChangeSet.replacing(0, [(0, 0, "a")]))
    room.edit(ChangeSet.replacing(1, [(1, 1, "b")]), SUGGESTED)

    room.saved(2)

    assert [each.marks for each in steps] == [{"guest"}, {"guest", "suggested"}]


def test_an_edit_keeps_its_marks_when_it_moves_over_those_of_others() -> None:
    room = replica("ab")
    room.edit(ChangeSet.replacing(2, [(2, 2, "S")]), SUGGESTED)

    room.receive([by("bob", [0, "> "], 2)], 1)

    (edit,) = room.own_edits
    assert (edit.changes.to_json(), edit.marks) == ([4, [0, "S"]], SUGGESTED)


def test_splitting_the_oldest_edit_keeps_the_text_the_others_and_the_marks() -> None:
    room = replica("abcd")
    edits = [(0, 1, to_units("A😀")), (3, 4, "D")]
    room.edit(ChangeSet.replacing(4, edits), SUGGESTED)
    edit(room, 0, 0, "> ")

    assert room.split(2)

    found = [(each.changes.to_json(), each.marks) for each in room.own_edits]
    assert found == [
        ([[1, "A😀"], 3], SUGGESTED),
        ([5, [1, "D"]], SUGGESTED),
        ([[0, "> "], 6], NO_MARKS),
    ]
    assert (str(room.doc), room.unsent) == ("> A😀bcD", 3)
    assert not room.split(2)


def test_the_parts_of_an_edit_are_confirmed_apart_from_each_other() -> None:
    room = replica("abcd")
    room.edit(ChangeSet.replacing(4, [(0, 1, "A"), (3, 4, "D")]))
    room.split(2)

    assert room.receive([by("ann", [1, "A"], 3), by("bob", 2, [0, "-"], 2)], 2) == (
        1,
        None,
    )
    assert (str(room.doc), str(room.log)) == ("Ab-cD", "Ab-cd")
    assert room.saved(3) == (1, None)
    assert (str(room.doc), room.unsent) == ("Ab-cD", 0)
