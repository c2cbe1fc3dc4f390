"""Statements of PostgreSQL as statements of SQLite."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

_DIFFERENCES = (
    (r"octet_length\((\w+)\)", r"length(cast(\1 as blob))"),
    (r"= any\(([^)]+)\)", r"in (select value from json_each(\1))"),
    (r"\bnow\(\)", "cast(strftime('%s', 'now') as integer)"),
    (r"\binterval '(\S+) seconds'", r"\1"),
    (r"\bfor (no key )?update\b", ""),
)
"""Expressions of PostgreSQL and what SQLite has in their place."""


@cache
def translate(sql: str) -> tuple[str, Callable[[tuple[object, ...]], Any]]:
    """Return a statement for SQLite, and a function that arranges its arguments.

    Python's ``sqlite3`` binds ``?`` faster than the numbered parameters of SQLite.
    """
    for postgres, sqlite in _DIFFERENCES:
        sql = re.sub(postgres, sqlite, sql)
    order = [int(number) - 1 for number in re.findall(r"\$(\d+)", sql)]
    text = re.sub(r"\$\d+", "?", sql)
    if order == list(range(len(order))) and "json_each" not in text:
        return text, tuple

    def arrange(args: tuple[object, ...]) -> list[object]:
        ordered = (args[index] for index in order)
        return [json.dumps(arg) if isinstance(arg, list) else arg for arg in ordered]

    return text, arrange
