"""Who may say what: every message of a client, for everybody who could send it."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from jupyter_pairedit.core.roles import RULES
from jupyter_pairedit.protocol import ClientMessage, Close

from .authorizers import Changing, Nothing, ReadOnly
from .conftest import Start
from .guests import change, guest, hello, refusal_of, refused, revoke, share
from .kernels import kernel_headers, open_to_kernels
from .passes import greet, kernel_with, make_pass
from .runs import page
from .serving import KEYS, Server, Socket

SEATED = (
    "view link",
    "edit link",
    "edit link, locked",
    "Jupyter reader",
    "owner",
    "kernel",
    "owner's page",
    "pass",
    "pass of who may only read now",
)
# For each of those, in that order:
NO = "forbidden"
ALL = ("yes",) * 9
WRITERS = (NO, "yes", NO, NO, "yes", "yes", "yes", "yes", NO)
EDITING_GUESTS = (NO, "yes", *(NO,) * 7)
PASSES = (*(NO,) * 7, "yes", "yes")
WRITING_PASSES = (*(NO,) * 7, "yes", NO)
# Who may send these is refused for another reason, which is the word of the table.
_RUNNERS = (NO, "", NO, "", "", "", "", NO, NO)
RUN = tuple(each or "stale" for each in _RUNNERS)
STOP = tuple(each or "gone" for each in _RUNNERS)
WITHDRAW = (NO, "ended", *(NO,) * 7)
KERNEL = (*(NO,) * 5, "stale", NO, "stale", "stale")
NOBODY_NOW = (NO,) * 9


def page_only(answer: str) -> tuple[str, ...]:
    return (*(NO,) * 6, answer, NO, NO)


RUNS: Any = {"runs": True}
REQUEST = {"id": 1, "epoch": "another", "version": 0, "digest": "0" * 64}

MESSAGES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "edits": ({"type": "code_change", "version": 0, "updates": [[[0, "x"]]]}, WRITERS),
    "a whole file": ({"type": "code_change", "code": "x"}, WRITERS),
    "a whole file with an id": (
        {"type": "code_change", "code": "x", "id": ["deadbeef", 1]},
        WRITERS,
    ),
    "presence": ({"type": "presence", "version": 0, "anchor": 0, "head": 0}, ALL),
    "check": ({"type": "check", "version": 0, "hash": "00000000"}, ALL),
    "autocomplete": (
        {"type": "autocomplete", "version": 0, "cursorPosition": 0},
        EDITING_GUESTS,
    ),
    "cancel_autocomplete": ({"type": "cancel_autocomplete", "id": 1}, EDITING_GUESTS),
    "run": ({"type": "run", **REQUEST}, RUN),
    "stop": ({"type": "stop", "run": 1}, STOP),
    "withdraw": ({"type": "withdraw", "run": 1}, WITHDRAW),
    "shown": ({"type": "shown", "id": 1, "version": 0}, page_only("yes")),
    "approve": ({"type": "approve", "run": 1, "digest": "x"}, page_only("ended")),
    "refuse": ({"type": "refuse", "run": 1}, page_only("ended")),
    "grant": ({"type": "grant", "client": "nobody"}, page_only("gone")),
    "begin_run": ({"type": "begin_run", **REQUEST}, KERNEL),
    "outputs": ({"type": "outputs", "run": 1}, NOBODY_NOW),
    "hello": ({"type": "hello", "key": KEYS[0]}, ALL),
    "blame": ({"type": "blame", "id": 1}, PASSES),
    "history": ({"type": "history", "id": 2}, PASSES),
    "restore": ({"type": "restore", "id": 3, "version": 0}, WRITING_PASSES),
}

REFUSED: dict[str, int] = {
    "anonymous": Close.INVITE_NOT_VALID,
    "link that has expired": Close.INVITE_EXPIRED,
    "link that was revoked": Close.INVITE_REVOKED,
    "link of another room": Close.INVITE_NOT_VALID,
    "token of a link that was revoked": Close.INVITE_REVOKED,
    "token of who was sent away": Close.INVITE_NOT_VALID,
    "Jupyter user without a right": 403,
    "owner at a foreign page": 403,
    "kernel without the right": 403,
    "kernel with a wrong secret": 403,
    "kernel's secret at a page": 403,
    "pass that was stopped": Close.PASS_STOPPED,
    "pass of a page that has left": Close.PASS_ENDED,
    "pass of another room": Close.PASS_ENDED,
    "wrong pass": Close.PASS_ENDED,
    "pass at a foreign page": 403,
}
"""Those who get to say nothing, and how they are refused."""


def test_every_message_of_a_client_has_its_rows() -> None:
    tags = {each.__struct_config__.tag for each in get_args(ClientMessage)}

    assert {message["type"] for message, _ in MESSAGES.values()} == tags
    assert RULES.keys() == tags


async def seat(who: str, start: Start) -> Socket:
    """Open the socket of somebody who is let in; they have the room's code."""
    config: dict[str, Any] = {"ServerApp": {"authorizer_class": ReadOnly}}
    patient = {"malformed": 100, "forbidden": 100}
    server = await start(guest_autocomplete=True, limits=patient)
    room_id = await server.new_room(code="")
    if who == "owner's page":
        return (await page(server, room_id, await server.login()))[0]
    if who == "owner":
        return (await server.seated(room_id, resume=RUNS))[0]
    if who == "kernel":
        open_to_kernels(server)
        headers = kernel_headers(server)
        return (await server.seated(room_id, headers=headers, resume=RUNS))[0]
    if who.startswith("pass"):
        server = await start(
            {"ServerApp": {"authorizer_class": Changing}}, limits=patient
        )
        room_id = await server.new_room(code="")
        made = await make_pass(server, room_id)
        socket, _ = await kernel_with(server, room_id, made, **RUNS)
        assert isinstance(server.app.authorizer, Changing)
        if who.endswith("now"):
            server.app.authorizer.now = ReadOnly.allowed
        return socket
    if who == "Jupyter reader":
        server = await start(config, limits=patient)
        return (await server.seated(room_id, resume=RUNS))[0]
    link = await share(server, room_id, role=who.partition(" ")[0])
    socket, _ = await guest(server, link, **RUNS)
    if who.endswith("locked"):
        await change(server, "PUT", room_id, "lock", {"locked": True})
    return socket


