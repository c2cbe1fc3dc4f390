"""What a program prints looks as on a terminal, however it arrives."""

from __future__ import annotations

import re
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.outputs import STREAM
from jupyter_pairedit.core.screen import BLOCK, HEIGHT, WIDTH
from jupyter_pairedit.core.sgr import DEFAULT, Style
from jupyter_pairedit.core.streams import Stream, plain

RED, RESET = "\x1b[31m", "\x1b[0m"
Cell = tuple[str, str]
NEWLINE: Cell = ("\n", "")

SEQUENCES = [
    *("\x1b[31m", "\x1b[1;38;5;9m", "\x1b[48;2;1;2;3m", "\x1b[m", "\x1b[39;22m"),
    *("\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[J"),
    *("\x1b[A", "\x1b[2A", "\x1b[0B", "\x1b[30A", "\x1b[3C", "\x1b[2D", "\x1b[5G"),
    *("\x1b[E", "\x1b[F", "\x1b[2F", "\x1b[99999999C", "\x1b[99999999B"),
]
DROPPED = [
    *(
        "\x1b[2J",
        "\x1b[1;2A",
        "\x1b[?25l",
        "\x1b[>4m",
        "\x1b[10;20H",
        "\x9b3S",
        "\x1b(B",
        "\x1bc",
    ),
    "\x1b]8;;https://example.org\x1b\\",
    "\x1b]0;title\x07",
    "\x1bPq#0\x1b\\",
    "\x1b_secret\x9c",
    "\x07",
    "\x0b",
]
PIECES = st.one_of(
    st.sampled_from([*SEQUENCES, *DROPPED, "\r", "\b", "\n", "\r\n", "\t"]),
    st.text("ab ü😀", min_size=1, max_size=6),
    st.integers(1, 3 * BLOCK).map("x".__mul__),
)


class SlowTerminal:
    """A screen of cells, one character after another, that fixes long lines alike."""

    def __init__(self) -> None:
        self.fixed: list[Cell] = []
        self.lines: list[list[Cell]] = [[]]
        self.row = self.cursor = 0
        self.style = DEFAULT

    @property
    def line(self) -> list[Cell]:
        return self.lines[self.row]

    @property
    def shown(self) -> list[Cell]:
        first, *others = self.lines
        return [*self.fixed, *first, *(c for line in others for c in [NEWLINE, *line])]

    def write(self, piece: str) -> None:
        if piece in SEQUENCES and piece.endswith("m"):
            self.style = self.style.after(piece[2:-1])
        elif piece in SEQUENCES and piece[-1] in "KJ":
            self.erase(piece[2:-1])
            if piece[-1] == "J":
                del self.lines[self.row + 1 :]
        elif piece in SEQUENCES:
            self.move(piece[-1], max(int(piece[2:-1] or 1), 1))
        elif piece not in DROPPED:
            for character in piece:
                self.put(character)

    def put(self, character: str) -> None:
        if character == "\n":
            self.row, self.cursor = self.row + 1, 0
            if self.row == len(self.lines):
                self.lines.append([])
            self.scroll()
        elif character == "\r":
            self.cursor = 0
        elif character == "\b":
            self.cursor = max(self.cursor - 1, 0)
        else:
            while len(self.line) <= self.cursor:
                self.line.append((" ", ""))
            self.line[self.cursor] = (character, self.style.codes)
            self.cursor += 1
            self.scroll()

    def scroll(self) -> None:
        while len(self.lines) > HEIGHT or sum(map(len, self.lines)) >= 2 * BLOCK:
            if len(self.lines) > 1:
                self.fixed += [*self.lines.pop(0), NEWLINE]
                self.cursor = self.cursor if self.row else 0
                self.row = max(self.row - 1, 0)
            else:
                self.fixed += self.line[:BLOCK]
                del self.line[:BLOCK]
                self.cursor = max(self.cursor - BLOCK, 0)

    def move(self, where: str, count: int) -> None:
        self.row += {"A": -count, "F": -count, "B": count, "E": count}.get(where, 0)
        self.row = min(max(self.row, 0), len(self.lines) - 1)
        if where in "EFG":
            self.cursor = count - 1 if where == "G" else 0
        self.cursor += {"C": count, "D": -count}.get(where, 0)
        self.cursor = min(max(self.cursor, 0), max(len(self.line), WIDTH))

    def erase(self, what: str) -> None:
        if what == "1":
            for at in range(min(self.cursor + 1, len(self.line))):
                self.line[at] = (" ", "")
        else:
            del self.line[0 if what == "2" else self.cursor :]


def cells(part: str) -> list[Cell]:
    """Read a part that holds text and SGR, which begins in the default style."""
    found, style = [], DEFAULT
    for codes, text in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b])", part):
        if text:
            found.append((text, style.codes))
        else:
            style = style.after(codes)
    assert style == DEFAULT, "a part ends in the default style"
    return found


def shown(parts: list[str]) -> list[Cell]:
    return [cell for part in parts for cell in cells(part)]


def cut(text: str, at: list[int]) -> list[str]:
    """Cut a text at some positions, inside of sequences too."""
    cuts = [0, *sorted(each % (len(text) + 1) for each in at), len(text)]
    return [text[a:b] for a, b in pairwise(cuts)]


