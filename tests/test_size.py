"""Files and functions are short, except those that are listed here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from .size import files, long_functions

SOURCE_FILE = 300
TEST_FILE = 500
STYLE_SHEET = 400
FUNCTION = 40
"""Most lines, with comments and blank lines."""

LONG_FILES = {"js/src/wire/protocol.gen.ts"}
"""Files that may be longer: they are generated."""

LONG_FUNCTIONS = {
    "js/src/client/room.ts": {"constructor"},
    "js/src/editor/codeview.ts": {"codeView"},
    "js/src/editor/editor.ts": {"mountEditor"},
    "js/src/editor/runbutton.ts": {"runButton"},
    "js/src/editor/statusline.ts": {"statusLine"},
    "js/src/history/panel.ts": {"openHistory"},
    "js/src/history/points.ts": {"pointsBar"},
    "js/src/hosts/widget/fallback.ts": {"lastCode"},
    "js/src/hosts/widget/passes.ts": {"offerPass"},
    "js/src/hosts/widget/traits.ts": {"followRoom"},
    "js/src/members/history.ts": {"historyPart"},
    "js/src/members/members.ts": {"membersPart"},
    "js/src/runs/question.ts": {"questionPanel"},
    "js/src/runs/runs.ts": {"openRuns"},
    "js/src/runs/unread.ts": {"unreadPanel"},
    "js/src/share/form.ts": {"linkForm"},
    "js/src/share/links.ts": {"linkList"},
    "js/src/share/panel.ts": {"openShare"},
    "js/src/ui/panelbutton.ts": {"panelButton"},
    "jupyter_pairedit/settings.py": {"check_settings"},
    "jupyter_pairedit/stores/sqlite/schema.py": {"rooms_and_their_logs"},
}
"""Functions that are still too long, by file. Take out what has become short."""


def test_files_of_the_package_are_short(root: Path) -> None:
    found = {
        path.relative_to(root).as_posix()
        for part, path in files()
        if lines_of(path) > (STYLE_SHEET if part == "style sheets" else SOURCE_FILE)
    }

    assert found == LONG_FILES


def test_test_files_are_short(root: Path) -> None:
    tests = [*(root / "tests").rglob("*.py"), *(root / "js" / "test").rglob("*.ts")]

    assert tests
    assert [path for path in tests if lines_of(path) > TEST_FILE] == []


def test_few_files_lie_outside_of_the_folders(root: Path) -> None:
    package = root / "jupyter_pairedit"

    assert {path.stem for path in package.glob("*.py")} == {
        "__init__",
        "app",
        "cli",
        "magic",
        "processes",
        "settings",
        "widget",
    }
    assert [path.name for path in (root / "js" / "src").glob("*.ts")] == ["bundle.ts"]


def test_functions_in_python_are_short(root: Path) -> None:
    found = {
        path.relative_to(root).as_posix(): {name for name, _ in functions}
        for _, path in files()
        if path.suffix == ".py" and (functions := [*long_functions(path, FUNCTION)])
    }

    assert found == listed(".py")


def test_functions_in_typescript_are_short(node: Path, root: Path) -> None:
    printed = subprocess.run(
        [node, "test/functions.mjs", str(FUNCTION)],
        cwd=root / "js",
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    found = {
        f"js/{path}": {name for name, _ in functions}
        for path, functions in json.loads(printed).items()
    }

    assert found == listed(".ts")


@pytest.mark.parametrize(
    ("lines", "is_long"), [(FUNCTION, False), (FUNCTION + 1, True)]
)
def test_a_function_is_measured_from_its_first_line_to_its_last(
    tmp_path: Path, lines: int, is_long: bool
) -> None:
    file = tmp_path / "one.py"
    file.write_text("@decorated\ndef one():" + "\n    pass" * (lines - 1) + "\n\n")

    assert bool(list(long_functions(file, FUNCTION))) is is_long


def listed(suffix: str) -> dict[str, set[str]]:
    return {
        path: names for path, names in LONG_FUNCTIONS.items() if path.endswith(suffix)
    }


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())
