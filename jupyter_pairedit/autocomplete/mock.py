"""The mock completer: four fixed rules for Python, without network or model."""

from __future__ import annotations

import re

from ..core.text import from_units, to_units
from .base import CursorOutside, Origin, Question, Suggestion


class MockCompleter:
    """Answers with the first rule that matches the code before the cursor."""

    origin = Origin("mock")
    trouble = ""

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    async def complete(self, question: Question) -> Suggestion:
        """Return the suggestion of the first rule that matches.

        Raises ``CursorOutside``.
        """
        units, cursor = to_units(question.code), question.cursor
        if not 0 <= cursor <= len(units):
            raise CursorOutside(cursor, len(units))
        if question.language.lower() not in {"python", "py", "ipython"}:
            return Suggestion("", "The mock completer has rules for Python only.")
        if question.variant:
            return Suggestion("", "The mock completer has one suggestion at a time.")
        before = from_units(units[:cursor])
        indent = _indentation(before)
        if "def " in before and "return" not in before:
            detail = "Mock: a function returns something"
            return Suggestion(f"{indent}return ", detail)
        if "class " in before and "def __init__" not in before:
            detail = "Mock: a class has a constructor"
            return Suggestion(f"{indent}def __init__(self):", detail)
        if "loop" in before:
            return Suggestion(
                "for item in collection:", "Mock: a loop over a collection"
            )
        return Suggestion("print('Hello, World!')", "Mock: says hello")


def _indentation(code: str) -> str:
    """Return the blanks or tabs of the first indented line; four blanks if none is."""
    first = re.search(r"^[ \t]+(?=\S)", code, re.MULTILINE)
    return first[0] if first else "    "
