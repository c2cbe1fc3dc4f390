"""Traits that pass on values of other types, for ``check_settings`` to refuse.

A value that a trait refuses would keep Jupyter from loading the extension at all.
"""

from __future__ import annotations

from typing import Any

from traitlets import TraitError


def accept_any_value(trait: Any) -> None:
    """Let a trait pass on values that are not of its type."""
    validate = trait.validate

    def lenient(instance: object, value: object) -> object:
        try:
            return validate(instance, value)
        except TraitError:
            return value

    trait.validate = lenient
