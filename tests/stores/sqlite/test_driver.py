"""The SQL of the operations on SQLite."""

from __future__ import annotations

import sqlite3

import pytest

from jupyter_pairedit.stores.sql.operation import (
    All,
    Compute,
    Many,
    Notify,
    One,
    Operation,
    Run,
)
from jupyter_pairedit.stores.sqlite.driver import run, translate


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


def test_each_step_returns_its_result_to_the_operation() -> None:
    def operation() -> Operation[list[object]]:
        results = [
            (yield Run("create table t (a, b)")),
            (yield Many("insert into t values ($2, $1)", [(1, 2), (3, 4)])),
            (yield Run("update t set a = a + $1", 1)),
            (yield One("select * from t where b = $1", 1)),
            (yield One("select * from t where b = $1", 9)),
            (yield All("select * from t order by b")),
            (yield Notify("room", "R" * 22)),
            (yield Compute(lambda: "computed")),
        ]
        return results[1:]

    assert run(sqlite3.connect(":memory:"), operation()) == [
        None,
        2,
        (3, 1),
        None,
        [(3, 1), (5, 3)],
        None,
        "computed",
    ]
