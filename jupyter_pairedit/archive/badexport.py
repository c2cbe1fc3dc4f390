"""The error of a file that is not a valid export, and checks that raise it."""

from __future__ import annotations

from typing import NoReturn

from ..core.storable import BadChange, storable


class BadExport(ValueError):
    """A file is not a valid export. The message names what was expected and found."""


def refuse(expected: str, found: str) -> NoReturn:
    """Raise ``BadExport``."""
    raise BadExport(f"expected {expected}, found {found}")


def expect_storable(*texts: str) -> None:
    """Raise ``BadExport`` for a text that cannot be stored."""
    try:
        for text in texts:
            storable(text)
    except BadChange as problem:
        raise BadExport(str(problem)) from None
