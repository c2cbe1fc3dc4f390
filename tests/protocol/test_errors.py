"""The close codes of the socket."""

from __future__ import annotations

from jupyter_pairedit.protocol import Close


def test_close_codes_are_registered_or_our_own() -> None:
    codes = {name: code for name, code in vars(Close).items() if name.isupper()}

    assert len(set(codes.values())) == len(codes)
    assert codes.keys() >= {"ROOM_FULL", "NO_SUCH_ROOM", "REPLACED"}
    for code in codes.values():
        assert code in {1001, 1008, 1011, 1012, 1013} or 4400 <= code < 4600
