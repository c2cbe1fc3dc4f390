"""What goes out on a socket."""

from __future__ import annotations

import socket

from tornado.iostream import IOStream

from jupyter_pairedit.core.limits import MIB
from jupyter_pairedit.handlers.websocket import _offer


async def test_what_a_slow_line_leaves_of_a_frame_is_no_copy_of_it() -> None:
    """Many who join at once wait for one and the same frame, of a megabyte."""
    frame = bytes(8 * MIB)
    ours, theirs = socket.socketpair()
    with theirs:
        stream = IOStream(ours)

        rest = _offer(stream, frame)

        assert rest is not None and 0 < len(rest) < len(frame)
        assert rest.obj is frame
        stream.close()
