"""Names as they are shown: what is kept, what is dropped, where they are cut."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.names import clean_name, guest_author, visible

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
ALI_REZA = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann", "Ann"),
        ("  Ann \n B ", "Ann B"),
        ("Ann\nB", "Ann B"),
        ("\u202eevil\u200b", "evil"),
        ("\u2067evil\u2069\u200f", "evil"),
        ("a\u00adb\u2060c\ufeff", "abc"),
        ("\x1b[31m", "[31m"),
        ("e\u0301", "é"),
        ("x" * 100, "x" * 40),
    ],
)
def test_invisible_characters_are_dropped(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@pytest.mark.parametrize(
    "name", ["", "\u200b\n", "\u200d", "\u3164", "\u2800 \u115f", "\u034f", "\ufdd0"]
)
def test_a_name_without_visible_characters_is_replaced(name: str) -> None:
    assert clean_name(name) == "Somebody"


@pytest.mark.parametrize(
    "name",
    [
        "👩\u200d💻 Guest",
        ALI_REZA,
        "क\u094d\u200dष",
        "👩🏽\u200d🚀",
        "🙂\u200d↔️",
        "🏴\u200d☠️",
        f"{ENGLAND} Kim",
        "🫩 newer than this Python",
        "1️⃣ ❤️",
        "שָׁלוֹם",
        "\u0601\u0661",  # an Arabic number sign
    ],
)
def test_a_name_is_kept_as_it_was_typed(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u200dAnn\u200c", "Ann"),
        ("Ann \u200dB", "Ann B"),
        ("A\u200d\u202enn", "A\u200dnn"),
        ("a\u200d\u200c\u200db", "a\u200db"),
        ("3\u200d4", "34"),
        ("a\U000e0067\U000e007f", "a"),
    ],
)
def test_a_joiner_that_joins_nothing_is_dropped(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@pytest.mark.parametrize(
    "character",
    [FAMILY, ENGLAND, "🇩🇪", "👍🏽", "e\u0323\u0301", "क\u094dष", "각\u0301", "1️⃣"],
)
def test_a_cut_splits_no_character(character: str) -> None:
    assert clean_name(visible(character) * 50) == visible(character) * 40


def test_an_endless_emoji_is_cut_all_the_same() -> None:
    assert len(clean_name("👩\u200d" * 10_000 + "👩")) < 500


def test_stacked_marks_do_not_cover_the_lines_around() -> None:
    assert clean_name("Z" + "\u0300" * 99 + "o") == "Z" + "\u0300" * 5 + "o"
    assert clean_name("ก" + "\u0e47" * 99) == "ก" + "\u0e47" * 5


def test_the_log_distinguishes_a_guest_from_a_member() -> None:
    assert guest_author("👩\u200d💻") == "👩\u200d💻 (guest)"
