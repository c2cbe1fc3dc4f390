"""Which folder of js/src may import which, read off the imports, types included."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

SRC = Path(__file__).parents[1] / "js" / "src"

# A folder may import itself and these.
FLOORS = {
    "wire": "",
    "ui": "wire",
    "menu": "ui wire",
    "client": "ui wire",
    "codemenu": "menu client ui wire",
    "runs": "client ui wire",
    "names": "runs client ui wire",
    "editor": "names runs codemenu menu client ui wire",
    "history": "runs editor client ui wire",
    "share": "client ui wire",
    "room": "menu editor client ui wire",
    "members": "history room share editor menu client ui wire",
    "bundle": "members editor client ui wire",
    "hosts": "bundle editor client ui wire",
}

# `import … from "./x"`, `export … from "./x"`, `import "./x"` and `import("./x")`.
IMPORT = re.compile(r"""\b(?:from|import)\s*\(?\s*["'](\.[^"']*)["']""")

Sources = dict[str, str]


def sources() -> Sources:
    """Return the text of each file by its path in js/src, without its ending."""
    return {
        path.relative_to(SRC).with_suffix("").as_posix(): path.read_text("utf-8")
        for path in sorted(SRC.rglob("*.ts"))
    }


def imports(files: Sources) -> dict[str, set[str]]:
    """Return which files each file imports."""
    return {
        name: {resolved(name, found) for found in IMPORT.findall(text)}
        for name, text in files.items()
    }


def resolved(importer: str, specifier: str) -> str:
    parts = list(PurePosixPath(importer).parent.parts)
    for part in PurePosixPath(specifier.removesuffix(".js")).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def folder(name: str) -> str:
    return name.partition("/")[0]


def upward(files: Sources) -> list[tuple[str, str]]:
    """Return each import that the table does not allow, as (importer, imported)."""
    return [
        (name, imported)
        for name, found in imports(files).items()
        for imported in sorted(found)
        if folder(imported) != folder(name)
        and folder(imported) not in FLOORS[folder(name)].split()
    ]


def circles(files: Sources) -> list[set[str]]:
    """Return the groups of files that import each other, directly or not."""
    reached = imports(files)
    grown = True
    while grown:
        grown = False
        for name, found in reached.items():
            more = found.union(*(reached.get(each, set()) for each in found))
            grown |= more != found
            reached[name] = more
    groups: list[set[str]] = []
    for name, found in reached.items():
        if name in found and not any(name in group for group in groups):
            groups.append({each for each in found if name in reached[each]})
    return groups


def test_a_folder_imports_itself_and_those_below() -> None:
    assert upward(sources()) == []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles(sources()) == []


def test_every_import_is_of_a_file_that_is_there() -> None:
    files = sources()
    assert set().union(*imports(files).values()) <= set(files)


def test_every_folder_has_a_floor_and_every_floor_a_folder() -> None:
    assert {folder(name) for name in sources()} == set(FLOORS)


def test_the_table_of_floors_has_no_circle() -> None:
    above = list(FLOORS)
    for name, below in FLOORS.items():
        assert set(below.split()) <= set(above[: above.index(name)])


def test_at_most_two_files_are_in_no_folder() -> None:
    assert len(list(SRC.glob("*.ts"))) <= 2


@pytest.mark.parametrize(
    ("name", "line", "found"),
    [
        ("ui/dom", 'import {Room} from "../client/room";', "client/room"),
        (
            "client/room",
            'import type {Editor} from "../editor/editor";',
            "editor/editor",
        ),
        ("share/panel", 'import {ago} from "../history/words";', "history/words"),
        (
            "editor/editor",
            'export {Login} from "../members/members";',
            "members/members",
        ),
        ("wire/api", 'type M = typeof import("../bundle");', "bundle"),
        ("hosts/widget/open", 'import "../../share/panel.js";', "share/panel"),
        ("client/sync", 'import {\n  h,\n} from "../hosts/page";', "hosts/page"),
    ],
)
def test_an_import_of_a_higher_floor_is_found(name: str, line: str, found: str) -> None:
    assert upward({name: line}) == [(name, found)]


@pytest.mark.parametrize("kind", ["import", "import type", "export"])
def test_a_circle_is_found(kind: str) -> None:
    files = {
        "client/a": f'{kind} {{b}} from "./b";',
        "client/b": f'{kind} {{c}} from "./c";',
        "client/c": f'{kind} {{a}} from "./a";',
        "client/d": f'{kind} {{a}} from "./a";',
    }
    assert circles(files) == [{"client/a", "client/b", "client/c"}]
