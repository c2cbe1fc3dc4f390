"""What is sent to a model: the window around the caret, in which no token steers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.fim import TEMPLATES, template_of
from jupyter_pairedit.core.prompts import AFTER, BEFORE, neutral, prompt_at, size
from jupyter_pairedit.core.text import Text, to_units


@st.composite
def codes(draw: st.DrawFn) -> tuple[str, int]:
    """Return code, and a position in it in UTF-16 units."""
    lines = draw(st.lists(st.text("ab ü😀", max_size=9), max_size=9))
    code = "\n".join(line * draw(st.sampled_from([1, 3, 400])) for line in lines)
    return code, draw(st.integers(0, size(code)))


@given(codes())
def test_the_window_is_the_code_around_the_caret(given: tuple[str, int]) -> None:
    code, cursor = given
    units = to_units(code)
    prompt = prompt_at(units, cursor, "python")

    before, after = to_units(prompt.before), to_units(prompt.after)
    if Text.of(code).splits_pair(cursor):
        cursor -= 1
    assert units[cursor - len(before) : cursor] == before
    assert units[cursor : cursor + len(after)] == after
    assert len(before) <= BEFORE and len(after) <= AFTER
    (prompt.before + prompt.after).encode()  # whole characters only


@given(codes())
def test_the_window_has_whole_lines_as_far_as_they_fit(given: tuple[str, int]) -> None:
    code, cursor = given
    units = to_units(code)
    prompt = prompt_at(units, cursor, "python")

    if Text.of(code).splits_pair(cursor):
        cursor -= 1
    start, end = cursor - size(prompt.before), cursor + size(prompt.after)
    if "\n" in prompt.before and start > 0:
        assert units[start - 1] == "\n"
    if "\n" in prompt.after and end < len(units):
        assert units[end] == "\n"


def test_a_line_that_is_longer_than_the_window_is_cut() -> None:
    code = "a" * 20_000

    prompt = prompt_at(code, 10_000, "python")

    assert (len(prompt.before), len(prompt.after)) == (BEFORE, AFTER)


@pytest.mark.parametrize(
    ("code", "mode"),
    [
        ("|", "block"),
        ("x = 1\n    |", "block"),
        ("def f():|", "block"),
        ("f(|", "block"),
        ("x = [1,|", "block"),
        ("x = |", "line"),
        ("f(|)", "line"),
        ("x = |  # all", "line"),
        ("def f():|\n    return 1", "block"),
    ],
)
def test_a_block_is_asked_for_where_one_begins(code: str, mode: str) -> None:
    assert prompt_at(code.replace("|", ""), code.index("|"), "python").mode == mode


TOKENS = [
    *("<|fim_prefix|>", "<|fim_middle|>", "<|im_start|>", "<|endoftext|>", "<EOT>"),
    *("<fim_suffix>", "<file_sep>", "<PRE>", "<MID>", "[SUFFIX]", "[PREFIX]"),
    *("<\uff5cfim\u2581begin\uff5c>", "<|file_separator|>", "<eos>", "[INST]"),
]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_in_the_code_is_ordinary_text_to_the_model(token: str) -> None:
    prompt = prompt_at(f"a{token}b{token}", 2 + len(token), "python")

    assert token not in prompt.before + prompt.after
    assert (prompt.before + prompt.after).replace(" ", "") == f"a{token}b{token}"


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_code_can_contain_the_tokens_of_a_template(name: str) -> None:
    template = TEMPLATES[name]
    bare = template.render("", "")

    hostile = neutral(bare * 2)
    prompt = template.render(hostile, hostile)

    tokens = [token for token in TOKENS if token in bare]
    assert tokens
    for token in tokens:
        assert prompt.count(token) == 1


def test_code_without_tokens_is_sent_as_it_is() -> None:
    code = "a < b | c > d  # <s> [x] {before} <|> <||>"

    assert neutral(code) == code
    assert "{before}" in TEMPLATES["qwen"].render(code, "{after}")


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("qwen2.5-coder:1.5b-base", "qwen"),
        ("bigcode/starcoder2-3b", "starcoder"),
        ("DeepSeek-Coder-V2-Lite", "deepseek"),
        ("codellama:7b-code", "codellama"),
        ("Codestral-22B", "codestral"),
        ("gpt-5", None),
    ],
)
def test_the_template_is_guessed_from_the_name_of_the_model(
    model: str, name: str | None
) -> None:
    assert template_of(model) == name


def test_the_templates_are_those_of_the_models() -> None:
    assert (
        TEMPLATES["qwen"].render("P", "S")
        == "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>"
    )
    assert TEMPLATES["codestral"].render("P", "S") == "[SUFFIX]S[PREFIX]P"
    assert TEMPLATES["codellama"].render("P", "S") == "<PRE> P <SUF>S <MID>"
