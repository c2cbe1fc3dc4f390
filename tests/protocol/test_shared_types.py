"""Bounds of fields have a name where several messages have them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path


def annotated(module: Path) -> Iterator[str]:
    """Return the types of a module with bounds, as they are written."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Annotated":
            yield ast.unparse(node)


def test_no_type_with_bounds_is_written_twice_in_messages_and_requests(
    root: Path,
) -> None:
    package = root / "jupyter_pairedit"
    found = Counter(
        each
        for folder in ("protocol", "handlers")
        for module in (package / folder).rglob("*.py")
        for each in annotated(module)
    )

    assert found
    assert [each for each, count in found.items() if count > 1] == []
