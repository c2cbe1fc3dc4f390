"""The oracle of clients whose insides are not seen finds each fault that it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.revisions import Kind, Revision

from .deeds import Deeds, check_deeds
from .oracles import texts

START = "01"
_Edit = tuple[str, Kind, tuple[int, int, str]]
LOG: tuple[_Edit, ...] = (
    ("ann", "edit", (1, 1, "ab")),  # 0ab1
    ("bob", "edit", (2, 3, "c")),  # 0ac1
    ("outside", "write", (4, 4, "d")),  # 0ac1d
    ("ann", "write", (0, 1, "")),  # ac1d
)
ANN = Deeds("ann", typed="abx", removed="x", written=["ac1d"])
BOB = Deeds("bob", typed="c", removed="b")


def _check(
    ann: Deeds = ANN, log: Sequence[_Edit] = LOG, outside: Sequence[str] = ("0ac1d",)
) -> None:
    """Ask the oracle about clients that show what a log makes."""
    revisions: list[Revision] = []
    code = START
    for client, kind, edit in log:
        changes = ChangeSet.replacing(len(code), [edit])
        version = len(revisions) + 1
        revisions.append(Revision(version, kind, client, "", 0.0, changes))
        *_, code = texts(START, revisions)
    shown = [replace(each, code=code, version=len(log)) for each in (ann, BOB)]
    check_deeds(START, revisions, code, shown, outside)


def test_what_was_typed_removed_and_written_agrees_with_the_log() -> None:
    _check()


@pytest.mark.parametrize(
    ("ann", "found"),
    [
        (replace(ANN, typed="abxy"), "lost"),
        (replace(ANN, typed="ax"), "an edit of somebody else"),
        (replace(ANN, orphan="0a"), "given up"),
        (replace(ANN, written=[]), "nobody wrote"),
        (replace(BOB), "two clients"),
    ],
)
def test_a_client_that_did_something_else_is_found(ann: Deeds, found: str) -> None:
    with pytest.raises(AssertionError, match=found):
        _check(ann)


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (("bob", "edit", (0, 0, "c")), "put in twice"),
        (("bob", "edit", (0, 0, "z")), "an edit of somebody else"),
        (("cem", "edit", (0, 0, "z")), "an edit of somebody else"),
        (("bob", "edit", (0, 1, "")), "lost"),
        (("ann", "edit", (0, 1, "")), "lost"),
        (("outside", "write", (0, 0, "0")), "nobody wrote, or twice"),
    ],
)
def test_a_revision_that_nobody_made_is_found(edit: _Edit, found: str) -> None:
    with pytest.raises(AssertionError, match=found):
        _check(log=[*LOG, edit])


def test_a_character_that_was_removed_and_is_there_is_found() -> None:
    with pytest.raises(AssertionError, match="came back"):
        _check(replace(ANN, removed="xa", written=[]), LOG[:2], [])


def test_another_text_or_version_than_the_log_has_is_found() -> None:
    for shown in (Deeds("ann", "01", 1), Deeds("ann", "0", 0)):
        with pytest.raises(AssertionError, match="another text"):
            check_deeds(START, [], START, [shown])
