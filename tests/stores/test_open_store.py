"""Opening a store by its database URL."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.errors import BadDatabaseURL


async def test_a_sqlite_url_opens_a_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/x/rooms.db")

    assert store.name == "sqlite"
    assert (tmp_path / "x" / "rooms.db").exists()
    await store.close()


async def test_three_slashes_are_relative_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    await open_store("sqlite:///./dev.db").close()

    assert (tmp_path / "dev.db").exists()


@pytest.mark.parametrize(
    "url",
    ["rooms.db", "", "sqlite://", "sqlite:///", "sqlite://host/x.db", "mysql://h/d"],
)
def test_other_urls_are_refused_with_the_expected_form(url: str) -> None:
    with pytest.raises(BadDatabaseURL, match=r"^expected sqlite:///"):
        open_store(url)


def test_the_error_does_not_contain_the_password() -> None:
    with pytest.raises(BadDatabaseURL) as refusal:
        open_store("mysql://ann:secret@host/db")

    assert "secret" not in str(refusal.value)


def test_without_asyncpg_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)

    with pytest.raises(BadDatabaseURL, match=r"pip install 'jupyter_pairedit\[postgr"):
        open_store("postgresql://ann:secret@host/db")
