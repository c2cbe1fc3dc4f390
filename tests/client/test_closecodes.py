"""What follows a close is the same in Python and in the browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from jupyter_pairedit.client.closecodes import (
    Again,
    End,
    after_close,
    after_refusal,
    is_final,
)
from jupyter_pairedit.protocol import Close, too_many

PAUSES = {
    too_many("connections", 0.2): 1.0,
    too_many("attempts", 17.4): 18.0,
    "Too many connections: wait 0 s.": 1.0,
    too_many("attempts", 60.0): 60.0,
    too_many("attempts", 334.0): 60.0,
    "Too many connections: wait 99999999999 s.": 10.0,
    "Too many connections: await 3 s.": 10.0,
    "Too many connections: wait 3 sheep.": 10.0,
    "Too many pings.": 10.0,
    "": 10.0,
}
"""The least seconds before the next attempt, for reasons of 4429."""


def outcome(following: End | Again) -> str | float:
    return following.status if isinstance(following, End) else following.at_least * 1000


def test_each_close_code_has_the_same_consequence_as_in_the_browser(
    node: Path, root: Path
) -> None:
    printed = subprocess.run(
        [node, "test/closecodes.mjs", *PAUSES],
        cwd=root / "js",
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    browser = json.loads(printed)

    assert browser["pauses"] == [1000 * seconds for seconds in PAUSES.values()]
    for code, first, fifth, final in browser["found"]:
        ours = [outcome(after_close(code, "Reason.", errors)) for errors in (1, 5)]
        assert [*ours, is_final(code)] == [first, fifth, final], code


@pytest.mark.parametrize(("reason", "seconds"), PAUSES.items())
def test_the_pause_after_too_many_connections_is_what_the_server_says(
    reason: str, seconds: float
) -> None:
    assert after_close(Close.RATE, reason, 0) == Again(seconds, reason)


@pytest.mark.parametrize(
    ("status", "guest", "at_first", "later"),
    [
        (401, False, "refused", "refused"),
        (403, False, "refused", "refused"),
        (403, True, "refused", "refused"),
        (404, False, "refused", 0),
        (404, True, "refused", 0),
        (301, False, "refused", 0),
        (424, False, "refused", 0),
        (429, False, 0, 0),
        (502, True, 0, 0),
    ],
)
def test_a_refused_upgrade_ends_the_attempts_unless_it_may_succeed_later(
    status: int, guest: bool, at_first: str | float, later: str | float
) -> None:
    found = [
        outcome(after_refusal(status, guest=guest, known=known))
        for known in (False, True)
    ]

    assert found == [at_first, later]
