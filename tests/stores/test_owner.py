"""To whom the names of rooms belong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.owner import server_owner


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this package in Jupyter's data directory."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    return tmp_path / "data" / "pairedit"


def test_a_server_of_a_hub_is_that_of_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ann")

    assert server_owner() == "hub:ann"


def test_another_server_is_that_of_its_data_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = server_owner()

    assert server_owner() == first
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "other"))
    assert server_owner() != first
    assert first.startswith("data:")


def test_servers_that_start_at_once_have_one_owner(folder: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        owners = set(threads.map(lambda _: server_owner(), range(32)))

    assert len(owners) == 1
    assert [each.name for each in folder.iterdir()] == ["owner"]


def test_a_disk_without_hard_links_keeps_the_owner(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    first = server_owner()

    assert server_owner() == first
    assert [each.name for each in folder.iterdir()] == ["owner"]


def test_a_damaged_file_is_named(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "owner").write_text("ann")

    with pytest.raises(StorageFailure, match=r"expected 32 .*/owner, found"):
        server_owner()


def test_a_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("in the way")

    with pytest.raises(StorageFailure, match=r"cannot keep the owner .*/owner: "):
        server_owner()
