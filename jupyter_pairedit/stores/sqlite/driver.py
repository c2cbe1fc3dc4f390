"""Runs store operations on a SQLite file."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from ..sql.operation import (
    Access,
    All,
    Compute,
    Many,
    Notify,
    One,
    Operation,
    Run,
    Step,
)
from .file import SQLiteFile

T = TypeVar("T")

_DIFFERENCES = (
    (r"octet_length\((\w+)\)", r"length(cast(\1 as blob))"),
    (r"= any\(([^)]+)\)", r"in (select value from json_each(\1))"),
    (r"\bnow\(\)", "cast(strftime('%s', 'now') as integer)"),
    (r"\binterval '(\S+) seconds'", r"\1"),
    (r"\bfor (no key )?update\b", ""),
)
"""Expressions of PostgreSQL and what SQLite has in their place."""


class SQLiteDriver:
    """Runs operations in the threads of a file."""

    def __init__(self, file: SQLiteFile) -> None:
        self._file = file

    async def run(self, access: Access, start: Callable[[], Operation[T]]) -> T:
        """Run an operation; see ``Driver``."""
        match access:
            case "read":
                return await self._file.read(lambda db: run(db, start()))
            case "read consistently":
                return await self._file.read(lambda db: _run_in_view(db, start()))
            case "append":
                return await self._file.append(lambda db: run(db, start()))
            case "grow":
                return await self._file.add(lambda db: run(db, start()))
            case "write" | "reorganize":
                return await self._file.write(lambda db: run(db, start()))


def run(connection: sqlite3.Connection, operation: Operation[T]) -> T:
    """Run an operation to its end; return its value."""
    result: Any = None
    while True:
        try:
            step = operation.send(result)
        except StopIteration as end:
            value: T = end.value
            return value
        result = _do(connection, step)


def _run_in_view(connection: sqlite3.Connection, operation: Operation[T]) -> T:
    connection.execute("begin")
    try:
        return run(connection, operation)
    finally:
        connection.rollback()


def _do(connection: sqlite3.Connection, step: Step) -> Any:
    match step:
        case One(sql, args):
            return _execute(connection, sql, args).fetchone()
        case All(sql, args):
            return _execute(connection, sql, args).fetchall()
        case Run(sql, args):
            return _execute(connection, sql, args).rowcount
        case Many(sql, rows):
            text, arrange = translate(sql)
            connection.executemany(text, map(arrange, rows))
        case Compute(function):
            return function()
        case Notify():
            pass  # Other servers poll the file for changes.


def _execute(
    connection: sqlite3.Connection, sql: str, args: tuple[object, ...]
) -> sqlite3.Cursor:
    text, arrange = translate(sql)
    return connection.execute(text, arrange(args))


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
