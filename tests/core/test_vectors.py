"""Our change sets give what CodeMirror gives, on cases that CodeMirror itself made up.

``js/test/vectors.mjs`` prints them. The seed is fixed: a failing case stays failing.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.revisions import Revision, rebase
from jupyter_pairedit.core.sections import Section
from jupyter_pairedit.core.text import Text, to_units, unify_line_ends

CASES = 20_000
SEED = 20_260_801

Vector = dict[str, Any]


@pytest.fixture(scope="module")
def vectors(node: Path, root: Path) -> list[Vector]:
    """20,000 cases: a text, changes of it, and what CodeMirror makes of them."""
    script = [str(node), "test/vectors.mjs"]
    script += ["--cases", str(CASES), "--seed", str(SEED)]
    printed = subprocess.run(
        script, cwd=root / "js", stdout=subprocess.PIPE, check=True
    )
    lines = printed.stdout.splitlines()
    assert len(lines) == CASES
    return [json.loads(line) for line in lines]


def read(json: Sequence[Any]) -> ChangeSet:
    """Read a change set as it is, with the halves of characters that a room refuses."""
    return ChangeSet(
        tuple(
            Section(part, None)
            if isinstance(part, int)
            else Section(part[0], to_units("\n".join(part[1:])))
            for part in json
        )
    )


def differing(
    vectors: Sequence[Vector], what: str, ours: Any
) -> Iterator[tuple[Vector, Any]]:
    """Yield the cases where ours is not CodeMirror's."""
    for vector in vectors:
        found = ours(vector)
        if found != vector[what]:
            yield vector, found


def none_of(differences: Iterator[tuple[Vector, Any]]) -> None:
    """Show the first difference as a failure."""
    assert next(differences, None) is None


def test_a_change_set_applies_as_in_codemirror(vectors: list[Vector]) -> None:
    none_of(
        differing(
            vectors,
            "applied",
            lambda v: str(read(v["a"]).apply(Text.of(v["doc"]))),
        )
    )


def test_line_ends_become_what_codemirror_makes_of_them(vectors: list[Vector]) -> None:
    none_of(differing(vectors, "loaded", lambda v: unify_line_ends(v["file"])))


def test_json_is_read_and_written_as_in_codemirror(vectors: list[Vector]) -> None:
    none_of(differing(vectors, "a", lambda v: read(v["a"]).to_json()))


def test_compose_gives_what_codemirror_gives(vectors: list[Vector]) -> None:
    none_of(
        differing(
            vectors, "composed", lambda v: read(v["a"]).compose(read(v["c"])).to_json()
        )
    )


def test_map_gives_what_codemirror_gives(vectors: list[Vector]) -> None:
    none_of(
        differing(vectors, "mapped", lambda v: read(v["b"]).map(read(v["a"])).to_json())
    )


def test_map_before_gives_what_codemirror_gives(vectors: list[Vector]) -> None:
    none_of(
        differing(
            vectors,
            "mappedBefore",
            lambda v: read(v["b"]).map(read(v["a"]), before=True).to_json(),
        )
    )


def test_invert_gives_what_codemirror_gives(vectors: list[Vector]) -> None:
    none_of(
        differing(
            vectors,
            "inverted",
            lambda v: read(v["a"]).invert(Text.of(v["doc"])).to_json(),
        )
    )


def test_positions_move_as_in_codemirror(vectors: list[Vector]) -> None:
    def ours(vector: Vector) -> list[list[int]]:
        a = read(vector["a"])
        return [
            [position, assoc, a.map_position(position, assoc)]
            for position, assoc, _ in vector["positions"]
        ]

    none_of(differing(vectors, "positions", ours))


def test_a_late_push_becomes_what_a_codemirror_client_makes_of_it(
    vectors: list[Vector],
) -> None:
    def ours(vector: Vector) -> list[Any]:
        case = vector["rebase"]
        over = [
            Revision(version, "edit", author, author, 0.0, read(changes))
            for version, (author, changes) in enumerate(case["over"], 1)
        ]
        pushed = [read(changes) for _, changes in case["updates"]]
        return [["me", each.to_json()] for each in rebase("me", pushed, over)]

    rebased = [
        {**vector, "stepwise": vector["rebase"]["stepwise"]} for vector in vectors
    ]
    none_of(differing(rebased, "stepwise", ours))
