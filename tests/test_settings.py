"""Which database is meant, which values are taken, and where rooms are found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.origins import parse_origins
from jupyter_pairedit.settings import (
    BadSetting,
    Database,
    check_settings,
    choose_database,
    default_url,
    rooms_base,
)
from jupyter_pairedit.stores import BadDatabaseURL, Contents

TEAM = "postgresql://ann:secret@db.example:5432/rooms"
OWN = "/user/ann/"
DEFAULT = "sqlite:////data/pairedit/rooms.db"
FILE = "sqlite:////srv/app.db"


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Forget the settings of the shell that runs the tests."""
    monkeypatch.delenv("JUPYTERHUB_BASE_URL", raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))


# --- which database -------------------------------------------------------------------


def never(url: str) -> Contents:
    raise AssertionError(f"expected nobody to look at {url}")


@pytest.mark.parametrize(
    ("configured", "environ", "url", "named_by"),
    [
        (None, {}, DEFAULT, ""),
        (None, {"DATABASE_URL": "  ", "PAIREDIT_DATABASE_URL": ""}, DEFAULT, ""),
        (None, {"PAIREDIT_DATABASE_URL": TEAM}, TEAM, "PAIREDIT_DATABASE_URL"),
        (
            None,
            {"PAIREDIT_DATABASE_URL": "nonsense", "DATABASE_URL": FILE},
            "nonsense",
            "PAIREDIT_DATABASE_URL",
        ),
        (
            "sqlite:///x.db",
            {"PAIREDIT_DATABASE_URL": TEAM, "DATABASE_URL": FILE},
            "sqlite:///x.db",
            "PairEdit.database_url (PAIREDIT_DATABASE_URL)",
        ),
        ("", {}, "", "PairEdit.database_url (PAIREDIT_DATABASE_URL)"),
    ],
)
def test_what_is_meant_for_rooms_alone_wins_and_is_not_looked_at(
    configured: str | None, environ: Mapping[str, str], url: str, named_by: str
) -> None:
    assert choose_database(configured, environ, DEFAULT, never) == Database(
        url, named_by
    )


@pytest.mark.parametrize("value", [5, [], {"a": 1}, True])
def test_a_database_that_is_no_string_is_a_bad_setting(value: object) -> None:
    with pytest.raises(BadSetting, match=r"^PairEdit.database_url .*expected a URL"):
        choose_database(value, {}, DEFAULT, never)


@pytest.mark.parametrize(
    ("url", "contents", "used"),
    [
        (FILE, Contents.OURS, True),
        (FILE, Contents.EMPTY, True),
        (FILE, Contents.UNREACHABLE, True),
        (FILE, Contents.FOREIGN, False),
        (TEAM, Contents.OURS, True),
        (TEAM, Contents.EMPTY, True),
        (TEAM, Contents.UNREACHABLE, True),
        (TEAM, Contents.FOREIGN, False),
    ],
)
def test_a_variable_that_others_read_names_rooms_only_where_nobody_else_is(
    url: str, contents: Contents, used: bool
) -> None:
    looked = []

    def look(url: str) -> Contents:
        looked.append(url)
        return contents

    found = choose_database(None, {"DATABASE_URL": url}, DEFAULT, look)

    assert looked == [url]
    assert found.url == (url if used else DEFAULT)
    assert found.named_by == ("DATABASE_URL" if used else "")
    waits = url == TEAM and contents is Contents.UNREACHABLE
    assert found.unreachable == waits
    (line,) = [each for each in (found.note, found.warning) if each]
    assert (line == found.warning) is (waits or not used)
    # The variable, the database without the password, and what to set instead.
    assert line.startswith("DATABASE_URL") and "PAIREDIT_DATABASE_URL" in line
    assert ("/srv/app.db" if url == FILE else "db.example:5432/rooms") in line
    assert "secret" not in line and "ann" not in line
    assert used or "/data/pairedit/rooms.db" in line


@pytest.mark.parametrize("url", ["mysql://a:secret@h/d", "nonsense", "redis://h"])
def test_a_variable_with_another_kind_of_database_is_ignored(url: str) -> None:
    def look(url: str) -> Contents:
        raise BadDatabaseURL("expected something else")

    found = choose_database(None, {"DATABASE_URL": url}, DEFAULT, look)

    assert found.url == DEFAULT and not found.note
    assert found.warning.startswith("DATABASE_URL is ignored: expected something else")
    assert "secret" not in found.warning


