"""Messages of clients that Hypothesis makes from the JSON schema of the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, Phase, given, seed, settings

from jupyter_pairedit.protocol import ClientMessage

Schema = Mapping[str, Any]


def messages(count: int, first_seed: int) -> list[dict[str, Any]]:
    """Return that many, the same ones for a seed."""
    schema = msgspec.json.schema(ClientMessage)
    made: list[dict[str, Any]] = []

    @seed(first_seed)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(of_schema(schema, schema["$defs"]))
    def note(message: dict[str, Any]) -> None:
        made.append(message)

    note()
    return made


def of_schema(schema: Schema, known: Schema) -> st.SearchStrategy[Any]:
    """Make what a schema allows that is written in the words that msgspec uses."""
    if "$ref" in schema:
        return of_schema(known[schema["$ref"].rpartition("/")[2]], known)
    if "anyOf" in schema:
        return st.one_of([of_schema(each, known) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "object":
            fields = {
                name: of_schema(each, known)
                for name, each in schema["properties"].items()
            }
            required = {name: fields.pop(name) for name in schema["required"]}
            return st.fixed_dictionaries(required, optional=fields)
        case "array" if "prefixItems" in schema:
            each = [of_schema(item, known) for item in schema["prefixItems"]]
            return st.tuples(*each).map(list)
        case "array":
            return st.lists(of_schema(schema["items"], known), max_size=6)
        case "integer":
            least, most = schema.get("minimum"), schema.get("maximum")
            return st.integers(least, most) | st.integers(least or 0, 9)
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"], fullmatch=True)
        case "string":
            return st.text(max_size=12)
        case "boolean":
            return st.booleans()
        case other:
            raise AssertionError(f"expected a type of the protocol, found {other!r}")
