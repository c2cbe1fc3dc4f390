"""Count lines of code: ``python -m tests.size`` prints a table for each part.

A line of code is a line that is neither blank nor only a comment or a docstring. Files
that are generated, and style sheets, are listed but not added to a part's total.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

# The parts that have a limit, in lines of code, and the folders that belong to them.
KERNEL = ("kernel", "client", "widget.py", "magic.py")
GENERATED = re.compile(r"\.gen\.ts$")
_SKIPPED = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


def python_lines(source: str) -> int:
    """Return the number of lines of ``source`` that hold code."""
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        if not isinstance(body, list) or not body:
            continue
        first = body[0]
        if (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            docstrings.update(range(first.lineno, (first.end_lineno or 0) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _SKIPPED:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - docstrings)


# Strings and regular expressions are skipped as a whole, so that "//" in one of them
# does not begin a comment.
_TYPESCRIPT = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`""",
    re.DOTALL,
)


def typescript_lines(source: str) -> int:
    """Return the number of lines of TypeScript or CSS that hold code."""

    def blank(match: re.Match[str]) -> str:
        if match["comment"] is None:
            return match[0]
        return "\n" * match[0].count("\n")

    return sum(
        bool(line.strip()) for line in _TYPESCRIPT.sub(blank, source).split("\n")
    )


def files() -> Iterator[tuple[str, Path]]:
    """Yield (part, path) for each source file of the package."""
    package = ROOT / "jupyter_pairedit"
    for path in sorted(package.rglob("*.py")):
        top = path.relative_to(package).parts[0]
        yield ("kernel" if top in KERNEL else "core and server"), path
    for path in sorted((ROOT / "js" / "src").rglob("*.ts")):
        yield ("generated" if GENERATED.search(path.name) else "TypeScript"), path
    for path in sorted((ROOT / "js" / "src").rglob("*.css")):
        yield "style sheets", path


def count(path: Path) -> int:
    """Return the number of lines of code in the file at ``path``."""
    source = path.read_text("utf-8")
    return python_lines(source) if path.suffix == ".py" else typescript_lines(source)


def long_functions(path: Path, most: int) -> Iterator[tuple[str, int]]:
    """Yield (name, lines) for each function of a Python file longer than ``most``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > most:
                yield node.name, lines


def main() -> None:
    totals: dict[str, int] = {}
    folders: dict[tuple[str, str], int] = {}
    for part, path in files():
        lines = count(path)
        totals[part] = totals.get(part, 0) + lines
        folder = path.parent.relative_to(ROOT).as_posix()
        folders[part, folder] = folders.get((part, folder), 0) + lines
    for part, total in totals.items():
        print(f"{total:6}  {part}")
        for (owner, folder), lines in sorted(folders.items()):
            if owner == part:
                print(f"{lines:14}  {folder}")


if __name__ == "__main__":
    main()
