"""Write ``src/wire/protocol.gen.ts`` from ``jupyter_pairedit/protocol/``.

``python js/generate_protocol.py`` writes the file. With ``--check`` it writes nothing,
and the exit status is 1 if the file differs.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

import msgspec.inspect as shapes

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "jupyter_pairedit" / "protocol").glob("*.py"))
TARGET = ROOT / "js" / "src" / "wire" / "protocol.gen.ts"
WIDTH = 100

sys.path.insert(0, str(ROOT))

from jupyter_pairedit import __version__, protocol  # noqa: E402  (found by the above)
from jupyter_pairedit.core import identifiers, names, runs  # noqa: E402

LENGTHS = {
    "NAME": names.LONGEST_NAME,
    "LABEL": identifiers.LABEL_LENGTH,
    "POINT": identifiers.POINT_LENGTH,
}

ALIASES = {
    repr(shapes.type_info(alias)): name
    for name, alias in (
        ("ChangeJSON", protocol.ChangeJSON),
        ("ErrorCode", protocol.ErrorCode),
        ("RunState", runs.RunState),
        ("RunError", protocol.RunError),
    )
}


def render() -> str:
    """Return the TypeScript of the whole protocol."""
    docs = _docs(SOURCES)
    # All kinds of hello have the same tag, so the server has a decoder for each. Pages
    # send no hello with a pass.
    client = (*get_args(protocol.ClientMessage), protocol.GuestHello)
    server = get_args(protocol.ServerMessage)
    parts = [
        "// Generated from jupyter_pairedit/protocol/ by js/generate_protocol.py",
        _doc("The version of the package that a file was built from.")
        + f'export const VERSION = "{__version__}";',
        _doc(docs["EDIT_DIALECT"])
        + f'export const EDIT_DIALECT = "{protocol.EDIT_DIALECT}";',
        _doc(docs["ChangeJSON"])
        + "export type ChangeJSON = (number | (number | string)[])[];",
        *(
            _choice(name, alias)
            for name, alias in (
                ("ErrorCode", protocol.ErrorCode),
                ("RunState", runs.RunState),
                ("RunError", protocol.RunError),
            )
        ),
        *(_struct(shape, docs) for shape in _structs((*client, *server))),
        _union("ClientMessage", client),
        _union("ServerMessage", server),
        _doc(docs["NO_SUCH_ROOM"])
        + f'export const NO_SUCH_ROOM = "{protocol.NO_SUCH_ROOM}";',
        _constants("Close", vars(protocol.Close), docs["Close"]),
        _constants("Lengths", LENGTHS, "The longest texts of people, in characters."),
    ]
    return "\n\n".join(parts) + "\n"


def _choice(name: str, alias: object) -> str:
    codes = "".join(f'\n  | "{code}"' for code in get_args(alias))
    return f"export type {name} ={codes};"


def _union(name: str, classes: tuple[type, ...]) -> str:
    names = [each.__name__ for each in classes]
    line = f"export type {name} = {' | '.join(names)};"
    if len(line) <= WIDTH:
        return line
    return f"export type {name} =" + "".join(f"\n  | {each}" for each in names) + ";"


def _structs(classes: tuple[type, ...]) -> Iterator[shapes.StructType]:
    """Yield each struct once, after the structs that its fields refer to."""
    seen: set[type] = set()

    def visit(shape: shapes.Type) -> Iterator[shapes.StructType]:
        if isinstance(shape, shapes.ListType):
            yield from visit(shape.item_type)
        if isinstance(shape, shapes.StructType) and shape.cls not in seen:
            seen.add(shape.cls)
            for field in shape.fields:
                yield from visit(field.type)
            yield shape

    for cls in classes:
        yield from visit(shapes.type_info(cls))


def _struct(shape: shapes.StructType, docs: dict[str, str]) -> str:
    name = shape.cls.__name__
    if shape.array_like:
        items = ", ".join(_field(field) for field in shape.fields)
        return f"{_doc(docs[name])}export type {name} = [{items}];"
    lines = [f'  type: "{shape.tag}";'] if shape.tag else []
    for field in shape.fields:
        doc = docs.get(f"{name}.{field.name}", "")
        lines.append(_doc(doc, "  ") + f"  {_field(field)};")
    body = "\n".join(lines)
    return f"{_doc(docs[name])}export interface {name} {{\n{body}\n}}"


def _field(field: shapes.Field) -> str:
    # The name of an array's item is only a label. It is camelCase as the others are.
    first, *rest = field.encode_name.split("_")
    name = first + "".join(word.capitalize() for word in rest)
    return f"{name}{'' if field.required else '?'}: {_type(field.type)}"


def _type(shape: shapes.Type) -> str:
    if alias := ALIASES.get(repr(shape)):
        return alias
    match shape:
        case shapes.StrType():
            return "string"
        case shapes.IntType() | shapes.FloatType():
            return "number"
        case shapes.BoolType():
            return "boolean"
        case shapes.NoneType():
            return "null"
        case shapes.RawType():
            return "unknown"
        case shapes.LiteralType(values=values):
            return " | ".join(
                f'"{v}"' if isinstance(v, str) else str(v) for v in values
            )
        case shapes.UnionType(types=types):
            return " | ".join(_type(each) for each in types)
        case shapes.ListType(item_type=item):
            inner = _type(item)
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        case shapes.StructType(cls=cls):
            return cls.__name__
    raise TypeError(
        f"No TypeScript type is known for {shape!r}: add it to js/generate_protocol.py."
    )


def _constants(name: str, values: Mapping[str, object], doc: str) -> str:
    public = ((k, v) for k, v in values.items() if not k.startswith("_"))
    lines = "\n".join(f"  {key}: {value}," for key, value in public)
    return f"{_doc(doc)}export const {name} = {{\n{lines}\n}} as const;"


def _docs(files: Iterable[Path]) -> dict[str, str]:
    """Return the docstrings of classes, constants and fields by name."""
    found: dict[str, str] = {}

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for statement, after in zip(body, [*body[1:], None], strict=True):
            match statement:
                case ast.ClassDef(name=name):
                    found[name] = ast.get_docstring(statement) or ""
                    visit(statement.body, f"{name}.")
                case ast.Assign(targets=[ast.Name(id=name)]):
                    found[prefix + name] = _literal(after)
                case ast.AnnAssign(target=ast.Name(id=name)):
                    found[prefix + name] = _literal(after)

    for file in files:
        visit(ast.parse(file.read_text("utf-8")).body, "")
    return found


def _literal(statement: ast.stmt | None) -> str:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return inspect.cleandoc(text)
    return ""


def _doc(text: str, indent: str = "") -> str:
    if not text:
        return ""
    # Markdown has one backtick for code. Paragraphs are filled to WIDTH.
    paragraphs = text.replace("``", "`").split("\n\n")
    lines = [
        line
        for number, paragraph in enumerate(paragraphs)
        for line in [""] * bool(number)
        + textwrap.wrap(paragraph, WIDTH - 3 - len(indent))
    ]
    if len(lines) == 1 and len(lines[0]) <= WIDTH - 7 - len(indent):
        return f"{indent}/** {lines[0]} */\n"
    inner = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{inner}{indent} */\n"


def main(arguments: list[str]) -> int:
    """Write the file, or compare it with ``--check``. Return the exit status."""
    text = render()
    if "--check" not in arguments:
        TARGET.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.relative_to(ROOT)} is stale: run python js/generate_protocol.py")
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
