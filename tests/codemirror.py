"""What CodeMirror makes of random texts and changes, and our functions for the same.

``js/test/vectors.mjs`` makes the cases up, one for each seed, with CodeMirror itself.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.revisions import Revision, rebase
from jupyter_pairedit.core.sections import Section
from jupyter_pairedit.core.text import Text, to_units, unify_line_ends

Vector = dict[str, Any]
"""A case: a text, changes of it, and what CodeMirror makes of them, by name."""


def vectors_of(seeds: Sequence[int], node: Path, root: Path) -> list[Vector]:
    """Let CodeMirror make up a case for each seed."""
    printed = subprocess.run(
        [str(node), "test/vectors.mjs"],
        cwd=root / "js",
        input="\n".join(map(str, seeds)).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    vectors = [json.loads(line) for line in printed.stdout.splitlines()]
    assert [each["seed"] for each in vectors] == list(seeds)
    return vectors


def differences(vectors: Sequence[Vector], what: str) -> list[tuple[Vector, Any]]:
    """Return the cases where ours is not CodeMirror's, each with ours."""
    ours = OURS[what]
    found = ((each, ours(each)) for each in vectors)
    return [(vector, mine) for vector, mine in found if mine != vector[what]]


def _read(json: Sequence[Any]) -> ChangeSet:
    """Read a change set as it is, with the halves of characters that a room refuses."""
    return ChangeSet(
        tuple(
            Section(part, None)
            if isinstance(part, int)
            else Section(part[0], to_units("\n".join(part[1:])))
            for part in json
        )
    )


def _positions(vector: Vector) -> list[list[int]]:
    a = _read(vector["a"])
    return [
        [position, assoc, a.map_position(position, assoc)]
        for position, assoc, _ in vector["positions"]
    ]


def _rebased(vector: Vector) -> list[Any]:
    late = vector["late"]
    over = [
        Revision(version, "edit", author, author, 0.0, _read(changes))
        for version, (author, changes) in enumerate(late["over"], 1)
    ]
    pushed = [_read(changes) for _, changes in late["updates"]]
    return [["me", each.to_json()] for each in rebase("me", pushed, over)]


OURS: dict[str, Callable[[Vector], Any]] = {
    "applied": lambda v: str(_read(v["a"]).apply(Text.of(v["doc"]))),
    "loaded": lambda v: unify_line_ends(v["file"]),
    "a": lambda v: _read(v["a"]).to_json(),
    "composed": lambda v: _read(v["a"]).compose(_read(v["c"])).to_json(),
    "mapped": lambda v: _read(v["b"]).map(_read(v["a"])).to_json(),
    "mappedBefore": lambda v: _read(v["b"]).map(_read(v["a"]), before=True).to_json(),
    "positions": _positions,
    "rebased": _rebased,
}
"""What our side makes of a case, by the name under which CodeMirror's is in it."""
