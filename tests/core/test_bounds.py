"""The bounds of limits: each one is checked, and says what it expected."""

from __future__ import annotations

from dataclasses import asdict, fields

import pytest

from jupyter_pairedit.core.bounds import bounds, check_limits
from jupyter_pairedit.core.limits import MIB, Limits

NAMES = [field.name for field in fields(Limits)]
BAD: list[object] = [
    "60",
    "",
    None,
    True,
    [],
    0,
    0.0,
    -1,
    -0.5,
    10**20,
    10**5_000,
    1e300,
]
BAD += [float("nan"), float("inf"), float("-inf")]


@pytest.mark.parametrize("name", NAMES)
def test_the_default_of_a_limit_is_within_its_bounds(name: str) -> None:
    low, high = bounds(name)

    assert 0 < low <= getattr(Limits(), name) <= high
    assert type(low) is type(high) is type(getattr(Limits(), name))


@pytest.mark.parametrize("name", NAMES)
def test_a_value_out_of_bounds_leaves_the_default_and_is_named(name: str) -> None:
    low, high = bounds(name)

    for value in BAD:
        limits, (line,) = check_limits({name: value}, Limits())

        assert limits == Limits()
        assert line.startswith(f"PairEdit.limits['{name}']: expected a")
        assert f"from {low} to {high:.0f}, found " in line
        assert line.endswith(f"; using {getattr(Limits(), name)}")
        assert len(line) < 200 and "\n" not in line


@pytest.mark.parametrize("name", NAMES)
def test_the_bounds_themselves_are_taken(name: str) -> None:
    for value in bounds(name):
        limits, refused = check_limits({name: value}, Limits())

        assert asdict(limits)[name] == value
        assert refused == ()


def test_a_whole_number_of_seconds_is_one() -> None:
    limits, refused = check_limits({"idle": 60}, Limits())

    assert (limits.idle, type(limits.idle), refused) == (60.0, float, ())


@pytest.mark.parametrize("found", [{"edits": 1.5}, {"edits": 60.0}])
def test_a_count_is_whole(found: dict[str, object]) -> None:
    assert check_limits(found, Limits())[0] == Limits()


@pytest.mark.parametrize("name", ["nonsense", "keep", "", 5, None, "a\nb" * 100])
def test_an_unknown_limit_is_named(name: object) -> None:
    limits, (line,) = check_limits({name: 1}, Limits())  # type: ignore[dict-item]

    assert limits == Limits()
    assert line.startswith("PairEdit.limits[") and "no limit of that name" in line
    assert len(line) < 120 and "\n" not in line


def test_one_bad_value_does_not_affect_the_others() -> None:
    limits, refused = check_limits({"edits": 0, "hello": 1.5, "idle": "60"}, Limits())

    assert limits == Limits(hello=1.5)
    assert [line.partition(":")[0] for line in refused] == [
        "PairEdit.limits['edits']",
        "PairEdit.limits['idle']",
    ]


@pytest.mark.parametrize("code", [5 * MIB, 3 * MIB, 1_000])
def test_a_frame_has_room_for_the_code(code: int) -> None:
    limits, refused = check_limits({"code": code}, Limits())

    assert (limits.frame, refused) == (2 * code + limits.first_frame, ())
    assert Limits(code=code).frame == limits.frame


def test_a_frame_can_be_given_and_a_bad_one_follows_the_code() -> None:
    assert check_limits({"frame": 5_000}, Limits())[0].frame == 5_000

    limits, (line,) = check_limits({"frame": 0, "code": 1_000}, Limits())
    assert limits.frame == Limits(code=1_000).frame
    assert line.endswith(f"found 0; using {limits.frame}")
