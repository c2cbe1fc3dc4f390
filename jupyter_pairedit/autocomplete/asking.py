"""The completer that asks a model, within budgets, and says why there is no answer."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from contextlib import aclosing

from ..core.limits import Limits
from ..core.prompts import Prompt, prompt_at, window
from ..core.ratelimit import Rate
from ..core.sensitive import is_secret_file, secret_in
from ..core.suggesting import is_settled, suggestion
from ..core.text import to_units
from .base import CursorOutside, Origin, Question, Suggestion
from .cache import Cache
from .model import Model
from .trouble import BadCompleter, Paused, Refused, Trouble

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
"""Seconds without questions after a failure; each failure doubles them."""


class ModelCompleter:
    """Suggests what a model answers. ``clock`` is monotonic, in seconds.

    ``timeout`` makes the deadline of a question, as ``asyncio.timeout`` does.
    """

    def __init__(
        self,
        model: Model,
        limits: Limits,
        clock: Callable[[], float],
        timeout: Callable[[float], asyncio.Timeout] = asyncio.timeout,
    ) -> None:
        self._model = model
        self._limits = limits
        self._clock = clock
        self._timeout = timeout
        self._cache = Cache()
        self._rate = Rate(limits.completions, limits.completions_per)
        self._places = asyncio.Semaphore(limits.completions_at_once)
        self._newest: dict[str, asyncio.Task[Suggestion]] = {}
        self._asking = set[asyncio.Task[Suggestion]]()
        """The questions of ``_newest``, and those that are being ended."""
        self._reason = ""
        """Why there was no answer to the last question; empty if there was one."""
        self._pause = _FIRST_PAUSE
        self._paused_until = 0.0

    @property
    def origin(self) -> Origin:
        """See ``Completer.origin``."""
        return self._model.origin

    @property
    def trouble(self) -> str:
        """See ``Completer.trouble``."""
        if not self._reason or self._paused_until == math.inf:
            return self._reason
        left = math.ceil(self._paused_until - self._clock())
        return f"{self._reason} It is asked again in {left} s." if left > 0 else ""

    async def close(self) -> None:
        """See ``Completer.close``."""
        for task in self._asking:
            _cancel(task)
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self._model.close()

    async def complete(self, question: Question) -> Suggestion:
        """See ``Completer.complete``. A newer question of an asker ends an older one.

        Cancelling it closes the connection to the model.
        """
        units = to_units(question.code)
        if not 0 <= question.cursor <= len(units):
            raise CursorOutside(question.cursor, len(units))
        prompt = prompt_at(units, question.cursor, question.language, question.variant)
        if reason := _withheld(units, question):
            return Suggestion("", reason)
        text = self._cache.get(prompt)
        if text is not None:
            return self._suggest(text)
        if trouble := self.trouble:
            return Suggestion("", trouble)
        asker = question.asker
        if seconds := self._rate.take(asker, self._clock()):
            return Suggestion(
                "",
                f"You have had {self._limits.completions} suggestions in a short time; "
                f"the next one comes in {math.ceil(seconds)} s.",
            )
        _cancel(self._newest.get(asker))
        task = self._newest[asker] = asyncio.create_task(self._ask(prompt))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        try:
            await asyncio.wait([task])
        finally:
            if not task.done():
                _cancel(task)
            if self._newest.get(asker) is task:
                del self._newest[asker]
        if task.cancelled():
            return Suggestion("", "A newer question has replaced this one.")
        return task.result()

    async def _ask(self, prompt: Prompt) -> Suggestion:
        host, seconds = self.origin.host or self.origin.by, self._limits.completion_wait
        try:
            async with self._timeout(seconds), self._places:
                text = await self._answer(prompt)
        except TimeoutError:
            self._fail(Paused(f"{host} did not answer within {seconds:g} s."))
        except BadCompleter as problem:  # the key, which is read for each request
            self._fail(Paused(f"{problem}."))
        except Trouble as trouble:
            self._fail(trouble)
        else:
            self._reason, self._pause = "", _FIRST_PAUSE
            self._cache.put(prompt, text)
            return self._suggest(text)
        return Suggestion("", self.trouble or self._reason)

    async def _answer(self, prompt: Prompt) -> str:
        model, answer = self._model, ""
        async with aclosing(model.answer(prompt)) as pieces:
            async for piece in pieces:
                answer += piece
                if is_settled(answer, prompt, stops=model.stops, chat=model.chat):
                    break
        return suggestion(answer, prompt, stops=model.stops, chat=model.chat)

    def _suggest(self, text: str) -> Suggestion:
        by, host = self.origin.by, self.origin.host
        if not text:
            return Suggestion("", f"{by} suggests nothing here.")
        return Suggestion(text, f"Suggested by {by} at {host}" if host else by)

    def _fail(self, trouble: Trouble) -> None:
        """Remember why there is no answer, and for how long nothing is asked."""
        reason = str(trouble)
        if reason != self._reason:
            _log.warning("Suggestions: %s", reason)
        self._reason = reason
        seconds = trouble.seconds if isinstance(trouble, Paused) else None
        if isinstance(trouble, Refused):
            self._reason += " No further question is sent until the server restarts."
            self._paused_until = math.inf
            return
        if seconds is None:
            seconds = self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._paused_until = self._clock() + seconds


def _cancel(task: asyncio.Task[Suggestion] | None) -> None:
    """Cancel a question. A second time would leave its connection half closed."""
    if task is not None and not task.cancelling():
        task.cancel()


def _withheld(units: str, question: Question) -> str:
    """Return why nothing is sent of code; empty if the part at the caret is."""
    if is_secret_file(question.title):
        return "Nothing is sent from this room: its title is that of a file of secrets."
    start, _, end = window(units, question.cursor)
    if kind := secret_in(units, start, end):
        return f"Nothing is sent: the code around the caret contains {kind}."
    return ""
