"""Statements of PostgreSQL on SQLite."""

from __future__ import annotations

import sqlite3

import pytest

from jupyter_pairedit.stores.sqlite.dialect import translate


@pytest.mark.parametrize(
    ("sql", "args", "row"),
    [
        ("select $2, $1, $2", (1, 2), (2, 1, 2)),
        ("select octet_length(code) from (select $1 as code)", ("👋",), (4,)),
        ("select 'b' = any($1), 'c' = any($1)", (["a", "b"],), (1, 0)),
        ("select 1 = any($2), $1", (7, []), (0, 7)),
        ("select now() - interval '15.0 seconds' < now()", (), (1,)),
        ("select $1 for update", ("x",), ("x",)),
    ],
)
def test_a_statement_for_postgresql_runs_on_sqlite(
    sql: str, args: tuple[object, ...], row: tuple[object, ...]
) -> None:
    text, arrange = translate(sql)

    assert sqlite3.connect(":memory:").execute(text, arrange(args)).fetchone() == row
