"""The request about names that a kernel was sent. It has at most one at a time.

No sockets and no clock: the thread of the kernel passes in what has arrived, and when.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from .channels import Received
from .times import Times

QueryKind = Literal["complete_request", "inspect_request"]
Answer = Callable[[dict[str, Any] | None], None]
"""Takes the content of the reply; None if there is none."""


def content_of(kind: QueryKind, code: str) -> dict[str, object]:
    """Return the content of a request about the end of some code."""
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

    def sent(self, request: str | None, answer: Answer, now: float) -> None:
        """Wait for the reply to a request; None for one that could not be sent."""
        self.end()
        if request is None:
            return answer(None)
        self._sent, self._answer = request, answer
        self._lost_at = now + self._times.silence

    def replied(self, message: Received) -> None:
        """Take a message on shell or control."""
        if self._sent and message.parent.msg_id == self._sent:
            self._end(message.content())

    def published(self, message: Received, now: float) -> None:
        """Take a message on iopub: the reply to what is finished is on its way, unless
        the kernel does not know the request."""
        if not self._sent or message.parent.msg_id != self._sent:
            return
        if message.content().get("execution_state") == "idle":
            self._lost_at = min(self._lost_at, now + self._times.lost)

    def due(self, now: float) -> float | None:
        """Return in how many seconds ``on_time`` is to be called, if at all."""
        return max(self._lost_at - now, 0.0) if self._sent else None

    def on_time(self, now: float) -> None:
        """Give up the reply, if it is time."""
        if self._sent and now >= self._lost_at:
            self.end()

    def end(self) -> None:
        """Give up the reply."""
        self._end(None)

    def _end(self, content: dict[str, Any] | None) -> None:
        answer, self._answer, self._sent = self._answer, None, None
        if answer:
            answer(content)
