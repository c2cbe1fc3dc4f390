"""Mistakes in ``%pairedit``, its help, and completion by Tab."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.core.identifiers import LANGUAGES
from jupyter_pairedit.kernel import editor as editors
from jupyter_pairedit.kernel.widget import join_room, open_editors

if TYPE_CHECKING:
    pass
from .magics import OTHER, ROOM, execute, refusal


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (
            "%pairedit nwe",
            "expected one of new, open, join, share, run, list, use, me, link, save, "
            "close, found 'nwe'",
        ),
        (
            "%pairedit join",
            "expected %pairedit join <room id, URL or guest link> [--name N], "
            "or join --ask, found none",
        ),
        (
            "%pairedit join a b",
            "expected %pairedit join <room id, URL or guest link> [--name N], "
            "or join --ask, found 'b'",
        ),
        (
            "%pairedit join short",
            "expected a room id (16 to 32 letters and digits) or the URL of a room's "
            "page (…/pairedit/room/<id>), found 'short'",
        ),
        (
            f"%pairedit join http://localhost/pairedit/guest#{ROOM}.a",
            "expected a whole guest link (https://…/pairedit/guest"
            "#<room>.<invite>.<key>), found a part of one",
        ),
        (
            f"%pairedit join http://localhost/pairedit/guset#{ROOM}.a.b",
            "expected a room id (16 to 32 letters and digits) or the URL of a room's "
            "page (…/pairedit/room/<id>), found 'http://localhost/pairedit/guset'",
        ),
        (
            f"%pairedit join {ROOM} http://localhost/pairedit/guest#{ROOM}.a.b",
            "expected %pairedit join <room id, URL or guest link> [--name N], "
            "or join --ask, found 'http://localhost/pairedit/guest#…'",
        ),
        (
            f"%pairedit join 'http://localhost/pairedit/guest#{ROOM}.a.b",
            "expected a closing quote mark, found none in "
            '"join \'http://localhost/pairedit/guest#…"',
        ),
        (
            "%pairedit share",
            "expected an open editor, found none: start with %pairedit new",
        ),
        (
            "%pairedit new --limit two",
            "expected a limit from 1 to 300 people, found 'two'",
        ),
        (
            "%pairedit new --limit 0",
            "expected a limit from 1 to 300 people, found 0",
        ),
        (
            "%pairedit new --language cobol",
            f"expected a language, one of {', '.join(LANGUAGES)}, found 'cobol'",
        ),
        (
            "%pairedit new --title",
            "argument --title/-t: expected one argument; see %pairedit?",
        ),
        (
            "%pairedit new --colour red",
            "expected options among --all, --ask, --expires, --force, --label, "
            "--language, --limit, --name, --role, --title, --unread, found --colour",
        ),
        (
            "%pairedit new 'Ann",
            'expected a closing quote mark, found none in "new \'Ann"',
        ),
        (
            "%pairedit new room",
            "expected %pairedit new [--title T] [--language L] [--limit N], found "
            "'room'",
        ),
        (
            f"%pairedit join {ROOM} --limit 3",
            "expected %pairedit join <room id, URL or guest link> [--name N], "
            "or join --ask, found --limit",
        ),
        (
            "%pairedit --title Ann",
            "expected a verb with --title, found none",
        ),
        (
            "%pairedit link",
            "expected an open editor, found none: start with %pairedit new",
        ),
        (
            "%pairedit save",
            "expected %pairedit save <file> [room id] [--force], found none",
        ),
        (
            f"%%pairedit join {ROOM}\nx = 1",
            "expected %%pairedit new or open, which take a cell, found %%pairedit join",
        ),
        (
            "%%pairedit new\nx = '\0'",
            "The 'first_code' of a PairEditor expected text without U+0000, found one.",
        ),
        (
            "%%pairedit\nx = 1",
            "expected %%pairedit new or open, which take a cell, found %%pairedit",
        ),
    ],
)
def test_a_mistake_is_one_line_of_what_was_expected_and_found(
    shell: InteractiveShell,
    cell: str,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert refusal(shell, cell, capsys) == sentence
    assert open_editors() == []


def test_an_unknown_room_is_refused_with_those_that_are_open(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    join_room(ROOM)
    join_room(ROOM)
    said = refusal(shell, f"%pairedit close {OTHER}", capsys)
    assert said == f"expected the id of an open room ({ROOM}), found {OTHER!r}"


def test_a_missing_bundle_is_one_line(
    shell: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(editors, "WIDGET_JS", Path("missing.js"))
    for line in ("new", f"join {ROOM}"):
        assert "npm run build" in refusal(shell, f"%pairedit {line}", capsys)


def test_the_help_shows_usage_and_all_arguments(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    for cell in ("%pairedit?", "%%pairedit?"):
        execute(shell, cell)
        out = capsys.readouterr().out
        assert "%pairedit [--title TITLE]" in out
        assert "positional arguments:" in out
        for word in ("options:", "--language", "--limit", "--force", "join ROOM"):
            assert word in out


def completions(shell: InteractiveShell, text: str) -> set[str]:
    """Return the completions at the end of ``text``, as ipykernel requests them."""
    with provisionalcompleter():
        return {found.text for found in shell.Completer.completions(text, len(text))}


VERBS = [
    *("close", "join", "link", "list", "me", "new", "open", "run", "save", "share"),
    "use",
]


@pytest.mark.parametrize("magic", ["%pairedit", "%%pairedit", "ed = %pairedit"])
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", VERBS),
        ("l", ["link", "list"]),
        ("n", ["new"]),
        ("open --", ["--language", "--limit"]),
        ("new --", ["--language", "--limit", "--title"]),
        ("new --li", ["--limit"]),
        ("new --title Ann --lang", ["--language"]),
        (
            "new --language ",
            sorted(LANGUAGES),
        ),
        ("new -l j", ["javascript", "json"]),
        ("join Zx", [ROOM]),
        ("join ", [ROOM, OTHER, "--ask", "--name"]),
        ("share --r", ["--role"]),
        ("share --role ", ["edit", "view"]),
        ("share --expires ", ["24h", "30d", "30m", "7d"]),
        ("share At", [OTHER]),
        ("save code.py --f", ["--force"]),
        ("close --a", ["--all"]),
        ("link At", [OTHER]),
    ],
)
def test_tab_completes_verbs_options_languages_and_rooms(
    shell: InteractiveShell, magic: str, typed: str, offered: list[str]
) -> None:
    join_room(ROOM)
    join_room(OTHER)
    found = completions(shell, f"{magic} {typed}")
    assert found == set(offered)
    assert {word for word in found if word.startswith("%")} == set()


@pytest.mark.parametrize(
    "line",
    [
        "{link}",
        "share {link}",
        "run {link}",
        "link {link}",
        "close {link}",
        "save x.py {link}",
        "join --link={link}",
        "join --ask={link}",
        "new --limit {link}",
        "new --language {link}",
    ],
)
def test_no_mistake_repeats_the_key_of_a_link_from_a_variable(
    shell: InteractiveShell, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(shell, "ed = %pairedit new")
    shell.user_ns["link"] = f"http://localhost/pairedit/guest#{ROOM}.invite.s-3_cret"

    sentence = refusal(shell, f"%pairedit {line}", capsys)

    assert "guest#…" in sentence and "s-3_cret" not in sentence
