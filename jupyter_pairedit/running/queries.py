"""The question about names that a kernel was sent. It has at most one at a time.

No sockets and no clock: the thread of the kernel passes in what has arrived, and when.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from .calls import REQUEST
from .channels import Header, Received
from .times import Times

QueryKind = Literal["complete_request", "inspect_request", "execute_request"]
Answer = Callable[[dict[str, Any] | None], None]
"""Takes the content of the reply; None if there is none."""


EXPRESSION = "value"
"""The key of the expression in a request, and of its value in the reply."""


def content_of(kind: QueryKind, code: str) -> dict[str, object]:
    """Return the content of a request about the end of some code.

    To execute, it is about the value of an expression, and leaves IPython's history and
    counter as they are.
    """
    if kind == "execute_request":
        asked = {"code": "", "silent": True, "user_expressions": {EXPRESSION: code}}
        return REQUEST | asked
    content: dict[str, object] = {"code": code, "cursor_pos": len(code)}
    return content | ({"detail_level": 0} if kind == "inspect_request" else {})


class Queries:
    """Waits for the reply to one request, which is known by the request's id."""

    def __init__(self, times: Times) -> None:
        self._times = times
        self._sent: str | None = None
        self._answer: Answer | None = None
        self._lost_at = 0.0
        """When the reply is taken to be lost."""
        self._in_turn = False
        """Whether the kernel answers after the cells that it has got before."""
        self._executed: set[str] = set()
        """The requests to execute whose end was not published yet."""

    def sent(
        self,
        request: str | None,
        answer: Answer,
        now: float,
        *,
        kind: QueryKind,
        in_turn: bool,
    ) -> None:
        """Wait for the reply to a request; None for one that could not be sent."""
        self._end(None)
        if request is None:
            return answer(None)
        self._sent, self._answer, self._in_turn = request, answer, in_turn
        self._lost_at = now + self._times.silence
        if kind == "execute_request":
            self._executed.add(request)

    def executes_cell(self, parent: Header) -> bool:
        """Return whether a state is due to code of a person, and not to a question."""
        ours = parent.msg_id in self._executed
        return parent.msg_type == "execute_request" and not ours

    def replied(self, message: Received) -> None:
        """Take a message on shell or control."""
        if self._sent and message.parent.msg_id == self._sent:
            self._end(message.content())

    def published(self, parent: Header, state: object, now: float) -> None:
        """Take the state of the kernel on iopub, which is due to a request.

        The reply to what is finished is on its way, unless the kernel does not know the
        request. A question that waits for a cell is given up.
        """
        if state == "idle":
            self._executed.discard(parent.msg_id)
            if parent.msg_id == self._sent:
                self._lost_at = min(self._lost_at, now + self._times.lost)
        elif self._in_turn and self.executes_cell(parent) and state == "busy":
            self._end(None)

    def due(self, now: float) -> float | None:
        """Return in how many seconds ``on_time`` is to be called, if at all."""
        return max(self._lost_at - now, 0.0) if self._sent else None

    def on_time(self, now: float) -> None:
        """Give up the reply, if it is time."""
        if self._sent and now >= self._lost_at:
            self._end(None)

    def end(self) -> None:
        """Give up the reply, and what may be published: the kernel is gone."""
        self._executed.clear()
        self._end(None)

    def _end(self, content: dict[str, Any] | None) -> None:
        answer, self._answer, self._sent = self._answer, None, None
        if answer:
            answer(content)
