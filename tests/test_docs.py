"""The documentation agrees with the code: paths, settings, routes, commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.app import PairEdit
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.handlers import PUBLIC_ROUTES
from jupyter_pairedit.protocol import ClientMessage, Close, ServerMessage

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
PAGES += sorted(DOCS.glob("*.md"))


def read(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def paths(text: str) -> set[str]:
    """Return the files and folders of the repository that ``text`` names."""
    pattern = r"`((?:jupyter_pairedit|js|tests|docs)/[\w./]+|hatch_build\.py)`"
    return set(re.findall(pattern, text))


def folders() -> list[str]:
    """Return the folders of the source in which somebody may look for a behaviour."""
    found = {
        path.relative_to(ROOT).parts[:2]
        for path in (ROOT / "jupyter_pairedit").rglob("*.py")
        if path.parent != ROOT / "jupyter_pairedit"
    }
    found |= {
        path.relative_to(ROOT).parts[:3]
        for path in (ROOT / "js" / "src").rglob("*.ts")
        if path.parent != ROOT / "js" / "src"
    }
    return sorted("/".join(parts) + "/" for parts in found)


@pytest.mark.parametrize("folder", folders())
def test_the_map_has_a_row_for_each_folder(folder: str) -> None:
    assert folder in paths(read("architecture.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_file_that_a_page_names_exists(page: Path) -> None:
    for path in paths(page.read_text("utf-8")):
        assert (ROOT / path).exists() or path.startswith("js/test/"), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            slugs = {
                re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings
            }
            assert anchor in slugs, target


def test_the_pictures_of_the_readme_are_small() -> None:
    for picture in re.findall(r"!\[[^]]+\]\(([^)]+)\)", README):
        assert (ROOT / picture).stat().st_size < 400_000


def test_the_readme_fits_on_a_few_screens() -> None:
    assert len(README.splitlines()) <= 150


def test_the_settings_are_those_of_the_app() -> None:
    before, _, _ = read("settings.md").partition("## Limits")
    named = set(re.findall(r"^\| `(\w+)` \|", before, re.MULTILINE))
    known = {
        name
        for name in PairEdit.class_own_traits(config=True)
        if not name.startswith("_")
    }

    assert named == known


def test_each_limit_has_a_meaning_in_the_table_of_limits() -> None:
    table = _conf()["limits"]()

    for name in Limits.__dataclass_fields__:
        (row,) = re.findall(rf"^\| `{name}` \| `.+` \| (.*) \|$", table, re.MULTILINE)
        assert row, f"{name} has no docstring"


def test_each_message_and_close_code_is_described() -> None:
    page = read("protocol.md")
    for message in (*ClientMessage.__args__, *ServerMessage.__args__):
        assert f"`{message.__struct_config__.tag}" in page
    for name, code in vars(Close).items():
        if name.isupper():
            assert re.search(rf"^\| .*\b{code}\b", page, re.MULTILINE), name


def test_the_public_addresses_are_those_that_the_pages_name() -> None:
    named = [str(pattern).removeprefix("/pairedit") for pattern, *_ in PUBLIC_ROUTES]

    for page in ("api.md", "safety.md"):
        for route in named:
            assert route.partition("(")[0].rstrip("?/") in read(page), (page, route)


def test_the_readme_has_the_commands_that_ci_runs() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    for command in (
        "uv run --group test pytest",
        "uv run --group unit pytest -m quick",
    ):
        assert command in README and command in ci


def test_sphinx_builds_the_pages_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E"]
    done = subprocess.run(
        [*command, "-d", str(tmp_path / "trees"), str(DOCS), str(tmp_path / "html")],
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "html" / "api.html").stat().st_size > 10_000


def _conf() -> dict[str, Any]:
    namespace: dict[str, Any] = {"__file__": str(DOCS / "conf.py")}
    exec((DOCS / "conf.py").read_text("utf-8"), namespace)
    return namespace
