"""Frames of clients."""

from __future__ import annotations

import json

import pytest

from jupyter_pairedit.connections import incoming
from jupyter_pairedit.connections.incoming import read_message
from jupyter_pairedit.core.limits import MIB, Limits
from jupyter_pairedit.core.storable import BadChange
from jupyter_pairedit.protocol import CodeChange


def push(updates: str) -> str:
    return f'{{"type":"code_change","version":0,"updates":[{updates}]}}'


@pytest.mark.parametrize(
    "updates",
    [
        "[" + "[1]," * (MIB // 2) + "[1]]",
        "[]," * (MIB // 2) + "[]",
        "[" + '[0,["x"]],' * 100_000 + "[1]]",
        r'[[0,"\"[["' + '],[1,"]"' * 60_000 + "]]",
    ],
    ids=["parts", "updates", "lines", "among strings"],
)
def test_a_frame_of_very_many_lists_is_not_decoded(
    updates: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(incoming, "decode")

    with pytest.raises(BadChange, match=r"2000 parts in a push, found [0-9]+ lists"):
        read_message(push(updates), Limits())


@pytest.mark.parametrize(
    "code", ["[[" * 100_000, '"[\\' * 50_000, '\\"[' * 50_000, "\\\\[" * 50_000]
)
def test_brackets_in_a_string_are_not_counted_as_lists(code: str) -> None:
    lines = CodeChange(version=0, updates=[[[0, code]]])
    whole = CodeChange(code=code)

    for message, fields in (
        (lines, {"version": 0, "updates": [[[0, code]]]}),
        (whole, {"code": code}),
    ):
        frame = json.dumps({"type": "code_change", **fields})
        assert read_message(frame, Limits()) == message
