"""Errors and objects that are to be sent to another process."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest

from jupyter_pairedit.core.portable import InOneProcess, Portable


class Refused(Portable, RuntimeError):
    """An error whose ``__init__`` makes the message of its arguments."""

    def __init__(self, code: int, *, who: str) -> None:
        super().__init__(f"{who} was refused with {code}")
        self.code = code


class Connection(InOneProcess):
    """A thing that no copy can be made of."""


def test_an_error_is_read_as_it_was_written() -> None:
    error = pickle.loads(pickle.dumps(Refused(3, who="Ann")))

    assert type(error) is Refused
    assert (str(error), error.code) == ("Ann was refused with 3", 3)
    assert isinstance(error, RuntimeError)


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_what_belongs_to_its_process_says_so(
    copied: Callable[[object], object],
) -> None:
    with pytest.raises(TypeError, match="found a Connection: call connect"):
        copied(Connection())
