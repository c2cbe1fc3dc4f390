"""What a PostgreSQL has, and one that is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from jupyter_pairedit.stores import BadDatabaseURL, Contents, look, open_store
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import ROOM, record
from tests.postgres import Postgres

GUARD = 30.0
"""Seconds after which something that should have come is given up; never waited for."""


async def test_a_database_is_empty_or_foreign_or_ours(
    database_url: str, postgres: Postgres
) -> None:
    assert look(database_url) is Contents.EMPTY
    postgres.do("create schema wiki", database_url)
    assert look(database_url) is Contents.EMPTY

    postgres.do("create table wiki.page (id text)", database_url)
    assert look(database_url) is Contents.FOREIGN

    await open_store(database_url).close()
    assert look(database_url) is Contents.OURS


def test_tables_of_an_extension_are_ignored(
    database_url: str, postgres: Postgres
) -> None:
    postgres.do("create table spatial (id text)", database_url)
    postgres.do("alter extension plpgsql add table spatial", database_url)

    assert look(database_url) is Contents.EMPTY


@pytest.mark.parametrize(
    "url",
    ["postgresql://a:b@127.0.0.1:1/rooms", "postgresql+asyncpg://a:b@127.0.0.1:1/x"],
)
def test_a_database_that_does_not_answer_is_unreachable(url: str) -> None:
    assert look(url) is Contents.UNREACHABLE


def test_a_missing_database_or_a_refused_login_is_unreachable(
    postgres: Postgres,
) -> None:
    assert look(postgres.url("missing")) is Contents.UNREACHABLE
    assert look(postgres.url("postgres", "nobody")) is Contents.UNREACHABLE


def test_a_malformed_url_is_refused() -> None:
    with pytest.raises(BadDatabaseURL, match="expected postgresql://user"):
        look("postgresql://host:port/rooms")


@asynccontextmanager
async def waiting(url: str) -> AsyncIterator[Store]:
    """A store of a database that did not answer when it was opened."""
    store = open_store(url, unreachable=True)
    try:
        with pytest.raises(StorageFailure, match="there is no such database"):
            await store.rooms()
        yield store
    finally:
        await store.close()


async def test_a_database_is_prepared_when_it_answers(
    postgres: Postgres,
) -> None:
    async with waiting(postgres.url("late")) as store, asyncio.timeout(GUARD):
        postgres.do("create database late")
        await _answered(store)
        await store.create(record(), "kept")

        assert (await store.load(ROOM)).code == "kept"
        assert [each.record.room_id for each in await store.rooms()] == [ROOM]


async def test_nothing_is_created_in_a_foreign_database(
    postgres: Postgres,
) -> None:
    url = postgres.url("wiki")
    async with waiting(url) as store, asyncio.timeout(GUARD):
        postgres.do("create database wiki")
        postgres.do("create table page (id text)", url)
        with pytest.raises(StorageFailure, match="set PAIREDIT_DATABASE_URL"):
            await _answered(store)

    assert look(url) is Contents.FOREIGN


async def _answered(store: Store) -> None:
    """Ask until the answer is another one than that there is no database."""
    while True:
        try:
            await store.rooms()
        except StorageFailure as failure:
            if "no such database" not in str(failure):
                raise
            await asyncio.sleep(0)
        else:
            return
