"""What goes out on a socket."""

from __future__ import annotations

import asyncio
import gc
import socket
import weakref
from types import SimpleNamespace

import pytest
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketProtocol13, _WebSocketParams

from jupyter_pairedit.core.limits import MIB, Limits
from jupyter_pairedit.handlers.websocket import WebSocketTransport, _offer
from jupyter_pairedit.protocol import Error


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


class Told(WebSocketTransport):
    """A transport whose connection writes to a stream, without a server."""

    hub = SimpleNamespace(limits=Limits())  # type: ignore[assignment]

    def __init__(self, stream: IOStream) -> None:
        self.ws_connection = WebSocketProtocol13(self, False, _WebSocketParams())
        self.ws_connection.stream = stream


@pytest.mark.parametrize("count", [1, 3])
async def test_a_client_that_leaves_before_it_is_answered_is_no_error_in_the_log(
    count: int,
) -> None:
    """asyncio logs each future with an error that nobody has retrieved."""
    loop = asyncio.get_running_loop()
    logged: list[dict[str, object]] = []
    loop.set_exception_handler(lambda _, context: logged.append(context))
    ours, theirs = socket.socketpair()
    stream = IOStream(ours)
    # The socket is full, so that the answers wait.
    full = stream.write(bytes(8 * MIB))
    transport = Told(stream)
    before = asyncio.all_tasks()

    for _ in range(count):
        transport.send_message(Error("malformed", "no"))
    answers = [weakref.ref(each) for each in asyncio.all_tasks() - before]
    theirs.close()
    with pytest.raises(StreamClosedError):
        await full
    while not logged and any(each() is not None for each in answers):
        await asyncio.sleep(0)
        gc.collect()

    assert len(answers) == count
    assert logged == []
