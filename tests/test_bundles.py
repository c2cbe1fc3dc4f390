"""The size of each file that browsers load, as gzip sends it, and what is in it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "jupyter_pairedit" / "static"

# The largest size of each file, in bytes of gzip. A feature that few people use at once
# belongs into a file of its own, which is loaded when it is needed.
SIZES = {
    "code.js": 7_500,
    "editor.js": 142_000,
    "editor.css": 6_800,
    "emacs.js": 7_000,
    "guest.js": 3_500,
    "history.js": 9_500,
    "home.js": 4_600,
    "languages.js": 18_000,
    "names.js": 15_600,
    "page.js": 3_500,
    "pages.css": 3_000,
    "python.js": 27_000,
    "room.js": 7_000,
    "runs.js": 16_700,
    "share.js": 6_500,
    "vim.js": 41_000,
    "widget.js": 12_500,
}


@pytest.mark.parametrize("name", SIZES)
def test_a_file_is_at_most_as_large_as_the_table_says(name: str) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes())) <= SIZES[name]


def test_the_table_has_every_file_that_browsers_load() -> None:
    built = {path.name for path in STATIC.iterdir() if path.suffix in {".js", ".css"}}
    assert built == set(SIZES)


def test_only_the_editor_has_a_copy_of_codemirror() -> None:
    having = {
        path.name for path in STATIC.glob("*.js") if b"cm-editor" in path.read_bytes()
    }
    assert having == {"editor.js"}


@pytest.mark.parametrize("name", ["python.js", "vim.js", "emacs.js", "names.js"])
def test_a_file_uses_no_package_that_the_editor_does_not_share(name: str) -> None:
    used = (STATIC / name).read_text("utf-8")
    assert 'require("' in used
    for part in used.split('require("')[1:]:
        package = part.partition('"')[0]
        assert f'"{package}":' in (STATIC / "editor.js").read_text("utf-8"), package
