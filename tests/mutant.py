"""A guard that can be removed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A guard, the code without it, and the tests that should fail without it."""

    guard: str
    file: str
    old: str
    new: str
    tests: str