@pytest.mark.parametrize("who", SEATED)
async def test_who_is_in_a_room_may_say_what_the_table_says(
    start: Start, who: str
) -> None:
    socket = await seat(who, start)
    found, expected = {}, {}
    for name, (message, answers) in MESSAGES.items():
        expected[name] = answers[SEATED.index(who)]
        # Hello is how all of them have come in.
        found[name] = "yes" if name == "hello" else await outcome(socket, message)

    assert found == expected


async def outcome(socket: Socket, message: dict[str, Any]) -> str:
    """Send a message and, to know when it was heard, one that is none."""
    await socket.send(**message)
    await socket.send("nonsense")
    refusals = [await next_refusal(socket)]
    while refusals[-1] != "malformed":
        refusals.append(await next_refusal(socket))
    return "yes" if len(refusals) == 1 else ", ".join(refusals[:-1])


async def next_refusal(socket: Socket) -> str:
    """Return the code of the next refusal, whatever comes before it."""
    while (answer := await socket.next())["type"] not in {"error", "run_refused"}:
        pass
    return str(answer["code"])


@pytest.mark.parametrize("who", REFUSED)
async def test_who_is_refused_gets_the_close_code_of_the_table(
    start: Start, who: str
) -> None:
    config = {"ServerApp": {"authorizer_class": Nothing}}
    server = await start()
    room_id = await server.new_room()
    link = await share(server, room_id)

    assert await refusal(server, start, config, room_id, link, who) == REFUSED[who]


async def refusal(
    server: Server, start: Start, config: Any, room_id: str, link: Any, who: str
) -> int:
    """Try to come in; return the status or the close code."""
    match who:
        case "anonymous":
            return await refusal_of(server, link, secret="A" * 43)
        case "link that has expired":
            await server.hub.store.invites.age(2.0**40)
            return await refusal_of(server, link)
        case "link that was revoked":
            await revoke(server, room_id, link)
            return await refusal_of(server, link)
        case "link of another room":
            return await refusal_of(server, link, room=await server.new_room())
        case "token of a link that was revoked" | "token of who was sent away":
            _, welcome = await guest(server, link)
            if who.endswith("away"):
                path = f"people/{welcome['clientId']}"
                await change(server, "DELETE", room_id, path)
            else:
                await revoke(server, room_id, link)
            socket = await hello(server, link, secret=None, resume=welcome["resume"])
            return (await socket.ending())[0]
        case "Jupyter user without a right":
            server = await start(config)
            return await server.refused_socket(room_id)
        case "kernel without the right":
            server = await start(config)
            open_to_kernels(server)
            return await server.refused_socket(room_id, headers=kernel_headers(server))
        case "kernel with a wrong secret":
            open_to_kernels(server)
            wrong = kernel_headers(server, "x" * 43)
            return await server.refused_socket(room_id, headers=wrong)
        case "kernel's secret at a page":
            open_to_kernels(server)
            headers = kernel_headers(server)
            return await server.refused_socket(
                room_id, headers=headers, origin=server.origin
            )
        case "pass at a foreign page":
            return await refused(server, origin="http://evil.example")
        case _ if "pass" in who:
            return await refusal_of_pass(server, room_id, who)
        case _:
            person = await server.login()
            return await server.refused_socket(
                room_id, headers=person.cookie, origin="http://evil.example"
            )


async def refusal_of_pass(server: Server, room_id: str, who: str) -> int:
    """Try to come in by a pass; return the close code."""
    made = await make_pass(server, room_id)
    left = "?left=1" if who.endswith("left") else ""
    if "stopped" in who or left:
        await change(server, "DELETE", room_id, f"pass/{made['passId']}{left}")
    room = await server.new_room() if "another" in who else room_id
    secret = "x" * 43 if who == "wrong pass" else made["pass"]
    return (await (await greet(server, room, secret)).ending())[0]
