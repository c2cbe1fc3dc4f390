"""A connection pooler before the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.settings import choose_database
from jupyter_pairedit.stores import Contents, look, open_store
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import ROOM, chain, insert, record, revision
from tests.pgbouncer import IGNORED, PgBouncer
from tests.postgres import Postgres

POOLER = "a connection pooler such as PgBouncer .* give the address of PostgreSQL"

Pool = Callable[..., str]


@pytest.fixture
def pool(postgres: Postgres, database_url: str) -> Iterator[Pool]:
    """Start a pooler: ``pool("transaction")`` returns the URL of the database there."""
    with ExitStack() as running:

        def start(mode: str, ignored: str = "", size: int = 5) -> str:
            pooler = PgBouncer(postgres.port, mode, ignored, size)
            running.callback(pooler.stop)
            return database_url.replace(f":{postgres.port}/", f":{pooler.port}/")

        yield start


def tables(postgres: Postgres, url: str) -> str:
    """Return the schemas and tables that somebody has made."""
    return postgres.do(
        "select nspname, relname from pg_namespace"
        " left join pg_class on relnamespace = pg_namespace.oid"
        " where nspname !~ '^(pg_|information_schema$)' order by 1, 2",
        url,
    )


@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("ignored", ["", IGNORED, "statement_timeout"])
def test_a_pooler_in_transaction_mode_is_named_and_nothing_is_created(
    pool: Pool, postgres: Postgres, database_url: str, ignored: str, size: int
) -> None:
    url = pool("transaction", ignored, size)
    before = tables(postgres, database_url)

    for _ in range(2):
        with pytest.raises(StorageFailure, match=POOLER) as refusal:
            open_store(url)
        assert "\n" not in str(refusal.value)

    assert tables(postgres, database_url) == before


async def test_a_pooler_in_transaction_mode_that_passes_settings_on_is_found(
    pool: Pool, postgres: Postgres, database_url: str
) -> None:
    """The settings are as asked for, by a default of the database."""
    name = database_url.rpartition("/")[2]
    postgres.do(f"alter database {name} set search_path to pairedit")

    with pytest.raises(StorageFailure, match=POOLER):
        open_store(pool("transaction", IGNORED))

    assert "room" not in tables(postgres, database_url)


@pytest.mark.parametrize("ignored", ["", IGNORED])
def test_what_is_behind_a_pooler_can_be_seen(
    pool: Pool, postgres: Postgres, database_url: str, ignored: str
) -> None:
    url = pool("transaction", ignored)
    assert look(url) is Contents.EMPTY

    postgres.do("create table page (id text)", database_url)
    assert look(url) is Contents.FOREIGN


async def test_a_variable_of_another_program_with_a_pooler_leaves_the_rooms_alone(
    pool: Pool, postgres: Postgres, database_url: str
) -> None:
    postgres.do("create table page (id text)", database_url)
    variables = {"DATABASE_URL": pool("transaction")}

    chosen = choose_database(None, variables, "sqlite:///rooms.db", look)

    assert chosen.url == "sqlite:///rooms.db"
    assert "belongs to another program" in chosen.warning


async def test_rooms_behind_a_pooler_are_not_taken_for_none(
    pool: Pool, database_url: str
) -> None:
    await open_store(database_url).close()
    url = pool("transaction")
    variables = {"DATABASE_URL": url}

    chosen = choose_database(None, variables, "sqlite:///rooms.db", look)

    assert chosen.url == url
    with pytest.raises(StorageFailure, match=POOLER):
        open_store(url)


async def test_a_pooler_in_session_mode_that_keeps_the_settings_works(
    pool: Pool, postgres: Postgres, database_url: str
) -> None:
    """By defaults of the database: PgBouncer itself passes on none of them."""
    wait = Limits().storage_wait
    name = database_url.rpartition("/")[2]
    for setting, value in (
        ("search_path", "pairedit"),
        ("statement_timeout", f"{round(wait * 1000)}"),
        ("synchronous_commit", "off"),
    ):
        postgres.do(f"alter database {name} set {setting} to {value}")

    store = open_store(pool("session", IGNORED), wait=wait)
    await store.create(record(), "")
    await store.append(ROOM, 0, chain(revision(1, insert(0, 0, "x"))))

    assert (await store.load(ROOM)).last == 1
    await store.close()
    # The one schema that every database has.
    assert tables(postgres, database_url).endswith("\npublic|")


def test_a_pooler_in_session_mode_that_ignores_the_settings_is_named(
    pool: Pool, postgres: Postgres, database_url: str
) -> None:
    with pytest.raises(StorageFailure, match=POOLER):
        open_store(pool("session", IGNORED))
    with pytest.raises(StorageFailure, match=POOLER):
        open_store(pool("session"))

    assert "room" not in tables(postgres, database_url)
