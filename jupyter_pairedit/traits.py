"""Settings that take any value, for ``settings.check_settings`` to judge."""

from __future__ import annotations

from typing import Any

from traitlets import TraitError


def take_any_value(trait: Any) -> None:
    """Let a trait pass on values that are not of its type.

    A value that a trait refuses would keep Jupyter from loading the extension at all.
    """
    validate = trait.validate

    def lenient(instance: object, value: object) -> object:
        try:
            return validate(instance, value)
        except TraitError:
            return value

    trait.validate = lenient
