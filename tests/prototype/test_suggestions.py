"""The suggestion API of the prototype."""

from __future__ import annotations

import pytest

from tests.handlers.serving import Server


async def suggest(server: Server, **question: object) -> tuple[int, dict[str, str]]:
    reply = await server.fetch("POST", "pairedit/autocomplete", question)
    answer: dict[str, str] = reply.json
    return reply.status, answer


async def test_a_question_is_answered_by_suggestion_and_detail(
    server: Server,
) -> None:
    status, answer = await suggest(
        server, code="def f():\n", cursorPosition=9, language="python"
    )

    assert status == 200
    assert set(answer) == {"suggestion", "detail"}


@pytest.mark.parametrize("missing", ["code", "cursorPosition", "language"])
async def test_a_missing_field_is_422(server: Server, missing: str) -> None:
    question = {"code": "", "cursorPosition": 0, "language": "python"}
    del question[missing]

    status, answer = await suggest(server, **question)

    assert status == 422
    assert missing in answer["message"]


@pytest.mark.parametrize("cursor", [-1, 2, 10**18])
async def test_a_cursor_outside_the_code_is_400(server: Server, cursor: int) -> None:
    status, answer = await suggest(
        server, code="x", cursorPosition=cursor, language="python"
    )

    assert (status, answer["code"]) == (400, "cursor_outside")


async def test_cursor_and_language_count(server: Server) -> None:
    code = "x = 1\nfor loop"

    answers = [
        (await suggest(server, code=code, cursorPosition=at, language=language))[1]
        for at, language in [(5, "python"), (len(code), "python"), (5, "sql")]
    ]

    assert len({answer["suggestion"] for answer in answers}) == 3


@pytest.mark.parametrize(
    ("code", "suggestion"),
    [
        ("def f():\n", "    return "),
        ("class A:\n", "    def __init__(self):"),
        ("# a loop\n", "for item in collection:"),
        ("x = 1\n", "print('Hello, World!')"),
        ("def f():\n    return 1\nclass A: loop", "    def __init__(self):"),
        ("def f(): return\nclass A:\n    def __init__(self): loop", "for item in coll"),
    ],
)
async def test_the_mock_answers_as_the_prototype(
    server: Server, code: str, suggestion: str
) -> None:
    _, answer = await suggest(
        server, code=code, cursorPosition=len(code), language="python"
    )

    assert answer["suggestion"].startswith(suggestion)
    assert suggestion.endswith("coll") or answer["suggestion"] == suggestion
