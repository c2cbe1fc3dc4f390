"""The whole suite runs in two processes; some tests are to be alone on the machine."""

from __future__ import annotations

from pathlib import Path

from .parallel import ALONE, BROWSERS, order, scope


def test_what_must_be_alone_is_in_one_group_after_all_others(root: Path) -> None:
    files = [
        f"{path.relative_to(root).as_posix()}::test_x"
        for path in sorted((root / "tests").rglob("test_*.py"))
    ]
    files += ALONE
    alone = [name for name in files if name.startswith(ALONE)]
    others = [name for name in files if name not in alone]

    assert {scope(name) for name in alone} == {"alone"}
    assert "alone" not in {scope(name) for name in others}
    assert max(map(order, others)) < min(map(order, alone))
    last = sorted(alone, key=order)[-1]
    assert last.startswith(BROWSERS)


def test_names_of_what_must_be_alone_are_those_of_tests(root: Path) -> None:
    for name in ALONE[len(BROWSERS) :]:
        path, _, function = name.partition("::")
        assert (root / path).exists() and function in (root / path).read_text("utf-8")
