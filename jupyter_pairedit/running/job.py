"""One execution, as the thread of its kernel sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.collector import Collector
from ..core.limits import Limits
from ..core.outputs import Output
from .execution import Execution, RunEnd

_INCOMPLETE = "Some of its output may be missing: the kernel did not send all of it."


class Job:
    """What has arrived of an execution, and what was delivered of it."""

    def __init__(self, execution: Execution, limits: Limits) -> None:
        self.execution = execution
        self._limits = limits
        self._collector = Collector(limits)
        self.id: str | None = None
        """The id of the request, once it was sent."""
        self.followed_by: str | None = None
        """The id of a later request; see ``Jobs.follow``."""
        self.begun = False
        self.idle = False
        """Whether the kernel has reported that it has finished the request."""
        self.incomplete = False
        """Whether messages of the kernel were lost, the report among them."""
        self.reply: dict[str, Any] | None = None
        self.stopped = False
        """Whether it was interrupted for a person, or is to be when it begins."""
        self.flood = ""
        """A sentence: why it was interrupted without being asked."""
        self.in_flight = False
        """Whether the sink has not returned yet."""
        self.due = 0.0
        """When outputs may be delivered next."""
        self._size = self._messages = 0
        self._delivered = (0, 0)
        self._raised = self._fresh = False

    def take(self, kind: str, size: int, content: Callable[[], dict[str, Any]]) -> None:
        """Take a message of the kernel; ``content`` returns what it contains."""
        self._size += size
        self._messages += 1
        self._fresh = True
        if not self._collector.keeps(kind) or (
            self.flood and (self._raised or kind != "error")
        ):
            self._collector.drop(kind, size)
        else:
            self._collector.take(kind, content())
        self._raised = self._raised or kind == "error"

    def update(self, content: Callable[[], dict[str, Any]]) -> None:
        """Take an update of what it may display, from a message of other code."""
        if self._collector.displays:
            self._collector.take("update_display_data", content())
            self._fresh = True

    @property
    def awaits_delivery(self) -> bool:
        """Whether something has arrived since ``news``, and the sink is free."""
        return self._fresh and not self.in_flight

    def take_reply(self, content: dict[str, Any]) -> None:
        """Take the reply, with what only it contains."""
        self.reply = content
        payload = content.get("payload")
        for each in payload if isinstance(payload, list) else ():
            if isinstance(each, dict) and each.get("source") == "page":
                self._collector.show(each.get("data"))

    def drop(self, kind: str, size: int) -> None:
        """Count what was not decoded."""
        self._collector.drop(kind, size)

    def flooded(self) -> bool:
        """Whether a limit of what is received has been exceeded just now."""
        if self._size > self._limits.run_flood:
            return self._interrupted(_mib(self._limits.run_flood))
        if self._messages > self._limits.run_flood_messages:
            return self._interrupted(f"{self._limits.run_flood_messages:,} messages")
        return False

    def missed(self) -> bool:
        """Take that a message was too large. Return whether to interrupt for it."""
        self._collector.drop("stream", self._limits.run_message)
        most = _mib(self._limits.run_message)
        return self._interrupted(f"{most} at once, which is not shown")

    def _interrupted(self, most: str) -> bool:
        if self.flood:
            return False
        self.flood = f"It sent more than {most}."
        return True

    def news(self, final: bool) -> tuple[list[Output], int, int] | None:
        """Return what the sink has not got yet; None if that is nothing."""
        self._fresh = False
        failed = self.reply and self.reply.get("status") == "error"
        if final and self.reply and failed and not self._raised:
            # Only now, since what was published may arrive after the reply.
            self._collector.take("error", self.reply)
        outputs = self._collector.changed()
        numbers = self._collector.first, self._collector.left_out
        first_changed = numbers[0] != self._delivered[0]
        last_numbers = final and numbers != self._delivered
        if not (outputs or first_changed or last_numbers):
            return None
        self._delivered = numbers
        return outputs, *numbers

    @property
    def end(self) -> tuple[RunEnd, str]:
        """How it has ended, by what has arrived."""
        status = (self.reply or {}).get("status")
        if self.flood:
            return "stopped", self.flood
        if status == "ok" and not self.execution.stopping:
            return "done", _INCOMPLETE if self.incomplete else ""
        if self.stopped:
            return "stopped", ""
        if status in ("aborted", "abort") and not self._raised:
            return "stopped", "The kernel skipped it because a cell before it failed."
        return ("error", "") if self._raised or status == "error" else ("done", "")


def _mib(size: int) -> str:
    return f"{size // 1024**2} MiB"