def test_the_default_is_a_file_in_jupyters_data_directory(tmp_path: Path) -> None:
    assert default_url() == f"sqlite:///{tmp_path}/pairedit/rooms.db"


# --- where rooms are found ------------------------------------------------------------


def test_rooms_are_found_on_the_server_that_has_them() -> None:
    assert rooms_base("sqlite:///rooms.db", OWN) == OWN
    assert rooms_base(TEAM, OWN) == OWN


def test_of_a_hub_whose_servers_share_rooms_everybody_enters_by_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTERHUB_BASE_URL", "/team/")

    assert rooms_base(TEAM, OWN) == "/team/hub/user-redirect/"
    assert rooms_base("sqlite:///rooms.db", OWN) == OWN


# --- everything else ------------------------------------------------------------------

PLAIN: dict[str, Any] = {
    "max_code_size": Limits().code,
    "max_connections_per_room": None,
    "guest_keepalive_hours": 4.0,
    "durability": "process",
    "limits": {},
    "allowed_origins": None,
    "public_url": "",
    "allow_guests": True,
    "allow_insecure_links": False,
    "server_file": True,
    "guest_autocomplete": False,
    "allow_run": None,
    "names_from_kernel": True,
}
NOTHING = check_settings(PLAIN, {})
HUGE = 10**5_000
NAN = float("nan")


def test_without_settings_there_is_nothing_to_say() -> None:
    assert NOTHING.limits == Limits()
    assert (NOTHING.refused, NOTHING.public_url) == ((), "")
    assert NOTHING.origins == frozenset()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("max_code_size", ["5", 0, -1, 1.5, True, HUGE, NAN, None, []]),
        ("max_connections_per_room", ["two", 0, -1, 301, 2.5, True, HUGE, NAN, []]),
        ("guest_keepalive_hours", ["4", -1, HUGE, NAN, float("inf"), None, True]),
        ("limits", [5, "edits", [], None, [("edits", 5)]]),
        ("allow_guests", ["no", 0, 1, None, [], "", 2.0]),
        ("allow_insecure_links", ["yes", 0, 1, None, [], {}]),
        ("server_file", ["yes", 0, 1, None, [], {}]),
        ("guest_autocomplete", ["yes", 0, 1, None, [], {}]),
        ("names_from_kernel", ["yes", 0, 1, None, [], {}]),
        ("durability", ["power", "Disk", "", 0, None, [], {}]),
        ("public_url", [5, None, [], "example.org", "https://a.example?x", "ftp://a"]),
    ],
)
def test_a_bad_value_is_its_default_and_one_line(
    name: str, values: list[object]
) -> None:
    for value in values:
        if name == "max_connections_per_room" and value is None:
            continue
        found = check_settings({**PLAIN, name: value}, {})

        (line,) = found.refused
        assert line.startswith(f"PairEdit.{name}")
        assert ": expected " in line and ", found " in line and len(line) < 200
        assert replace(found, refused=()) == NOTHING


@pytest.mark.parametrize("value", ["yes", "", "None", 0, 1, 2.0, [], {}])
def test_a_bad_value_permits_nobody_to_run_code(value: object) -> None:
    found = check_settings({**PLAIN, "allow_run": value}, {})

    (line,) = found.refused
    assert line.startswith("PairEdit.allow_run: expected True or False, found ")
    assert line.endswith("using False") and found.allow_run is False
    assert replace(found, refused=(), allow_run=None) == NOTHING


@pytest.mark.parametrize(
    ("value", "used"),
    [(None, None), (True, True), (False, False), ("true", True), ("0", False)],
)
def test_running_code_is_on_off_or_left_to_the_kind_of_server(
    value: object, used: bool | None
) -> None:
    found = check_settings({**PLAIN, "allow_run": value}, {})

    assert (found.allow_run, found.refused) == (used, ())


@pytest.mark.parametrize("text", ["False", "false", "0"])
def test_a_switch_may_be_a_word(text: str) -> None:
    found = check_settings({**PLAIN, "allow_guests": text}, {})

    assert (found.allow_guests, found.refused) == (False, ())


