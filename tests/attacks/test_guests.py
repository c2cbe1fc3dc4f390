"""V and E: guests who want more than their link gives."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.routing import PathMatches, Rule, RuleRouter
from tornado.web import RequestHandler

from jupyter_pairedit.autocomplete.base import Question, Suggestion
from jupyter_pairedit.handlers.context import Context
from jupyter_pairedit.protocol import Close
from tests.completers import FakeCompleter
from tests.handlers.conftest import Start
from tests.handlers.guests import Link, change, guest, hello, share
from tests.handlers.serving import KEYS, Server

NOT_THERE = ("title", "invite", "run", "role", "restore", "kick", "revisions", "rooms")
"""Messages that somebody might hope for."""


@pytest.mark.parametrize("edits", [True, False], ids=["edit", "whole file"])
async def test_v1_who_may_view_changes_nothing_and_is_closed_the_fifth_time(
    server: Server, edits: bool
) -> None:
    room_id = await server.new_room(code="kept", title="T")
    link = await share(server, room_id, role="view")
    socket, welcome = await guest(server, link, edits=edits)
    assert welcome["role"] == "view"

    await socket.push(0, [4, [0, "x"]])
    await socket.write("x")
    await socket.write("kept")
    await socket.send("autocomplete", cursorPosition=0, version=0)
    for _ in range(4):
        assert await socket.refusal() == "forbidden"
    await socket.write("y")

    assert (await socket.ending())[0] == Close.FORBIDDEN
    assert await server.code(room_id) == "kept"
    assert await server.hub.store.revisions(room_id, 0, -1) == []


async def test_v1_a_large_push_of_who_may_view_costs_no_more_than_its_frame(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    socket, _ = await guest(server, await share(server, room_id, role="view"))

    await socket.write("x" * 60 * 1024)
    assert await socket.refusal() == "forbidden"
    await socket.write("x" * 65 * 1024)

    assert (await socket.ending())[0] == 1009
    assert await server.code(room_id) == ""


async def test_v1_a_push_that_was_on_its_way_when_the_role_shrank_is_only_refused(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    link = await share(server, room_id)
    socket, _ = await guest(server, link)

    await change(server, "PUT", room_id, f"invites/{link.invite_id}", {"role": "view"})
    await socket.write("x" * 100_000)

    assert (await socket.expect("role"))["role"] == "view"
    assert await socket.refusal() == "forbidden"


@pytest.mark.parametrize("role", ["view", "edit"])
async def test_v2_no_guest_reads_history(server: Server, role: str) -> None:
    room_id = await server.new_room(code="one")
    await server.put(room_id, "two")
    link = await share(server, room_id, role=role)
    socket, welcome = await guest(server, link)

    for path in ("revisions", "revisions/0", "blame", "code"):
        for headers in all_that_a_guest_has(link, welcome["resume"]):
            reply = await server.fetch(
                "GET", f"pairedit/rooms/{room_id}/{path}", headers=headers
            )
            assert reply.status == 403
    await socket.send("revisions", after=0)

    assert await socket.refusal() == "malformed"


# --- E1: Jupyter --------------------------------------------------------------------


def all_that_a_guest_has(link: Link, resume: str) -> Iterator[dict[str, str]]:
    """Return the headers with which a guest may hope to be taken for somebody."""
    for key in (link.fields["secret"], resume, link.invite_id):
        yield {"Authorization": f"token {key}"}
        yield {"Authorization": f"Bearer {key}"}
        yield {"Cookie": f"username-localhost={key}; _xsrf={key}", "X-XSRFToken": key}
    yield {"Origin": "null"}


SAMPLES = {
    "(?P<path>(?:(?:/[^/]+)+|/?))": "/notes.txt",
    "(?P<mode>lab|doc)": "lab",
    "(?P<workspace>/workspaces/[a-zA-Z0-9\\-\\_]+)?": "",
    "(?P<tree>/tree/.*)?": "",
    "(?P<action>restart|interrupt)": "interrupt",
    "(?P<format>\\w+)": "html",
    "\\w+-\\w+-\\w+-\\w+-\\w+": "a-b-c-d-e",
}
"""What stands for the odder parts of Jupyter's patterns."""


