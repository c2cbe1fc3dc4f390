"""Sphinx configuration. ``uv run --group docs sphinx-build -W docs docs/_build``."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
GENERATED = Path(__file__).parent / "_generated"

project = "jupyter_pairedit"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "jupyter_pairedit"
exclude_patterns = ["_build", "_generated"]
# Links to files of the repository outside docs/ are left as they are.
suppress_warnings = ["myst.xref_missing"]


def routes() -> str:
    """Return a table of the REST routes, from ``openapi.yaml``."""
    text = (ROOT / "jupyter_pairedit" / "openapi.yaml").read_text("utf-8")
    rows = ["| route | what it does | answers |", "| --- | --- | --- |"]
    for path, operations in yaml.safe_load(text)["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            summary = operation["summary"]
            if body := _body(operation):
                summary += f" Body: {body}."
            if query := _query(operation):
                summary += f" Query: {query}."
            answers = ", ".join(operation["responses"])
            rows.append(f"| `{method.upper()} {path}` | {summary} | {answers} |")
    return "\n".join(rows) + "\n"


def _query(operation: dict[str, Any]) -> str:
    found = operation.get("parameters", ())
    return ", ".join(f"`{each['name']}`" for each in found if each.get("in") == "query")


def _body(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return ", ".join(f"`{name}`" for name in schema.get("properties", {}))


def limits() -> str:
    """Return a table of the fields of ``Limits``, from its source."""
    source = (ROOT / "jupyter_pairedit" / "core" / "limits.py").read_text("utf-8")
    (body,) = (
        node.body
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == "Limits"
    )
    rows = ["| limit | default | meaning |", "| --- | --- | --- |"]
    for node, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign) or node.value is None:
            continue
        name, value = ast.unparse(node.target), ast.unparse(node.value)
        meaning = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            meaning = " ".join(str(after.value.value).replace("``", "`").split())
        if not meaning and name.endswith("_per"):
            meaning = f"The period of `{name.removesuffix('_per')}`, in seconds."
        rows.append(f"| `{name}` | `{value}` | {meaning} |")
    return "\n".join(rows) + "\n"


def setup(app: Any) -> None:
    """Write the generated tables before Sphinx reads the pages."""
    GENERATED.mkdir(exist_ok=True)
    (GENERATED / "routes.md").write_text(routes(), "utf-8")
    (GENERATED / "limits.md").write_text(limits(), "utf-8")