@pytest.mark.parametrize(
    ("environ", "people", "name"),
    [
        ({"MAX_CONNECTIONS_PER_ROOM": "3"}, 3, None),
        ({"PAIREDIT_MAX_CONNECTIONS_PER_ROOM": "4"}, 4, None),
        (
            {
                "PAIREDIT_MAX_CONNECTIONS_PER_ROOM": "4",
                "MAX_CONNECTIONS_PER_ROOM": "3",
            },
            4,
            None,
        ),
        (
            {
                "PAIREDIT_MAX_CONNECTIONS_PER_ROOM": "many",
                "MAX_CONNECTIONS_PER_ROOM": "3",
            },
            2,
            "PAIREDIT_MAX_CONNECTIONS_PER_ROOM",
        ),
        ({"MAX_CONNECTIONS_PER_ROOM": "9" * 5_000}, 2, "MAX_CONNECTIONS_PER_ROOM"),
    ],
)
def test_the_name_that_is_ours_wins(
    environ: Mapping[str, str], people: int, name: str | None
) -> None:
    found = check_settings(PLAIN, environ)

    assert found.limits.people == people
    assert [line.partition(":")[0] for line in found.refused] == [name][: bool(name)]


def test_a_limit_of_people_in_limits_wins() -> None:
    found = check_settings(
        {**PLAIN, "max_connections_per_room": 3, "limits": {"people": 5}}, {}
    )

    assert found.limits.people == 5


# --- origins --------------------------------------------------------------------------


def test_origins_are_read_with_room_for_people() -> None:
    text = " https://A.example/ ,,null, http://localhost:5173"

    assert parse_origins(text) == (
        frozenset(["https://a.example", "null", "http://localhost:5173"]),
        frozenset(),
    )
    assert parse_origins("") == (frozenset(), frozenset())
    # An odd host is not an origin of any browser, and so lets nobody in.
    assert parse_origins(["http://["]) == (frozenset(["http://["]), frozenset())


@pytest.mark.parametrize(
    "bad", ["*", "example.org", "https://a.example/x", "https://*.example", "a b"]
)
def test_of_a_list_that_others_read_what_is_no_origin_is_ignored(bad: str) -> None:
    found = check_settings(PLAIN, {"ALLOWED_ORIGINS": f"{bad},https://a.example"})

    assert found.origins == {"https://a.example"}
    (line,) = found.refused
    assert line.startswith("ALLOWED_ORIGINS: expected origins such as")
    assert line.endswith(f"found {bad!r}, which is ignored")


@pytest.mark.parametrize(
    ("configured", "environ", "name"),
    [
        (["*"], {}, "PairEdit.allowed_origins"),
        (["https://a.example", "b"], {}, "PairEdit.allowed_origins"),
        (5, {}, "PairEdit.allowed_origins"),
        ([5], {}, "PairEdit.allowed_origins"),
        (None, {"PAIREDIT_ALLOWED_ORIGINS": "*"}, "PAIREDIT_ALLOWED_ORIGINS"),
    ],
)
def test_of_a_list_that_is_ours_it_is_an_error(
    configured: object, environ: Mapping[str, str], name: str
) -> None:
    with pytest.raises(BadSetting, match=f"^{name}.*: expected .*origins.*, found "):
        check_settings({**PLAIN, "allowed_origins": configured}, environ)


def test_a_password_in_an_origin_is_in_no_line() -> None:
    bad = "https://ann:se@cret@a.example"

    found = check_settings(PLAIN, {"ALLOWED_ORIGINS": bad})
    assert "cret" not in found.refused[0] and "ann" not in found.refused[0]
    with pytest.raises(BadSetting) as refusal:
        check_settings(PLAIN, {"PAIREDIT_ALLOWED_ORIGINS": bad})
    assert "cret" not in str(refusal.value)


def test_ours_win_over_those_that_others_read() -> None:
    environ = {
        "PAIREDIT_ALLOWED_ORIGINS": "https://a.example",
        "ALLOWED_ORIGINS": "*",
    }

    assert check_settings(PLAIN, environ).origins == {"https://a.example"}
    none = check_settings({**PLAIN, "allowed_origins": []}, environ)
    assert (none.origins, none.refused) == (frozenset(), ())
