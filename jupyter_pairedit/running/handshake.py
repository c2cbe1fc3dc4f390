"""The start of a connection to a kernel.

A kernel does not answer at once: it may still start, and what it publishes reaches a
subscriber only after a moment. So it is asked for its name again and again until that
has been published too. The control channel answers while a cell runs. Not every kernel
answers there, so that the shell channel is asked as well, which a cell holds up.
"""

from __future__ import annotations

from typing import Any

from .channels import Channels, Received
from .times import Times

_REQUEST = "kernel_info_request"
_SLOWEST = 1.0
"""Seconds between two tries, after the first ones."""


class Handshake:
    """Asks a kernel until it has answered, and what it publishes has arrived."""

    def __init__(self, channels: Channels, times: Times, tries: int | None) -> None:
        """``tries``: None for no limit."""
        self._channels, self._times, self._left = channels, times, tries
        self._asked: set[str] = set()
        self._shell: str | None = None
        """The last request on the shell channel, once it is connected."""
        self._shell_answered = False
        self.due = 0.0
        """When it is to ask again."""
        self._count = 0
        self._heard = False
        self._language: str | None = None
        self.idle = False
        """Whether the shell channel has answered, so that no cell runs."""
        self.ipython = False
        """Whether it is IPython's kernel, whose control channel takes each request."""

    @property
    def language(self) -> str | None:
        """The name of the language, maybe empty, once the handshake is over and code
        can be sent."""
        return self._language if self._heard and self._shell else None

    def ask(self, now: float) -> bool:
        """Ask if it is time. Return False if the last try got no answer."""
        if now < self.due:
            return True
        if self._left is not None and self._count >= self._left:
            return False
        self._count += 1
        pause = self._times.between * max(1, self._count // 10)
        self.due = now + min(pause, max(_SLOWEST, self._times.between))
        channels = self._channels
        self._remember(channels.send(channels.control, _REQUEST, {}))
        if self._shell_answered:
            self.ask_shell()
        return True

    def ask_shell(self) -> None:
        """Ask on the shell channel, which has just been connected."""
        channels = self._channels
        self._shell = channels.send(channels.shell, _REQUEST, {})
        self._shell_answered = False
        self._remember(self._shell)

    def published(self, message: Received) -> None:
        """Take a message on iopub."""
        self._heard = self._heard or message.parent.msg_id in self._asked

    def replied(self, message: Received) -> None:
        """Take a message on control or shell."""
        if message.parent.msg_id not in self._asked:
            return
        if message.parent.msg_id == self._shell:
            self._shell_answered = self.idle = True
        content: dict[str, Any] = message.content()
        self.ipython = content.get("implementation") == "ipython"
        language = content.get("language_info")
        name = language.get("name") if isinstance(language, dict) else None
        self._language = name[:100] if isinstance(name, str) else ""

    def _remember(self, request: str | None) -> None:
        if request:
            self._asked.add(request)
