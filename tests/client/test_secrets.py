"""No key and no token is in a repr, an error, a log or the command line."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import pytest

from jupyter_pairedit import connect
from jupyter_pairedit.client import NotConnected, RoomError

from .conftest import Join, Place


def test_the_key_of_a_link_and_a_token_are_shown_nowhere(
    place: Place, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = place.link()
    key, token = link.rpartition(".")[2], place.server.token
    shown: list[str] = []
    for where in (link, place.url):
        room = join(where)
        shown += [repr(room), repr(room._room), repr(room.view()), repr(room.people)]
        shown.append(repr(room._room._entry))
        room.replace("x", "x")
        room.saved(10)
        room.close()
        try:
            room.write("")
        except RoomError as error:
            shown.append("".join(traceback.format_exception(error)))
    place.server.call(f"pairedit/rooms/{place.id}", "DELETE")
    for where in (link, place.url, place.url.replace("127.0.0.1", "127.0.0.2:1/x")):
        with pytest.raises((NotConnected, ValueError)) as refusal:
            connect(where, timeout=0.5)
        shown.append("".join(traceback.format_exception(refusal.value)))
    shown += [record.getMessage() for record in caplog.records]
    shown.append(Path("/proc/self/cmdline").read_text("utf-8"))

    for text in shown:
        assert key not in text and token not in text
    assert len(shown) > 10
