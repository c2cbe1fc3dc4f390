"""What a socket receives when the server has its limit of connections."""

from __future__ import annotations

from jupyter_pairedit.protocol import Close
from tests.handlers.conftest import Start


async def test_one_client_above_the_limit_of_a_server_is_closed_with_try_later(
    start: Start,
) -> None:
    server = await start(limits={"clients": 1})
    await server.seated(await server.new_room())

    other = await server.socket(await server.new_room(), edits=False)

    code, reason = await other.ending()
    assert code == Close.TRY_LATER and "1 clients" in reason


async def test_the_socket_of_one_room_above_the_limit_is_closed_with_try_later(
    start: Start,
) -> None:
    server = await start(limits={"rooms": 1})
    await server.seated(await server.new_room())

    other = await server.socket(await server.new_room(), edits=True)

    assert (await other.ending())[0] == Close.TRY_LATER