@given(st.lists(PIECES, max_size=30), st.lists(st.integers(0), max_size=6))
def test_it_shows_what_a_terminal_shows(pieces: list[str], at: list[int]) -> None:
    terminal, stream = SlowTerminal(), Stream()
    for piece in pieces:
        terminal.write(piece)
    parts: list[str] = []
    for text in cut("".join(pieces), at):
        parts += stream.write(text)
        assert all(len(part.encode()) <= STREAM for part in [*parts, stream.text])

    open_part = stream.text
    assert stream.close() == open_part
    assert shown([*parts, open_part]) == terminal.shown


@given(st.text("\x1b[]m0;:\\Pé?\x9b\x9d\x07\n\rK\0\ud800", max_size=60))
def test_nothing_but_colours_is_left_of_sequences(text: str) -> None:
    result = plain(text)

    assert not re.search(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]", result)
    assert not re.search(r"\x1b(?!\[[0-9;]*m)", result)
    assert "\x1b" not in re.sub(r"\x1b\[[0-9;]*m", "", result)
    result.encode()


def test_a_progress_bar_is_one_output() -> None:
    stream = Stream()
    closed = []
    for done in range(10_000):
        closed += stream.write(f"\r{done / 100:6.2f}% " + "#" * (done // 200))

    assert closed == []
    assert stream.text == " 99.99% " + "#" * 49


def test_nested_progress_bars_stay_where_they_are() -> None:
    """What tqdm prints for a bar inside of another."""
    stream = Stream()
    for outer in range(3):
        stream.write(f"\router: {outer}/3")
        for inner in range(5):
            stream.write(f"\n\rinner: {inner}/5\x1b[A")
        stream.write("\n\r          \r\x1b[A")
    stream.write("\router: 3/3\n")

    assert stream.text == "outer: 3/3\n          "


def test_bars_one_below_the_other_are_redrawn() -> None:
    stream = Stream()
    stream.write("start\n")
    for done in range(100):
        stream.write("\x1b[2F" if done else "")
        stream.write(f"\x1b[32mone {done}\x1b[m\x1b[K\ntwo {done}\n")

    assert stream.text == "start\n\x1b[32mone 99\x1b[0m\ntwo 99\n"


def test_the_cursor_does_not_leave_the_screen() -> None:
    stream = Stream()
    stream.write("".join(f"{number}\n" for number in range(HEIGHT + 10)))
    stream.write("\x1b[999999999Atop\x1b[999999999999Cend")
    lines = stream.text.split("\n")

    assert lines[:11] == [*map(str, range(11))]
    assert lines[11] == f"{'top':{WIDTH}}end"
    assert lines[12:] == [*map(str, range(12, HEIGHT + 10)), ""]


def test_a_long_text_is_cut_into_parts_that_do_not_change() -> None:
    text = "".join(f"line {number} ü\n" for number in range(3_000))
    stream, parts = Stream(), []
    for start in range(0, len(text), 100):
        parts += stream.write(text[start : start + 100])

    assert "".join([*parts, stream.text]) == text
    assert all(STREAM // 2 < len(part.encode()) <= STREAM for part in parts)


@pytest.mark.parametrize("character", ["x", "ü", "😀"])
def test_a_line_without_end_is_cut_between_characters(character: str) -> None:
    stream = Stream()
    parts = stream.write(character * 20_000)

    assert "".join([*parts, stream.text]) == character * 20_000
    assert all(len(part.encode()) <= STREAM for part in [*parts, stream.text])


def test_a_line_whose_characters_all_have_a_colour_is_cut() -> None:
    stream, text = Stream(), "".join(f"\x1b[38;2;{n % 256};1;1mx" for n in range(3_000))
    parts = stream.write(text)

    assert len(shown([*parts, stream.text])) == 3_000
    assert all(len(part.encode()) <= STREAM for part in [*parts, stream.text])


def test_a_colour_goes_on_in_the_next_part() -> None:
    stream = Stream()
    assert stream.write(f"{RED}a") == []
    assert stream.close() == f"{RED}a{RESET}"
    stream.write("b")

    assert stream.text == f"{RED}b{RESET}"


def test_a_control_string_without_end_hides_its_line_only() -> None:
    assert plain("a\x1b]0;hidden\nb") == "a\nb"


def test_a_megabyte_in_a_control_string_is_not_kept() -> None:
    stream = Stream()
    stream.write("\x1b]0;")
    tracemalloc.start()
    for _ in range(100):
        stream.write("x" * 10_000)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 20_000
    assert stream.write("\x07ok") == [] and stream.text == "ok"


@pytest.mark.parametrize(
    ("parameters", "codes"),
    [
        ("", ""),
        ("1;31", "1;31"),
        ("97;100", "97;100"),
        ("38;5;200;1", "1;38;5;200"),
        ("38:5:200", "38;5;200"),
        ("38;2;1;2;3", "38;2;1;2;3"),
        ("38:2::1:2:3", "38;2;1;2;3"),
        ("48:2:1:2:3", "48;2;1;2;3"),
        ("4:3", "4"),
        ("4;4:0", ""),
        ("1;2;22;3", "3"),
        ("31;39", ""),
        ("41;49", ""),
        ("38;5;256", ""),
        ("38;2;1;2", ""),
        ("38", ""),
        ("5;8", ""),
        ("31;0;1", "1"),
        ("9" * 50, ""),
        ("²", ""),
    ],
)
def test_a_style_has_one_form(parameters: str, codes: str) -> None:
    assert DEFAULT.after(parameters).codes == codes
    assert Style().after(codes).codes == codes
