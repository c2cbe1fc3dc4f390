"""Which database is meant, and where its rooms are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_pairedit.settings import default_url, rooms_base

TEAM = "postgresql://db.example/rooms"
OWN = "/user/ann/"


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Forget the settings of the shell that runs the tests."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("JUPYTERHUB_BASE_URL", raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))


def test_rooms_are_in_jupyters_folder_unless_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert default_url() == f"sqlite:///{tmp_path}/pairedit/rooms.db"

    monkeypatch.setenv("DATABASE_URL", TEAM)

    assert default_url() == TEAM


def test_rooms_are_found_on_the_server_that_has_them() -> None:
    assert rooms_base("sqlite:///rooms.db", OWN) == OWN
    assert rooms_base(TEAM, OWN) == OWN


def test_of_a_hub_whose_servers_share_rooms_everybody_enters_by_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTERHUB_BASE_URL", "/team/")

    assert rooms_base(TEAM, OWN) == "/team/hub/user-redirect/"
    assert rooms_base("sqlite:///rooms.db", OWN) == OWN