def path_of(pattern: str) -> str:
    """Return a path that a pattern matches."""
    path = pattern.removesuffix("$")
    for part, sample in SAMPLES.items():
        path = path.replace(part, sample)
    path = re.sub(r"\((\?P<\w+>)?([^()|]*)\|?[^()]*\)", r"\2", path)
    path = re.sub(r"\[[^\]]+\]\+|\\w\+|\.[*+]", "x", path)
    path = re.sub(r"(\[0-9\]\{1,15\})", "1", path)
    return re.sub(r".\?", "", path).replace("\\", "")


def jupyters_routes(server: Server) -> Iterator[tuple[str, type[RequestHandler]]]:
    """Read a path of each route that is not ours off the running server."""

    def walk(router: RuleRouter) -> Iterator[Rule]:
        for rule in router.rules:
            if isinstance(rule.target, RuleRouter):
                yield from walk(rule.target)
            else:
                yield rule

    for rule in walk(server.app.web_app.default_router):
        if not rule.target.__module__.startswith("jupyter_pairedit"):
            assert isinstance(rule.matcher, PathMatches)
            pattern = rule.matcher.regex.pattern
            path = path_of(pattern)
            assert re.fullmatch(pattern, path), (pattern, path)
            yield path, rule.target


async def test_e1_with_all_it_has_a_guest_reaches_nothing_of_jupyter(
    server: Server,
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    _, welcome = await guest(server, link)
    base = server.app.base_url
    reached, asked = [], 0

    for path, handler in jupyters_routes(server):
        below = path.removeprefix(base)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            answer = getattr(handler, method.lower())
            if answer is RequestHandler._unimplemented_method:
                continue
            if getattr(answer, "__allow_unauthenticated", False):
                continue
            for headers in all_that_a_guest_has(link, welcome["resume"]):
                body = b"{}" if method in {"POST", "PUT", "PATCH"} else None
                reply = await server.fetch(method, below, body, headers)
                asked += 1
                if reply.status not in {302, 301, 401, 403, 404, 405}:
                    reached.append((method, path, reply.status))
                assert server.app.identity_provider.token.encode() not in reply.body

    assert asked > 300
    assert reached == []


async def test_e2_a_guest_is_sent_nothing_about_other_rooms(server: Server) -> None:
    room_id, other = await server.new_room(), await server.new_room(code="other")
    link = await share(server, room_id)
    socket, welcome = await guest(server, link)

    for headers in all_that_a_guest_has(link, welcome["resume"]):
        for path in ("rooms", f"rooms/{other}", f"rooms/{other}/code", "debug/rooms"):
            reply = await server.fetch("GET", f"pairedit/{path}", headers=headers)
            assert reply.status == 403
        assert await server.refused_socket(other, headers=headers) == 403
    await socket.send("rooms")

    assert await socket.refusal() == "malformed"


async def test_e3_a_guest_makes_no_links_and_changes_none(server: Server) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    _, welcome = await guest(server, link)
    before = await server.hub.store.invites.of_room(room_id)

    for headers in all_that_a_guest_has(link, welcome["resume"]):
        for method, path, body in (
            ("GET", "invites", None),
            ("POST", "invites", {"role": "edit"}),
            ("POST", "invites/renew", {}),
            ("PUT", f"invites/{link.invite_id}", {"role": "edit"}),
            ("DELETE", f"invites/{link.invite_id}", None),
            ("PUT", "lock", {"locked": False}),
            ("DELETE", f"people/{welcome['clientId']}", None),
        ):
            reply = await server.fetch(
                method, f"pairedit/rooms/{room_id}/{path}", body, headers
            )
            assert reply.status == 403

    assert await server.hub.store.invites.of_room(room_id) == before


@pytest.mark.parametrize("type", NOT_THERE)
async def test_e3_what_is_no_message_does_nothing(server: Server, type: str) -> None:
    room_id = await server.new_room(code="")
    socket, _ = await guest(server, await share(server, room_id))

    await socket.send(type, role="owner", title="x", code="x", run=True)

    # Of a message that names a run, the refusal does so too.
    refused = await socket.expect("run_refused" if type == "run" else "error")
    assert refused["code"] == "malformed"
    assert await server.code(room_id) == ""


# --- E4, E5: other people ------------------------------------------------------------

NAMES = {
    "the owner's own": ("{owner}", "{owner} (2)"),
    "with what cannot be seen": ("{owner}\u200b\u2060\ufeff", "{owner} (2)"),
    "turned round": ("\u202e{owner}\u202c", "{owner} (2)"),
    "with control characters": ("{owner}\x00\x1b[31m\r\n", "{owner}[31m"),
    "with room around it": ("  {owner}\u2003", "{owner} (2)"),
    "none": ("", "Somebody"),
    "a long one": ("x" * 1_000, "x" * 40),
}


@pytest.mark.parametrize(("name", "shown"), NAMES.values(), ids=NAMES)
async def test_e4_a_guest_cannot_be_confused_with_anybody_else(
    server: Server, name: str, shown: str
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id, label="for Gus")
    owner, _ = await server.seated(room_id)
    own = (await owner.expect("presence"))["people"][0]["name"]
    sent = name.format(owner=own)
    if "\x00" in sent:
        sent = sent.replace("\x00", "")

    await guest(server, link, name=sent, guest=False, label="the owner")

    person = (await owner.expect("presence"))["people"][1]
    assert person["name"] == shown.format(owner=own)[:40]
    assert (person["guest"], person["label"]) == (True, "for Gus")


async def test_e5_what_a_guest_writes_is_always_theirs(server: Server) -> None:
    room_id = await server.new_room(code="", limit=5)
    owner, own = await server.seated(room_id)
    link = await share(server, room_id)
    socket, welcome = await guest(server, link)

    await socket.send(
        "code_change",
        version=0,
        updates=[[[0, "x"]]],
        clientId=own["clientId"],
        author="Ann",
    )
    await socket.send("presence", version=1, anchor=1, head=1, clientId=own["clientId"])

    update = await owner.expect("code_update")
    assert update["updates"] == [[welcome["clientId"], [[0, "x"]], 0, 1]]
    while "carets" not in (presence := await owner.expect("presence")):
        pass
    assert [caret[0] for caret in presence["carets"]] == [welcome["clientId"]]
    (revision,) = await server.hub.store.revisions(room_id, 0, -1)
    assert (revision.client_id, revision.author) == (
        welcome["clientId"],
        "Gus (guest)",
    )
    _, forged = await guest(server, link, key=own["clientId"] + "A" * 16)
    assert forged["clientId"] != own["clientId"]


async def test_e10_nobody_sets_a_mark_of_the_server_or_of_another_person(
    server: Server,
) -> None:
    room_id = await server.new_room(code="", limit=5)
    owner, _ = await server.seated(room_id)
    await owner.push(0, [[0, "owner"]])
    await owner.expect("saved")
    socket, welcome = await guest(server, await share(server, room_id), name="A, agent")
    fields: dict[str, Any] = {"version": 1, "updates": [[5, [0, "!"]]]}

    # As a member would be, as a kernel, as the owner's suggestion.
    await socket.send("code_change", **fields, marks=["python"])
    assert await socket.refusal() == "malformed"
    await socket.send("code_change", **fields, guest=False, kernel=True, author="Ann")
    await socket.expect("saved")
    await socket.send(
        "code_change",
        version=2,
        updates=[[[1, "O"], 5]],
        marks=["suggested"],
        clientId="",
    )
    await socket.expect("saved")

    log = await server.hub.store.revisions(room_id, 0, -1)
    assert [(each.client_id == welcome["clientId"], each.marks) for each in log] == [
        (False, frozenset()),
        (True, {"guest"}),
        (True, {"guest", "suggested"}),
    ]


# --- E9: suggestions -----------------------------------------------------------------


class Slow(FakeCompleter):
    """A completer that answers when ``go`` is set."""

    def __init__(self, text: str = "later") -> None:
        self.go = asyncio.Event()
        self.text = text

    async def complete(self, question: Question) -> Suggestion:
        await self.go.wait()
        return Suggestion(self.text, "")


async def test_e9_guests_are_offered_no_suggestions_unless_that_is_set(
    server: Server,
) -> None:
    room_id = await server.new_room(code="def f():\n")
    socket, welcome = await guest(server, await share(server, room_id))

    await socket.send("autocomplete", cursorPosition=9, version=0, id=5)
    error = await socket.expect("error")

    assert "autocomplete" not in welcome
    assert (error["code"], error["id"]) == ("forbidden", 5)


async def test_e9_who_may_edit_is_offered_so_many_and_no_more(start: Start) -> None:
    server = await start(
        guest_autocomplete=True, limits={"suggestions": 2, "suggestions_per": 3_600.0}
    )
    room_id = await server.new_room(code="def f():\n", limit=5)
    link = await share(server, room_id)
    socket, welcome = await guest(server, link)
    other, _ = await guest(server, link, key=KEYS[2])
    assert welcome["autocomplete"]

    async def ask(**fields: int) -> str:
        asked = {"cursorPosition": 9, "version": 0, **fields}
        await socket.send("autocomplete", **asked)
        return str((await socket.expect("suggestion"))["suggestion"])

    assert await ask(version=1) == ""
    assert await ask() == "    return "
    assert await ask(cursorPosition=1_000) == ""
    assert await ask() == ""
    await other.send("autocomplete", cursorPosition=9, version=0)
    assert (await other.expect("suggestion"))["suggestion"] == ""


@pytest.mark.parametrize(("text", "most"), [("x" * 4097, 2.0), ("x", 0.01)])
async def test_e9_what_is_long_or_late_is_not_passed_on(
    start: Start, text: str, most: float
) -> None:
    server = await start(guest_autocomplete=True, limits={"suggestion_wait": most})
    slow = steer(server, Slow(text))
    if most > 1:
        slow.go.set()
    room_id = await server.new_room(code="")
    socket, _ = await guest(server, await share(server, room_id))

    await socket.send("autocomplete", cursorPosition=0, version=0)

    assert (await socket.expect("suggestion"))["suggestion"] == ""


async def test_e9_typing_does_not_wait_for_a_suggestion(start: Start) -> None:
    server = await start(guest_autocomplete=True)
    slow = steer(server, Slow())
    room_id = await server.new_room(code="")
    socket, _ = await guest(server, await share(server, room_id))

    await socket.send("autocomplete", cursorPosition=0, version=0)
    await socket.send("autocomplete", cursorPosition=0, version=0)
    assert (await socket.expect("suggestion"))["suggestion"] == ""
    await socket.push(0, [[0, "x"]])
    assert (await socket.expect("saved"))["version"] == 1
    slow.go.set()

    assert (await socket.expect("suggestion"))["suggestion"] == "later"


def steer(server: Server, completer: Slow) -> Slow:
    """Let a server ask another completer for its guests."""
    context: Context = server.context
    assert context.sharing and context.sharing.suggestions
    context.sharing.suggestions.completer = completer
    return completer


async def test_e9_a_view_link_has_no_suggestions(start: Start, built: Path) -> None:
    server = await start(guest_autocomplete=True)
    room_id = await server.new_room(code="")
    socket = await hello(server, await share(server, room_id, role="view"))
    await socket.expect("welcome")
    await socket.expect("initial_state")

    await socket.send("autocomplete", cursorPosition=0, version=0)

    assert await socket.refusal() == "forbidden"
