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


def outcome(following: End | Again) -> str | float:
    return following.status if isinstance(following, End) else following.at_least * 1000


def test_each_close_code_has_the_same_consequence_as_in_the_browser(
    node: Path, root: Path
) -> None:
    printed = subprocess.run(
        [node, "test/closecodes.mjs"],
        cwd=root / "js",
        stdout=subprocess.PIPE,
        check=True,
    ).stdout

    for code, first, fifth, final in json.loads(printed):
        ours = [outcome(after_close(code, "Reason.", errors)) for errors in (1, 5)]
        assert [*ours, is_final(code)] == [first, fifth, final], code


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
