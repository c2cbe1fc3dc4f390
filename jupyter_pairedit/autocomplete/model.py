"""A language model, as the completer asks it; also the interface of plug-ins."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..core.fim import Template
from ..core.prompts import Prompt
from .base import Origin
from .dialects import Dialect
from .trouble import Refused, Trouble

if TYPE_CHECKING:  # It imports httpx, which the mock does without.
    from .stream import Stream


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of a completer."""

    completer: str
    url: str = ""
    model: str = ""
    template: str = ""
    key: str = field(default="", repr=False)
    """The name of an environment variable, or ``file:`` and a path: not the key."""
    proxy: str = ""
    """The URL of the proxy to a server that is not this machine."""


class Model(Protocol):
    """Answers prompts. A plug-in of ``jupyter_pairedit.completers`` returns one.

    The entry point is a callable that takes ``Options`` and returns a ``Model``, or
    raises ``ValueError`` with a sentence about a wrong setting.
    """

    origin: Origin
    chat: bool
    """Whether the answers may have words and fences around the code."""
    stops: tuple[str, ...]
    """Texts that end an answer and are not part of it."""

    def answer(self, prompt: Prompt) -> AsyncGenerator[str]:
        """Yield the answer in pieces. It is closed when enough has arrived.

        Raises ``Trouble`` with a sentence for the person.
        """

    async def close(self) -> None:
        """Close the connections that it keeps."""


class ServedModel:
    """A model behind a server that is asked in one of the dialects."""

    def __init__(
        self, dialect: Dialect, stream: Stream, name: str, template: Template | None
    ) -> None:
        self._dialect = dialect
        self._stream = stream
        self._name = name
        self._template = template
        address = stream.address
        self.origin = Origin(name or "a model", address.host, address.local)
        self.chat = dialect.chat
        self.stops = template.stops if template else ()

    async def close(self) -> None:
        """Close all connections."""
        await self._stream.close()

    async def answer(self, prompt: Prompt) -> AsyncGenerator[str]:
        """See ``Model.answer``."""
        body = self._dialect.body(prompt, self._name, self._template)
        events = self._stream.post(self._dialect.path, body)
        async with aclosing(events), aclosing(self._pieces(events)) as pieces:
            async for piece in pieces:
                yield piece

    async def _pieces(self, events: AsyncGenerator[Any]) -> AsyncGenerator[str]:
        host = self.origin.host
        async for event in events:
            if event is None:
                return
            try:
                piece = self._dialect.piece(event) or ""
                is_last = self._dialect.is_last(event)
            except (LookupError, TypeError, AttributeError):
                piece = None
            if not isinstance(piece, str):
                raise Trouble(f"{host} answers with something else than expected.")
            if piece:
                yield piece
            if is_last:
                return
        raise Trouble(f"The answer of {host} broke off.")


class SuffixModel(ServedModel):
    """A model whose server may ignore the suffix: it is asked once whether it does."""

    _is_checked = False

    async def answer(self, prompt: Prompt) -> AsyncGenerator[str]:
        """See ``Model.answer``. The first answer follows the check."""
        if not self._is_checked:
            await self._check_suffix()
            self._is_checked = True
        async with aclosing(super().answer(prompt)) as pieces:
            async for piece in pieces:
                yield piece

    async def _check_suffix(self) -> None:
        """Send a long suffix without code, and look at how many tokens were counted.

        Raises ``Refused`` if the suffix was not counted.
        """
        prompt = Prompt("x = ", "\nmarker" * 100, "python", "line")
        body = self._dialect.body(prompt, self._name, self._template)
        body |= {"max_tokens": 1, "stream": False}
        counted: list[object] = []
        async with aclosing(self._stream.post(self._dialect.path, body)) as events:
            async for event in events:
                usage = (event or {}).get("usage")
                if isinstance(usage, dict):
                    counted.append(usage.get("prompt_tokens"))
        if any(isinstance(count, int) and 0 < count < 50 for count in counted):
            raise Refused(
                f"{self.origin.host} ignores the suffix, as llama.cpp does: use the "
                "completer 'infill', 'template' or 'chat'."
            )
