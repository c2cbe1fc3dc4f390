"""Errors that another process can read, and objects that no other one can use.

``multiprocessing`` and joblib send the exception of a worker to the process that waits
for it, by pickle. An exception that cannot be made again there is more than a wrong
message: ``Pool.map`` then waits for ever (CPython issue 79492).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn


class Portable(BaseException):
    """An exception that is made again without its ``__init__``.

    Python would call ``__init__`` with the message alone.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how pickle makes it again: its class, message and attributes."""
        return _remade, (type(self), self.args, dict(self.__dict__))


def _remade(
    kind: type[Portable], args: tuple[object, ...], state: Mapping[str, object]
) -> Portable:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class InOneProcess:
    """An object that no other process can use, and of which there is no copy."""

    _instead = "call connect() there"
    """What to do instead."""

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Raise ``TypeError``."""
        raise TypeError(
            f"expected an object that can be copied or sent to another process, found "
            f"a {type(self).__name__}: {self._instead}"
        )
