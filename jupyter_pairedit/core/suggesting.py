"""From the answer of a language model to the text that is suggested.

The answer arrives in pieces. ``is_settled`` says when no further piece can change the
suggestion, so that the connection can be closed at that point.
"""

from __future__ import annotations

import re
from collections import Counter

from .prompts import OPENERS, Prompt, first_special, opens_block

MOST_LINES = 12
MOST_BYTES = 4 * 1024
_REPEATED = 4
"""A suggestion with the same line this often is none."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_THINKING = re.compile(r"\s*<think>(?:.*?</think>|.*)", re.DOTALL)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*(?:\n|$)", re.MULTILINE)
_FENCE_END = re.compile(r"^[ \t]*(?:```|~~~)[ \t]*(?:\n|\Z)", re.MULTILINE)
_MARKER = re.compile(r"\A\s*<COMPLETION>\s?|\s?</COMPLETION>\s*\Z")
"""What some models of chats put around their answer."""
_PROSE = re.compile(
    r"\s*(?:Sure|Certainly|Of course|Here(?:'s| is| are)|I'm sorry|I cannot"
    r"|The (?:code|completion|missing|function)|To complete)\b[^=(\n]*(?:[.:!,\n]|\Z)"
)
"""How an answer begins that explains."""
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_QUOTES = "\"'`"
ENDS = ")]}\"'`,;: "
"""What may stand after the caret without being a reason to end a suggestion there."""
_LEAST_REPEATED = 3
"""Characters of a line that an answer repeats: fewer may begin the answer itself."""


def suggestion(
    answer: str, prompt: Prompt, *, stops: tuple[str, ...] = (), chat: bool = False
) -> str:
    """Return the text to insert at the caret; empty if the answer has none.

    ``stops`` end the answer. ``chat``: the answer may be in a fence, after words.
    """
    text = _cleaned(_ended(answer, stops))
    # The last token of older models is a tag of HTML as well.
    text = text if "<s>" in text + prompt.line else text.removesuffix("</s>")
    text = _unwrapped(text, prompt, chat)
    text = _without_repeated_line(text, prompt, chat)
    text = _without_blanks(text, prompt)
    if prompt.mode == "line":
        return _accepted(_without_overlap(text.partition("\n")[0], prompt), prompt)
    lines = text.split("\n")
    return _accepted("\n".join(lines[: _end_of_block(lines, prompt)]), prompt)


def is_settled(
    answer: str, prompt: Prompt, *, stops: tuple[str, ...] = (), chat: bool = False
) -> bool:
    """Return whether what follows the answer cannot change ``suggestion``."""
    ended = _ended(answer, stops)
    if len(ended) < len(answer) or len(answer) > 2 * MOST_BYTES:
        return True
    if chat:
        if "<think>" in ended and "</think>" not in ended:
            return False
        fence = _FENCE.search(ended)
        # The next line may be the fence.
        words = fence is None and not _after_repeated(ended, prompt).startswith(
            prompt.line.strip() or "\0"
        )
        if words and ended.count("\n") <= MOST_LINES:
            return False
        if fence and (end := _FENCE_END.search(ended, fence.end())):
            return end[0].endswith("\n")
    text = _unwrapped(_cleaned(ended), prompt, chat)
    if _may_repeat_line(_after_repeated(text, prompt) if chat else text, prompt):
        return False
    text = _without_repeated_line(text, prompt, chat)
    whole = text.split("\n")[:-1]
    if prompt.mode == "line":
        return bool(whole)
    return _end_of_block(whole, prompt) < len(whole)


def _ended(answer: str, stops: tuple[str, ...]) -> str:
    found = [answer.find(stop) for stop in stops if stop]
    found.append(first_special(answer))
    return answer[: min((at for at in found if at >= 0), default=len(answer))]


def _cleaned(answer: str) -> str:
    return _UNSTORABLE.sub("", answer.replace("\r\n", "\n").replace("\r", "\n"))


def _unwrapped(answer: str, prompt: Prompt, chat: bool) -> str:
    """Return the code in an answer. A fence of it may have no end.

    Other models than those of chats have learned from Markdown, too: an answer may
    begin with a fence, or end with one that was never opened.
    """
    if chat:
        answer = _MARKER.sub("", _THINKING.sub("", answer, count=1))
        fence = _FENCE.search(answer)
        if fence is None and _PROSE.match(answer):
            return ""
    elif _has_fences(prompt):
        return answer
    else:
        fence = _FENCE.match(answer)
    start = fence.end() if fence else 0
    end = _FENCE_END.search(answer, start) if fence or not chat else None
    return answer[start : end.start() if end else len(answer)]


def _has_fences(prompt: Prompt) -> bool:
    """Return whether a fence may be part of the code."""
    fenced = _FENCE.search(prompt.before) or _FENCE.search(prompt.after)
    return prompt.language == "markdown" or fenced is not None


def _without_blanks(text: str, prompt: Prompt) -> str:
    """Drop blanks at the beginning of an answer that are too many after those before.

    On a line with code, that is a second one, but before a comment. On a blank line of
    Python, it is an indentation that is deeper than the line above permits.
    """
    line, begun = prompt.line, text.lstrip(" \t")
    if line.strip():
        is_second = line[-1] == " " and text[:1] == " " and begun[:1] != "#"
        return begun if is_second else text
    above = prompt.before.rstrip().rpartition("\n")[2]
    goes_on = above.endswith(OPENERS[1:])
    deeper = opens_block(above) and _indent(line) <= _indent(above)
    if prompt.language != "python" or goes_on or deeper or begun[:1] in ("", "\n"):
        return text
    blanks = line + text[: len(text) - len(begun)]
    return begun if _indent(blanks) > max(_indent(line), _indent(above)) else text


def _without_repeated_line(text: str, prompt: Prompt, chat: bool) -> str:
    """Drop the caret's line from the beginning of an answer that repeats it.

    A chat may repeat the lines above it as well.
    """
    rest = _after_repeated(text, prompt) if chat else text
    line = prompt.line
    stripped = line.strip()
    if not stripped:
        above = prompt.before.rstrip().rpartition("\n")[2]
        deeper = opens_block(above) and not chat
        return text if deeper else rest.removeprefix(line)
    begun = rest.lstrip()
    if len(stripped) < _LEAST_REPEATED or not begun.startswith(stripped):
        return text
    if rest.startswith(line):
        return rest[len(line) :]
    rest = begun[len(stripped) :]
    return rest.lstrip(" \t") if line[-1].isspace() else rest


def _after_repeated(text: str, prompt: Prompt) -> str:
    """Return an answer without the lines that stand above the caret."""
    known = {each.strip() for each in prompt.before.split("\n")[:-1]}
    rest = text
    while "\n" in rest and rest.partition("\n")[0].strip() in known:
        rest = rest.partition("\n")[2]
    return rest


def _may_repeat_line(text: str, prompt: Prompt) -> bool:
    """Return whether an answer so far is the beginning of the caret's line."""
    begun = text.strip()
    return "\n" not in text.lstrip() and prompt.line.strip().startswith(begun)


