"""Who wrote which line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.blame import Blame, Source
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.diff import smallest_change
from jupyter_pairedit.core.revisions import Kind, Revision
from jupyter_pairedit.core.text import Text, to_units

BEGAN = Source("Host", 0.0, "write")


class Log:
    """A room in which people type, and the blame of it."""

    def __init__(self, code: str) -> None:
        self.text = Text.of(code)
        self.blame = Blame(code, BEGAN)

    def change(self, author: str, changes: ChangeSet, kind: Kind = "edit") -> None:
        version = self.blame.version + 1
        revision = Revision(version, kind, "", author, float(version), changes)
        self.text = changes.apply(self.text)
        self.blame.take([revision])

    def edit(self, author: str, *edits: tuple[int, int, str]) -> None:
        units = [(start, end, to_units(text)) for start, end, text in edits]
        self.change(author, ChangeSet.replacing(self.text.length, units))

    def write(self, author: str, code: str) -> None:
        self.change(author, smallest_change(self.text, code), "write")

    @property
    def authors(self) -> list[str]:
        """The author of each line."""
        return [source.author for source in self.blame.sources()]


def test_a_room_begins_with_the_lines_of_who_made_it() -> None:
    assert list(Log("a\nb\n").blame.sources()) == [BEGAN] * 3
    assert list(Log("").blame.sources()) == [BEGAN]


def test_a_line_belongs_to_whom_changed_it_last() -> None:
    log = Log("one\ntwo\nthree")
    log.edit("Ann", (4, 4, "2: "))
    log.edit("Bob", (0, 1, "O"))
    log.edit("Bob", (4, 6, ""))

    assert log.authors == ["Bob", "Bob", "Host"]
    (first, *_) = log.blame.sources()
    assert first == Source("Bob", 2.0, "edit")
    assert log.blame.version == 3


def test_a_line_end_typed_at_either_end_of_a_line_makes_a_line_and_changes_none() -> (
    None
):
    log = Log("one\ntwo")
    log.edit("Ann", (3, 3, "\n    "))
    log.edit("Bob", (0, 0, "\n"))

    assert str(log.text) == "\none\n    \ntwo"
    assert log.authors == ["Bob", "Host", "Ann", "Host"]


def test_a_line_typed_key_by_key_before_another_leaves_that_one_alone() -> None:
    log = Log("two\nthree")
    for at, key in enumerate("one\n"):
        log.edit("Ann", (at, at, key))

    assert str(log.text) == "one\ntwo\nthree"
    assert log.authors == ["Ann", "Host", "Host"]


def test_a_line_that_its_author_has_made_again_what_it_was_is_unchanged() -> None:
    log = Log("one\ntwo")
    log.edit("Ann", (3, 3, "!"))
    log.edit("Ann", (4, 4, "!"))
    assert log.authors == ["Ann", "Host"]
    log.edit("Ann", (3, 5, ""))
    assert log.authors == ["Host", "Host"]


def test_a_line_that_is_cut_or_joined_is_changed() -> None:
    log = Log("onetwo\nthree\nfour")
    log.edit("Ann", (3, 3, "\n"))
    log.edit("Bob", (13, 14, ""))

    assert str(log.text) == "one\ntwo\nthreefour"
    assert log.authors == ["Ann", "Ann", "Bob"]


def test_deleting_whole_lines_changes_no_other() -> None:
    log = Log("one\ntwo\nthree\nfour")
    log.edit("Ann", (0, 4, ""), (13, 18, ""))

    assert str(log.text) == "two\nthree"
    assert log.authors == ["Host", "Host"]


def test_several_places_of_one_change_are_all_its_authors() -> None:
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


def test_a_whole_file_write_has_only_the_lines_that_it_changed() -> None:
    log = Log("def f():\n    return 1\n\nprint(f())\n")
    log.write("Bob", "def f():\n    return 0\n    return 1\n\nprint(f())\n")

    assert log.authors == ["Host", "Bob", "Host", "Host", "Host", "Host"]
    assert [source.kind for source in log.blame.sources()][:2] == ["write", "write"]


def test_lines_of_a_long_code_are_found_wherever_they_are() -> None:
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


def test_who_began_is_an_author_as_long_as_a_line_of_it_is_left() -> None:
    log = Log("a\nb")
    log.edit("Ann", (0, 1, "x"))
    assert log.blame.authors() == ["Ann", "Host"]
    log.edit("Bob", (2, 3, "y"))
    assert log.blame.authors() == ["Ann", "Bob"]


CODES = st.text("ab\n😀", max_size=12)


@given(st.lists(st.tuples(CODES, st.integers(0, 20), st.integers(0, 6)), max_size=8))
def test_there_is_a_source_for_each_line_and_typed_lines_are_their_typists(
    edits: list[tuple[str, int, int]],
) -> None:
    log = Log("one\ntwo\nthree")
    known = {("Host", line) for line in ("one", "two", "three")}
    for number, (insert, start, length) in enumerate(edits):
        start = min(start, log.text.length)
        end = min(start + length, log.text.length)
        changes = ChangeSet.replacing(log.text.length, [(start, end, to_units(insert))])
        if changes.tears_pair(log.text):
            continue
        log.change(f"P{number}", changes)
        lines = str(log.text).split("\n")

        assert len(log.authors) == len(lines)
        for author, line in zip(log.authors, lines, strict=True):
            # Whatever is not this person's has been the same line of somebody else.
            assert author == f"P{number}" or (author, line) in known
        known |= set(zip(log.authors, lines, strict=True))
