"""A model as another package brings one, by an entry point."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from jupyter_pairedit.autocomplete.base import Origin
from jupyter_pairedit.autocomplete.model import Options
from jupyter_pairedit.core.prompts import Prompt


class OtherModel:
    """Answers everything with the same code."""

    chat = True
    stops = ()

    def __init__(self, name: str) -> None:
        self.origin = Origin(f"other {name}", "other.example", local=False)

    async def answer(self, prompt: Prompt) -> AsyncGenerator[str]:
        """See ``Model.answer``."""
        yield "```\n"
        yield f"{prompt.line}a + b\n"

    async def close(self) -> None:
        """See ``Model.close``."""


def make(options: Options) -> OtherModel:
    """Return the model of the settings."""
    return OtherModel(options.model)


def refuse(options: Options) -> OtherModel:
    """Refuse the settings."""
    raise ValueError("expected another model")
