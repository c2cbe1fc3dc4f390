"""Completers that ask a server of a test."""

from __future__ import annotations

from typing import Any

from jupyter_pairedit.autocomplete import load_completer
from jupyter_pairedit.autocomplete.asking import ModelCompleter
from jupyter_pairedit.autocomplete.base import Question, Suggestion, complete
from jupyter_pairedit.autocomplete.model import Options
from jupyter_pairedit.core.limits import Limits

from .servers import Time


def completer(
    name: str, url: str, time: Time | None = None, **options: Any
) -> ModelCompleter:
    """Return a completer of a dialect, which asks ``url``."""
    options.setdefault("model", "qwen-test")
    limits = options.pop("limits", Limits())
    found = load_completer(Options(name, url, **options), limits)
    assert isinstance(found, ModelCompleter)
    if time is not None:
        found._clock, found._timeout = time.clock, time.timeout
    return found


async def ask(
    completer: ModelCompleter, code: str = "x = |", **question: Any
) -> Suggestion:
    """Ask with the caret at "|", as the handler does: no error passes but ours."""
    at = code.index("|")
    units = len(code[:at].encode("utf-16-le")) // 2
    text = code[:at] + code[at + 1 :]
    return await complete(completer, Question(text, units, "python", **question))
