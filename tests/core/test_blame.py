"""Blame: who wrote which line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.blame import Blame, Source
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.diff import smallest_change
from jupyter_pairedit.core.revisions import Kind, Revision
from jupyter_pairedit.core.text import Text, to_units

INITIAL = Source("Host", 0.0, "write")


class Log:
    """A log and its blame."""

    def __init__(self, code: str) -> None:
        self.text = Text.of(code)
        self.blame = Blame(code, INITIAL)

    def change(self, author: str, changes: ChangeSet, kind: Kind = "edit") -> None:
        version = self.blame.version + 1
        revision = Revision(version, kind, "", author, float(version), changes)
        self.text = changes.apply(self.text)
        self.blame.extend([revision])

    def edit(self, author: str, *edits: tuple[int, int, str]) -> None:
        units = [(start, end, to_units(text)) for start, end, text in edits]
        self.change(author, ChangeSet.replacing(self.text.length, units))

    def write(self, author: str, code: str) -> None:
        self.change(author, smallest_change(self.text, code), "write")

    @property
    def authors(self) -> list[str]:
        """The author of each line."""
        return [source.author for source in self.blame.sources()]


def test_the_lines_of_version_0_are_of_the_author_of_the_room() -> None:
    assert list(Log("a\nb\n").blame.sources()) == [INITIAL] * 3
    assert list(Log("").blame.sources()) == [INITIAL]


def test_a_line_is_of_the_author_who_changed_it_last() -> None:
    log = Log("one\ntwo\nthree")
    log.edit("Ann", (4, 4, "2: "))
    log.edit("Bob", (0, 1, "O"))
    log.edit("Bob", (4, 6, ""))

    assert log.authors == ["Bob", "Bob", "Host"]
    (first, *_) = log.blame.sources()
    assert first == Source("Bob", 2.0, "edit")
    assert log.blame.version == 3


def test_a_line_end_at_either_end_of_a_line_changes_no_other_line() -> None:
    log = Log("one\ntwo")
    log.edit("Ann", (3, 3, "\n    "))
    log.edit("Bob", (0, 0, "\n"))

    assert str(log.text) == "\none\n    \ntwo"
    assert log.authors == ["Bob", "Host", "Ann", "Host"]


def test_a_line_typed_key_by_key_before_another_does_not_change_that_one() -> None:
    log = Log("two\nthree")
    for at, key in enumerate("one\n"):
        log.edit("Ann", (at, at, key))

    assert str(log.text) == "one\ntwo\nthree"
    assert log.authors == ["Ann", "Host", "Host"]


def test_a_line_that_its_author_has_restored_is_unchanged() -> None:
    log = Log("one\ntwo")
    log.edit("Ann", (3, 3, "!"))
    log.edit("Ann", (4, 4, "!"))
    assert log.authors == ["Ann", "Host"]
    log.edit("Ann", (3, 5, ""))
    assert log.authors == ["Host", "Host"]


def test_a_line_that_is_split_or_joined_is_changed() -> None:
    log = Log("onetwo\nthree\nfour")
    log.edit("Ann", (3, 3, "\n"))
    log.edit("Bob", (13, 14, ""))

    assert str(log.text) == "one\ntwo\nthreefour"
    assert log.authors == ["Ann", "Ann", "Bob"]


def test_deleting_whole_lines_changes_no_other_line() -> None:
    log = Log("one\ntwo\nthree\nfour")
    log.edit("Ann", (0, 4, ""), (13, 18, ""))

    assert str(log.text) == "two\nthree"
    assert log.authors == ["Host", "Host"]


def test_a_change_in_several_places_has_one_author() -> None:
    log = Log("a\nb\nc\nd")
    log.edit("Ann", (0, 1, "A\nA"), (4, 5, "C"), (7, 7, "\nE"))

    assert str(log.text) == "A\nA\nb\nC\nd\nE"
    assert log.authors == ["Ann", "Ann", "Host", "Ann", "Host", "Ann"]


def test_positions_count_utf_16_units() -> None:
    log = Log("👩‍💻 = '😀'\nx = '😀'")
    log.edit("Ann", (len("👩‍💻 = '😀'".encode("utf-16-le")) // 2 + 1, 14, "y"))
    log.edit("Bob", (0, 2, "🧑"))

    assert str(log.text) == "🧑‍💻 = '😀'\ny = '😀'"
    assert log.authors == ["Bob", "Ann"]


def test_a_whole_file_write_changes_only_lines_that_differ() -> None:
    log = Log("def f():\n    return 1\n\nprint(f())\n")
    log.write("Bob", "def f():\n    return 0\n    return 1\n\nprint(f())\n")

    assert log.authors == ["Host", "Bob", "Host", "Host", "Host", "Host"]
    assert [source.kind for source in log.blame.sources()][:2] == ["write", "write"]


def test_edits_of_long_code_change_the_right_lines() -> None:
    lines = [f"{number:04}" for number in range(1000)]
    log = Log("\n".join(lines))
    for line in (999, 0, 500, 63, 64, 65, 127, 128, 640):
        log.edit("Ann", (5 * line, 5 * line + 4, "abcd"))
    log.edit("Bob", (5 * 100, 5 * 900, ""))
    log.edit("Cid", (0, 0, "x\n" * 200))

    found = [n for n, author in enumerate(log.authors) if author == "Ann"]
    assert found == [200, 263, 264, 265, 399]
    assert log.authors[:200] == ["Cid"] * 200
    assert len(log.authors) == 400


def test_the_author_of_version_0_is_listed_while_a_line_is_left() -> None:
    log = Log("a\nb")
    log.edit("Ann", (0, 1, "x"))
    assert log.blame.authors() == ["Ann", "Host"]
    log.edit("Bob", (2, 3, "y"))
    assert log.blame.authors() == ["Ann", "Bob"]


CODES = st.text("ab\n😀", max_size=12)


@given(st.lists(st.tuples(CODES, st.integers(0, 20), st.integers(0, 6)), max_size=8))
def test_each_line_has_a_source_and_is_of_its_author(
    edits: list[tuple[str, int, int]],
) -> None:
    log = Log("one\ntwo\nthree")
    known = {("Host", line) for line in ("one", "two", "three")}
    for number, (insert, start, length) in enumerate(edits):
        start = min(start, log.text.length)
        end = min(start + length, log.text.length)
        changes = ChangeSet.replacing(log.text.length, [(start, end, to_units(insert))])
        if changes.splits_pair(log.text):
            continue
        log.change(f"P{number}", changes)
        lines = str(log.text).split("\n")

        assert len(log.authors) == len(lines)
        for author, line in zip(log.authors, lines, strict=True):
            # A line of another author has been the same line before.
            assert author == f"P{number}" or (author, line) in known
        known |= set(zip(log.authors, lines, strict=True))
