"""From a model's answer to the suggestion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.prompts import Prompt, prompt_at
from jupyter_pairedit.core.suggesting import is_settled, suggestion


def at(code: str) -> Prompt:
    """Return the prompt for code with the caret at "|"."""
    return prompt_at(code.replace("|", "", 1), code.index("|"), "python")


@pytest.mark.parametrize(
    ("code", "answer", "text"),
    [
        # A line: up to the first line end.
        ("x = |", "1 + 2\ny = 3", "1 + 2"),
        ("x = |", "1\r\ny", "1"),
        ("x = |", "\n1", ""),
        # The caret's line is repeated.
        ("def f(a):|", "def f(a):\n    return a", "\n    return a"),
        ("    return |", "return a + b", "a + b"),
        ("    return |", "    return a + b", "a + b"),
        ("ab|", "abc", "abc"),
        # What stands after the caret.
        ("print(|)", "x)", "x"),
        ("print(|)", "f(x)", "f(x)"),
        ("print(|)", "f(x))", "f(x)"),
        ("h(f(|))", "g(x))", "g(x)"),
        ("s = '|'", "abc'", "abc"),
        ("s = f('|')", "abc')", "abc"),
        ("f(|, b)", "a, b)", "a"),
        ("x = [|]", "a[0]", "a[0]"),
        ("x = |  # all", "1  # all", "1"),
        # A block.
        ("def f():|", "\n    return 1\n\nprint(f())", "\n    return 1"),
        ("def f():\n    |", "return 1\n\nprint(f())", "return 1"),
        ("def f():\n    |", "return 1\n\n\n", "return 1"),
        ("x = [|", "\n    1,\n]\ny = 2", "\n    1,\n]"),
        ("|", "\n".join(f"a{n} = 1" for n in range(20)), None),
        # Lines that stand below.
        ("a = 1\n|\nb = 2\nc = 3", "x = 5\nb = 2\nc = 3", "x = 5"),
        ("a = 1\n|\nb = 2\nc = 3", "x = 5\nc = 3\nd = 4", "x = 5"),
        ("a = 1\n|\nb = 2", "b = 2", ""),
        ("a = |\nb = 2", "1", "1"),
        ("b = |\nb = 2", "2", ""),
        # No suggestion.
        ("a = 1\n|", "a = 1", ""),
        ("|", "  \n \n", ""),
        ("|", "a\na\na\na", ""),
        ("|", "x" * 5_000, ""),
        # Text that cannot be stored or that hides something.
        ("x = |", "a\0\ud800\u202eb", "ab"),
        # Blanks that stand before the caret already, or that Python does not permit.
        ("x = |", " 1", "1"),
        ("x =|", " 1", " 1"),
        ("x = 1 |", " # one", " # one"),
        ("def f():\n    |", "   return 1", "return 1"),
        ("def f():\n    |", "    x = 1\n    return x", "x = 1\n    return x"),
        ("def f():\n|", "    x = 1\n    return x", None),
        ("def f():\n    a = 1\n    |", "   return a", "return a"),
        ("def f():\n    a = 1\n|", "    return a", None),
        ("def f():\n\ta = 1\n\t|", "    return a", "return a"),
        ("x = f(a,\n    |", "      b)", None),
        # Fences, which are code where the code has some.
        ("a = 1\n|", "b = 2\n```\nThis sets b.", "b = 2"),
        ("a = 1\n|", "```python\nb = 2\n```", "b = 2"),
        ("x = |", "```python", ""),
        ('"""\n```\nf()\n|', "g()\n```", None),
        # Tokens.
        ("x = |", "1<|fim_pad|>2", "1"),
        ("x = |", "1</s>", "1"),
        ("x = '<s>|", "1</s>'", None),
        ("x = |", "1STOP2", "1"),
    ],
)
def test_an_answer_becomes_a_suggestion(
    code: str, answer: str, text: str | None
) -> None:
    found = suggestion(answer, at(code), stops=("STOP",))

    whole, *_ = answer.partition("\na12")
    assert found == (whole if text is None else text)


@pytest.mark.parametrize(
    ("code", "answer", "text"),
    [
        ("x = |", "```python\n1\n```", "1"),
        ("x = |", "```python\n1", "1"),
        ("x = |", "```\nx = 1\n```\nThis sets x.", "1"),
        ("x = |", "Here is the code:\n```python\n1\n```", "1"),
        ("x = |", "<think>maybe 2?\n</think>\n```\n1\n```", "1"),
        ("x = |", "<think>maybe 2?", ""),
        ("x = |", "1", "1"),
        ("x = |", "<COMPLETION>1</COMPLETION>", "1"),
        ("x = |", "Sure! Here is the completion: 1", ""),
        ("x = |", "The code continues as follows:\n\nx = 1", ""),
        ("|", "Here = 1", "Here = 1"),
        ("def f():|", "def f():\n    return 1\n\nf()", "\n    return 1"),
        ("a = 1\ndef f():|", "```\na = 1\ndef f():\n    return 1", "\n    return 1"),
        ("def f():\n    |", "```\n    return 1\n```", "return 1"),
        ("def f():\n    |", "```\ndef f():\n    return 1\n```", "return 1"),
    ],
)
def test_the_answer_of_a_chat_is_unwrapped(code: str, answer: str, text: str) -> None:
    assert suggestion(answer, at(code), chat=True) == text


LINES = ["a = 1", "    b = 2", "    return x", "}", "", "def f():", "    ", "(", "x)"]
texts = st.lists(st.sampled_from(LINES), max_size=6).map("\n".join)


@given(texts, texts, texts, st.booleans())
def test_what_is_accepted_repeats_no_line_of_the_suffix(
    before: str, after: str, answer: str, chat: bool
) -> None:
    prompt = prompt_at(before + after, len(before), "python")

    text = suggestion(answer, prompt, chat=chat)

    below = [line.rstrip() for line in after.split("\n")[1:] if line.strip()]
    inserted = (prompt.line + text + prompt.rest).split("\n")
    began = bool(prompt.line.strip())
    for number, line in enumerate(inserted if text else []):
        # A line that the person has begun may be equal to one further down.
        known = below[:1] if began and number == 0 else below
        written = any(map(str.isalnum, line)) or below[:1] == [line.rstrip()]
        if number == 0 and prompt.mode == "line" and not text.strip():
            continue
        assert not (written and line.rstrip() in known), (prompt, text)


@given(texts, texts, texts, st.booleans(), st.text("a\n` )", max_size=9))
def test_an_answer_is_settled_if_more_of_it_changes_nothing(
    before: str, after: str, answer: str, chat: bool, more: str
) -> None:
    prompt = prompt_at(before + after, len(before), "python")

    if is_settled(answer, prompt, chat=chat):
        now = suggestion(answer, prompt, chat=chat)
        assert suggestion(answer + more, prompt, chat=chat) == now


@pytest.mark.parametrize(
    ("code", "answer", "settled"),
    [
        ("x = |", "1", False),
        ("x = |", "1\n", True),
        ("def f():|", "\n    return 1\n", False),
        ("def f():|", "\n    return 1\nf()", False),
        ("def f():|", "\n    return 1\nf()\n", True),
        ("|", "a\n" * 3, False),
        ("|", "".join(f"a{n}\n" for n in range(13)), True),
        ("x = |", "1<|endoftext|>", True),
    ],
)
def test_the_connection_can_be_closed_when_the_line_or_block_is_complete(
    code: str, answer: str, settled: bool
) -> None:
    assert is_settled(answer, at(code)) is settled
