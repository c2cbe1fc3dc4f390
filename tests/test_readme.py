"""README tells the truth: its map, settings and routes are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jupyter_pairedit.app import PairEdit
from jupyter_pairedit.handlers import PUBLIC_ROUTES, ROUTES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def section(title: str) -> str:
    """Give the text under a heading, up to the next one."""
    _, _, rest = README.partition(f"\n## {title}\n")
    assert rest, f"README has no section {title!r}"
    return rest.partition("\n## ")[0]


def paths(text: str) -> set[str]:
    """Find what looks like a file or folder of ours in backticks."""
    found = re.findall(
        r"`((?:jupyter_pairedit|js|tests)/[\w./]+|hatch_build\.py)`", text
    )
    return set(found)


def modules() -> list[str]:
    """List the modules a newcomer may look for."""
    package = ROOT / "jupyter_pairedit"
    found = (each.relative_to(ROOT).as_posix() for each in package.rglob("*.py"))
    return sorted(
        each
        for each in found
        if not each.endswith("__init__.py") or each.endswith("stores/__init__.py")
    )


@pytest.mark.parametrize("module", modules())
def test_the_map_names_every_module(module: str) -> None:
    assert module in paths(section("For developers"))


@pytest.mark.parametrize("path", sorted(paths(README)))
def test_every_file_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_picture_is_there() -> None:
    for picture in re.findall(r"!\[[^]]+\]\(([^)]+)\)", README):
        assert (ROOT / picture).stat().st_size < 400_000


def test_the_settings_are_those_of_the_app() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", section("Settings"), re.MULTILINE))
    known = {
        name
        for name in PairEdit.class_own_traits(config=True)
        if not name.startswith("_")
    }

    assert named == known


def test_the_api_has_a_line_for_every_route() -> None:
    told = re.sub(r"\{(room|invite|client)Id\}", "ROOM", section("API"))
    told = told.replace("{version}", "1")
    for pattern, *_ in ROUTES + PUBLIC_ROUTES:
        route = (
            str(pattern)
            .removeprefix("/pairedit")
            .replace("([^/]+)", "ROOM")
            .replace("([0-9]{1,15})", "1")
            .rstrip("?/")
        )
        if route != "/static/(.+)":
            assert f" {route or '/'}" in told, route


def test_the_two_commands_are_those_that_ci_runs() -> None:
    assert "uv run --group test pytest" in section("Two commands")
    assert "uv run --group test pytest" in (ROOT / ".ci" / "run").read_text("utf-8")
