"""Names of people and titles of things, made fit to be shown beside other text."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 40
"""Characters of a person's name, as a reader counts them: grapheme clusters."""

_GUEST = "(guest)"

_JOINERS = "\u200c\u200d"
"""ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER: Persian, Indic scripts and emoji are
written with them."""
_WITHOUT_JOINERS = dict.fromkeys(map(ord, _JOINERS))
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters, marks and symbols that show nothing or look like a blank."""
_FLAG = "\U0001f3f4"
"""The black flag. Tag characters after it spell a region: England, Scotland, Wales."""

_MOST_MARKS = 5
"""Marks on one letter. Tibetan has as many; more of them cover the lines around."""
_LONGEST_CLUSTER = 12
"""Code points counted as one character. The longest emoji has ten."""


def clean_name(name: str) -> str:
    """Return a name of 1 to 40 characters, none invisible; "Somebody" if none is left.

    A cut never splits a character such as an emoji or a letter with its marks.
    """
    return _cleaned(name) or "Somebody"


def given_name(name: str) -> str:
    """Return the name that a person with a login may have, cleaned; "" if none is left.

    The suffix of guests is removed: with it, the person would pass as a guest.
    """
    cleaned = _cleaned(name)
    while cleaned.endswith(_GUEST):
        cleaned = cleaned.removesuffix(_GUEST).strip()
    return cleaned


def _cleaned(name: str) -> str:
    return _shortened(visible(name), LONGEST_NAME).strip()


def guest_author(name: str) -> str:
    """Return the author that the log records for a guest of that name.

    The suffix keeps a guest from passing as a member of the same name.
    """
    return f"{clean_name(name)} {_GUEST}"


def visible(text: str) -> str:
    """Return one line of text without invisible characters and direction controls.

    Joiners stay between letters or emoji, where they change what is shown. Runs of
    white space become one blank.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    words = unicodedata.normalize("NFC", text).split()
    shown = " ".join("".join(filter(_is_visible, word)) for word in words)
    kept: list[str] = []
    for place, character in enumerate(shown):
        following = shown[place + 1 : place + 2]
        if _fits(character, "".join(kept[-_MOST_MARKS:]), following):
            kept.append(character)
    return " ".join("".join(kept).split())


def without_joiners(name: str) -> str:
    """Return what two names that look alike have in common: both without joiners."""
    return name.translate(_WITHOUT_JOINERS)


def _is_visible(character: str) -> bool:
    """Whether a character shows something or, as a joiner or a tag, may change it."""
    match unicodedata.category(character):
        case "Cc" | "Cs" | "Co":
            return False
        case "Cf":
            # The number signs of Arabic are format characters that are shown.
            number_sign = unicodedata.bidirectional(character) == "AN"
            return number_sign or character in _JOINERS or _is_tag(character)
        case "Cn":
            # Emoji and letters newer than this Python; U+xxFFFE and U+xxFFFF never are.
            return (
                0x10000 <= ord(character) < 0x40000
                and ord(character) & 0xFFFE != 0xFFFE
            )
        case _:
            return character not in _BLANKS


def _fits(character: str, before: str, following: str) -> bool:
    """Whether a joiner, tag or mark belongs where it stands; all else does."""
    last = before[-1:]
    if character in _JOINERS:
        return _is_joined(last, "LMS") and _is_joined(following, "LS")
    if _is_tag(character):
        return last == _FLAG or _is_tag(last)
    if _is_mark(character):
        return len(before) < _MOST_MARKS or not all(map(_is_mark, before))
    return True


def _is_joined(neighbour: str, categories: str) -> bool:
    """Whether a character is a letter, mark or symbol, or newer than this Python."""
    return (
        neighbour != ""
        and unicodedata.category(neighbour)[0] in categories + "C"
        and (neighbour not in _JOINERS)
    )


def _shortened(text: str, most: int) -> str:
    """Return the first ``most`` characters, counted nearly as UAX #29 does."""
    if text.isascii():
        return text[:most]
    count = length = 0
    for place in range(len(text)):
        length += 1
        if not _continues(text, place) or length > _LONGEST_CLUSTER:
            count, length = count + 1, 1
        if count > most:
            return text[:place]
    return text


def _continues(text: str, place: int) -> bool:
    """Whether the code point at ``place`` belongs to the character before it."""
    if place == 0:
        return False
    before, character = text[place - 1], text[place]
    return (
        character in _JOINERS
        or before == "\u200d"
        or unicodedata.category(character)[0] == "M"
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or _is_tag(character)
        or (unicodedata.combining(before) == 9 and character.isalpha())  # virama
        or "\u1160" <= character <= "\u11ff"  # the later letters of a Hangul syllable
        or (_is_half_flag(character) and _half_flags(text[:place]) % 2 == 1)
    )


def _half_flags(text: str) -> int:
    """Count the regional indicators at the end: two of them make a flag."""
    count = 0
    while count < len(text) and _is_half_flag(text[-1 - count]):
        count += 1
    return count


def _is_half_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_tag(character: str) -> bool:
    return "\U000e0020" <= character <= "\U000e007f"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}
