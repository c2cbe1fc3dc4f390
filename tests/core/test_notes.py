"""Lines of code that a person should look at before they are run."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.notes import LONGEST, MOST, Note, notes


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "  %time f()",
        "%%bash",
        "!curl example.org",
        "files = !ls",
        "x = %who_ls",
        "print?",
        "?print",
        "f??",
    ],
)
def test_a_magic_or_a_command_of_the_shell_is_noted(line: str) -> None:
    assert notes(f"x = 1\n{line}\n") == [Note(2, line, command=True)]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x = a % b",
        "x != y",
        'print("100 %")',
        "# what is this?",
        'x = "= !no"',
        "if not a: b = c",
        "\tindented",
        "naïve = 'Ünïcödé 日本語'",
        "s = '👩\u200d💻 ❤\ufe0f 1\ufe0f\u20e3'",
        "s = 'می\u200cشود'",
        "s = '🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f'",
    ],
)
def test_ordinary_code_is_not_noted(line: str) -> None:
    assert notes(line) == []


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
        ("\u200b", "U+200B"),
        ("\u200d", "U+200D"),
        ("\u00a0", "U+00A0"),
        ("\u00ad", "U+00AD"),
        ("\u3164", "U+3164"),
        ("\u2800", "U+2800"),
        ("\ufeff", "U+FEFF"),
        ("\x08", "U+0008"),
        ("\r", "U+000D"),
        ("\ufe0f", "U+FE0F"),
        ("\U000e0041", "U+E0041"),
        ("\u2028", "U+2028"),
    ],
)
def test_a_character_that_cannot_be_seen_is_noted(character: str, name: str) -> None:
    line = f"x = 1{character}0{character}"

    assert notes(line) == [Note(1, line, (name,))]


def test_the_notes_are_limited() -> None:
    found = notes(f"!{'x' * 1_000}\n" * 1_000)

    assert len(found) == MOST
    assert {len(each.text) for each in found} == {LONGEST}