def _without_overlap(text: str, prompt: Prompt) -> str:
    """Drop the end of a line that stands after the caret already."""
    rest = prompt.rest.rstrip()
    unmatched = _unmatched(text)
    whole = len(text) - len(rest)
    if rest and text.endswith(rest) and unmatched.issuperset(range(whole, len(text))):
        return text[:whole]
    start = len(text)
    while start > 0 and text[start - 1] in ENDS and start - 1 in unmatched:
        start -= 1
    for first in range(start, len(text)):
        if rest.startswith(text[first:]):
            return text[:first]
    return text


def _unmatched(text: str) -> set[int]:
    """Return the positions of all characters that close nothing ``text`` opens."""
    depths = Counter[str]()
    found = set[int]()
    for at, each in enumerate(text):
        if each in _CLOSERS and depths[_CLOSERS[each]]:
            depths[_CLOSERS[each]] -= 1
        elif each not in _QUOTES or text.count(each) % 2:
            found.add(at)
        depths[each] += 1
    return found


def _end_of_block(lines: list[str], prompt: Prompt) -> int:
    """Return how many lines of an answer belong to the caret's block."""
    line = prompt.line
    indent = _indent(line)
    deeper = opens_block(line)
    below = [each.rstrip() for each in prompt.after.split("\n")[1:] if each.strip()]
    known = {each for each in below if any(map(str.isalnum, each))} | set(below[:1])
    for number, each in enumerate(lines[:MOST_LINES]):
        whole = (line + each if number == 0 else each).rstrip()
        begun_here = number > 0 or not line.strip()
        if whole and whole in (known if begun_here else below[:1]):
            return number
        if number == 0 or not each.strip():
            continue
        column = _indent(each)
        if column < indent:
            return number
        if deeper and column == indent:
            # A closing bracket belongs to the block that it closes.
            return number + (each.lstrip()[0] in _CLOSERS)
    return min(len(lines), MOST_LINES)


def _indent(line: str) -> int:
    blanks = line[: len(line) - len(line.lstrip())]
    return len(blanks.expandtabs(4))


def _accepted(text: str, prompt: Prompt) -> str:
    """Return a suggestion, or nothing for what is certainly none."""
    text = re.sub(r"(?:\n[ \t]*)+\Z", "", text)
    lines = [each.rstrip() for each in (prompt.line + text).split("\n")]
    counts = Counter(each.strip() for each in lines if each.strip())
    above = prompt.before.split("\n")[:-1]
    below = next((e.rstrip() for e in prompt.after.split("\n")[1:] if e.strip()), None)
    if (
        not text.strip()
        or len(text.encode()) > MOST_BYTES
        or max(counts.values(), default=0) >= _REPEATED
        or (above and lines[0].strip() and lines[0] == above[-1].rstrip())
        or (prompt.mode == "line" and lines[0] + prompt.rest.rstrip() == below)
    ):
        return ""
    if prompt.mode == "line" and not prompt.line.strip() and lines[0].strip():
        whole = lines[0] + prompt.rest.rstrip()
        if whole in (each.rstrip() for each in prompt.after.split("\n")[1:]):
            return ""
    return text
