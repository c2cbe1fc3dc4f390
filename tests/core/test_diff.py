"""The change of a whole-file write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.diff import smallest_change
from jupyter_pairedit.core.text import Text

codes = st.text(alphabet="ab\n👋👍é", max_size=60)


@given(codes, codes)
def test_the_change_leads_from_the_old_code_to_the_new(old: str, new: str) -> None:
    text = Text.of(old)

    change = smallest_change(text, new)

    assert str(change.apply(text)) == new
    assert not change.splits_pair(text)
    assert change.empty == (old == new)


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        ("one\ntwo\nthree\n", "one\n2\nthree\n", [(4, 7, "2")]),
        (
            "a = 1\nb = 2\nc = 3\n",
            "a = 1\nx\nb = 2\nc = 4\n",
            [(6, 6, "x\n"), (16, 17, "4")],
        ),
        ("same", "same", []),
        ("", "new", [(0, 0, "new")]),
        ("👋👍", "👋👋", [(2, 4, "\ud83d\udc4b")]),
    ],
)
def test_equal_lines_and_characters_are_kept(
    old: str, new: str, edits: list[tuple[int, int, str]]
) -> None:
    assert list(smallest_change(Text.of(old), new).edits()) == edits


def test_a_large_rewrite_replaces_everything_between_the_equal_ends() -> None:
    old = "start\n" + "\n".join(f"old {n}" for n in range(2000)) + "\nend"
    new = "start\n" + "\n".join(f"new {n}" for n in range(2000)) + "\nend"

    (edit,) = smallest_change(Text.of(old), new).edits()

    assert edit[0] == 6
    assert str(smallest_change(Text.of(old), new).apply(Text.of(old))) == new


def test_only_some_of_many_changed_lines_are_compared_by_characters() -> None:
    # Comparing all of them would take seconds, and the room would wait.
    old = "".join(f"{n}\n{'ab' * 150}\n" for n in range(150))
    new = "".join(f"{n}\n{'ba' * 150}\n" for n in range(150))
    text = Text.of(old)

    edits = list(smallest_change(text, new).edits())

    # Of the first line that differs, one character at each end; the last is replaced.
    assert [len(insert) for _, _, insert in (*edits[:2], edits[-1])] == [1, 0, 300]
    assert str(smallest_change(text, new).apply(text)) == new
