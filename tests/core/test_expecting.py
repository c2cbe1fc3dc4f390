"""What is said of an argument of another type."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_pairedit.core.expecting import (
    expect,
    expect_function,
    seconds,
    seconds_or_none,
    span_or_none,
    whole_number,
    whole_number_or_none,
)


class Three:
    """A number of another package, as numpy has them."""

    def __index__(self) -> int:
        return 3

    def __float__(self) -> float:
        return 3.0


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: expect("code", 5, str), "a str for code, found an int"),
        (lambda: expect("code", None, str), "a str for code, found None"),
        (
            lambda: expect("token", b"secret", str, optional=True),
            "a str or None for token, found a bytes",
        ),
        (lambda: whole_number("line", "1"), "an int for line, found a str"),
        (lambda: whole_number("line", 1.0), "an int for line, found a float"),
        (
            lambda: whole_number_or_none("after", "x"),
            "an int for after, found a str",
        ),
        (
            lambda: seconds_or_none("timeout", "10"),
            "seconds or None for timeout, found a str",
        ),
        (lambda: seconds("timeout", None), "seconds for timeout, found None"),
        (
            lambda: span_or_none("part", 5),
            "a start and an end, or None, for part, found an int",
        ),
        (
            lambda: span_or_none("part", (1, 2, 3)),
            "a start and an end, or None, for part, found a tuple",
        ),
        (
            lambda: span_or_none("part", (0, "a")),
            "an int for the end of part, found a str",
        ),
        (
            lambda: expect_function("predicate", 5),
            "a function for predicate, found an int",
        ),
    ],
)
def test_the_message_names_the_argument_and_both_types(
    check: Callable[[], object], message: str
) -> None:
    with pytest.raises(TypeError) as refusal:
        check()

    assert str(refusal.value) == f"expected {message}"


def test_numbers_of_other_packages_are_numbers() -> None:
    assert whole_number("line", Three()) == 3
    assert whole_number_or_none("after", Three()) == 3
    assert span_or_none("part", [Three(), 4]) == (3, 4)
    assert seconds_or_none("timeout", Three()) == 3.0


def test_none_is_given_back_where_it_has_a_meaning() -> None:
    expect("token", None, str, optional=True)
    found = [
        whole_number_or_none("after", None),
        seconds_or_none("timeout", None),
        span_or_none("part", None),
    ]

    assert found == [None, None, None]


def test_a_time_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="seconds or None for timeout, found nan"):
        seconds_or_none("timeout", float("nan"))
