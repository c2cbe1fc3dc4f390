"""The table of keys agrees with the editor's keymap, CodeMirror's and JupyterLab's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SYSTEMS = ("win", "linux", "mac")
MODIFIERS = ("Ctrl", "Cmd", "Alt", "Shift")
Commands = dict[str, set[str]]

# Where a key is pressed that is meant for something else than an output of a notebook.
ELSEWHERE = re.compile(
    r"\.jp-(CodeConsole|FileEditor|DirListing|ImageViewer|SettingEditor|InputArea)"
    r"|jp-mod-(tooltip|completer|inline-completer)|jp-debugger"
)


@pytest.fixture(scope="module")
def keymap(node: Path, root: Path) -> Any:
    """The editor's keys by system and host, with CodeMirror's commands."""
    printed = subprocess.run(
        [node, "test/keys.mjs"], cwd=root / "js", stdout=subprocess.PIPE, check=True
    )
    return json.loads(printed.stdout)


@pytest.fixture(scope="module")
def tables(root: Path) -> list[list[list[str]]]:
    """The rows of the three tables of the page, without their heads."""
    page = (root / "docs" / "keys.md").read_text("utf-8")
    tables = re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)
    return [[cells(row) for row in table.splitlines()[2:]] for table in tables]


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split(" |")]


def keys_in(cell: str, system: str) -> list[str]:
    """Return the keys that a cell names for a system, with Alt for Option."""
    named = re.findall(r"`(\S+)`( \(Linux\))?", cell)
    return [
        normal(key) for key, linux_only in named if not linux_only or system == "linux"
    ]


def normal(key: str) -> str:
    """Return a key as ``js/test/keys.mjs`` prints it."""
    *held, last = re.split(r"-(?!$)", key.replace("Option", "Alt"))
    names = {"ArrowUp": "Up", "ArrowDown": "Down", "Escape": "Esc"}
    names |= {"ArrowLeft": "Left", "ArrowRight": "Right"}
    return "-".join([*(m for m in MODIFIERS if m in held), names.get(last, last)])


def by_key(rows: list[list[str]], system: str) -> dict[str, list[str]]:
    """Return the row of each key of a system."""
    column = 1 if system == "mac" else 0
    return {key: row for row in rows for key in keys_in(row[column], system)}


def jupyterlab(system: str) -> Commands:
    """Return JupyterLab's commands that a key may reach from an output, by the key."""
    found: Commands = {}
    for shortcut in shortcuts():
        keys = shortcut.get(f"{system}Keys") or shortcut["keys"]
        if not keys or not keys[0] or ELSEWHERE.search(shortcut["selector"]):
            continue
        accel = "Cmd" if system == "mac" else "Ctrl"
        key = normal(keys[0].replace("Accel", accel).replace(" ", "-"))
        found.setdefault(key, set()).add(shortcut["command"])
    return found


def shortcuts() -> Iterator[dict[str, Any]]:
    folder = Path(sys.prefix, "share", "jupyter", "lab", "schemas")
    for file in folder.rglob("*.json"):
        schema = json.loads(file.read_text("utf-8"))
        yield from schema.get("jupyter.lab.shortcuts", [])


@pytest.mark.parametrize("host", ["page", "notebook"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_no_key_is_made_of_alt_and_a_character(
    keymap: Any, system: str, host: str
) -> None:
    bound = keymap[system][host]["bound"]
    assert "Alt-End" in bound
    assert not [key for key in bound if re.search(r"Alt-(Shift-)?.$", key)]


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_table_has_the_keys_of_the_editor_and_no_others(
    keymap: Any, tables: list[list[list[str]]], system: str
) -> None:
    assert set(by_key(tables[0], system)) == set(keymap[system]["page"]["bound"])
    column = 1 if system == "mac" else 0
    listed = [key for row in tables[0] for key in keys_in(row[column], system)]
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_key_that_replaces_one_of_codemirror_says_so(
    keymap: Any, tables: list[list[list[str]]], system: str
) -> None:
    rows = by_key(tables[0], system)
    replaced = dict(keymap[system]["notebook"]["unbound"])
    replaced |= keymap[system]["page"]["bound"]
    for key, command in replaced.items():
        if command and key in rows:
            assert f"`{command}`" in rows[key][3].partition("JupyterLab")[0], key


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_key_of_codemirror_that_is_left_out_is_listed(
    keymap: Any, tables: list[list[list[str]]], system: str
) -> None:
    listed = {key: row[2] for key, row in by_key(tables[1], system).items()}
    left = keymap[system]["page"]["unbound"].items()
    assert listed == {key: f"`{command}`" for key, command in left}


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_key_that_replaces_one_of_jupyterlab_says_so(
    keymap: Any, tables: list[list[list[str]]], system: str
) -> None:
    rows = by_key(tables[0], system)
    theirs = jupyterlab(system)
    collisions = theirs.keys() & keymap[system]["notebook"]["bound"].keys()
    assert {"Enter", "Esc"} <= collisions
    for key in collisions:
        said = set(re.findall(r"`([\w:-]+:[\w-]+)`", rows[key][3]))
        assert theirs[key] <= said, key


def test_the_keys_that_go_to_jupyterlab_are_those_of_the_list(
    root: Path, tables: list[list[list[str]]]
) -> None:
    source = (root / "js/src/hosts/widget/shortcuts.ts").read_text("utf-8")
    lists = re.findall(
        r"HOST_KEYS\w*: readonly string\[\] = \[(.*?)\n?\];", source, re.S
    )
    keys = [key for each in lists for key in re.findall(r'"(.+?)"', each)]
    for system, accel in (("linux", "Ctrl"), ("mac", "Cmd")):
        expected = {normal(k.replace("Accel", accel).replace(" ", "-")) for k in keys}
        assert expected == set(by_key(tables[2], system))


@pytest.mark.parametrize("system", SYSTEMS)
def test_jupyterlab_binds_each_key_that_goes_there(
    tables: list[list[list[str]]], system: str
) -> None:
    assert by_key(tables[2], system).keys() <= jupyterlab(system).keys()


def test_the_keys_that_the_menu_lists_are_in_the_table_for_each_system(
    root: Path, tables: list[list[list[str]]]
) -> None:
    listed = (root / "js" / "src" / "codemenu" / "keylist.ts").read_text("utf-8")
    rows = re.findall(r'^  \["(.+)", "(.+)", ".+"\],$', listed, re.MULTILINE)
    assert len(rows) > 10
    for system in SYSTEMS:
        known = by_key(tables[0], system)
        keys = [normal(row[system == "mac"].replace("\\\\", "\\")) for row in rows]
        assert [key for key in keys if key not in known] == []
