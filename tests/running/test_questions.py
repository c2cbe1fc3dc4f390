"""One question to a kernel: until when its answer is waited for."""

from __future__ import annotations

from typing import Any, cast

import pytest

from jupyter_pairedit.running.channels import Header, Received
from jupyter_pairedit.running.queries import Queries, QueryKind, content_of
from jupyter_pairedit.running.times import Times

CELL = Header("cell", "execute_request")
OURS = Header("ours", "execute_request")


class Question:
    """A question that was sent as "ours"."""

    def __init__(
        self, kind: QueryKind = "execute_request", in_turn: bool = True
    ) -> None:
        self.answers: list[dict[str, Any] | None] = []
        self.queries = Queries(Times())
        self.queries.sent("ours", self.answers.append, 0.0, kind=kind, in_turn=in_turn)

    def replied(self) -> None:
        """Let the reply arrive."""

        class Reply:
            parent = OURS

            def content(self) -> dict[str, Any]:
                return {"status": "ok"}

        self.queries.replied(cast("Received", Reply()))


def test_a_question_that_executes_is_no_cell_until_its_end_is_published() -> None:
    question = Question()

    assert not question.queries.executes_cell(OURS)
    assert question.queries.executes_cell(CELL)
    assert not question.queries.executes_cell(Header("other", "complete_request"))
    question.queries.published(OURS, "busy", 0.0)
    question.replied()
    assert question.answers == [{"status": "ok"}]
    # What is published may arrive after the reply.
    assert not question.queries.executes_cell(OURS)
    question.queries.published(OURS, "idle", 0.0)
    assert question.queries._executed == set()


def test_with_the_kernel_its_answer_and_what_it_publishes_are_given_up() -> None:
    question = Question()

    question.queries.end()

    assert question.answers == [None]
    assert question.queries._executed == set()


@pytest.mark.parametrize("in_turn", [True, False])
def test_a_question_that_waits_for_a_cell_is_given_up(in_turn: bool) -> None:
    question = Question("complete_request", in_turn)

    question.queries.published(Header("other", "complete_request"), "busy", 0.0)
    question.queries.published(CELL, "idle", 0.0)
    assert question.answers == []
    question.queries.published(CELL, "busy", 0.0)

    assert question.answers == ([None] if in_turn else [])


def test_a_lost_reply_is_given_up_after_the_end_was_published() -> None:
    question = Question("complete_request", in_turn=False)
    assert question.queries.due(0.0) == Times().silence

    question.queries.published(OURS, "idle", 0.0)
    question.queries.on_time(Times().lost - 0.1)
    assert question.answers == []
    question.queries.on_time(Times().lost)

    assert question.answers == [None]


def test_an_expression_is_evaluated_silently() -> None:
    content = content_of("execute_request", "1 + 1")

    assert (content["code"], content["silent"]) == ("", True)
    assert content["store_history"] is content["allow_stdin"] is False
    assert content["user_expressions"] == {"value": "1 + 1"}
