"""Questions of guests: who may approve them, how often, and what is then executed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, NoReturn

import pytest

from jupyter_pairedit.core.runs import NEXT, Part, Run, RunState
from jupyter_pairedit.stores.errors import StorageFailure

from .conftest import Start
from .guests import change, guest, line_of, revoke, share
from .kernels import kernel_headers, open_to_kernels
from .probes import ProbeKernel, bind_probe
from .runs import ask, digest, let_guests_ask, page, until
from .serving import KEYS, Server, Socket

CODE = "print('asked')"
OTHER = "https://other.example"


class Setting:
    """A room with a page of its owner and a guest who may ask."""

    def __init__(
        self, server: Server, room_id: str, probe: ProbeKernel, link: Any
    ) -> None:
        self.server, self.room_id, self.probe, self.link = server, room_id, probe, link
        self.owner: Socket
        self.gus: Socket
        self.welcome: dict[str, Any]

    async def asked(self, id: int = 1) -> int:
        """Let the guest ask for version 0; return the number of the run."""
        await ask(self.gus, self.welcome, CODE, 0, id)
        taken = await until(self.gus, "run_taken", id=id)
        assert taken["state"] == "asked"
        return int(taken["run"])

    async def state(self, run: int) -> str:
        """Return what is stored of a run."""
        path = f"pairedit/rooms/{self.room_id}/runs"
        (found,) = [
            each
            for each in (await self.server.fetch("GET", path)).json["runs"]
            if each["run"] == run
        ]
        return str(found["state"])


async def set_up(
    start: Start, monkeypatch: pytest.MonkeyPatch, **traits: object
) -> Setting:
    server = await start(max_connections_per_room=9, **traits)
    room_id = await server.new_room(code=CODE)
    await let_guests_ask(server, room_id)
    probe = await bind_probe(server, room_id, monkeypatch)
    link = await share(server, room_id)
    setting = Setting(server, room_id, probe, link)
    setting.owner, _ = await page(server, room_id, await server.login())
    setting.gus, setting.welcome = await guest(server, link, runs=True)
    return setting


async def test_e6_what_is_approved_is_what_was_shown_whatever_is_typed_meanwhile(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    run = await at.asked()
    await at.gus.push(0, [[0, "evil()\n"], len(CODE)])
    question = await until(at.owner, "question", run=run)
    assert (question["code"], question["digest"]) == (CODE, digest(CODE))
    assert at.probe.given == []

    await at.owner.send("approve", run=run, digest=question["digest"])
    done = await until(at.gus, "run", run=run, state="done")

    assert at.probe.given == [CODE]
    assert done["own"] and done["approver"]


async def test_a_question_is_shown_while_the_database_fails(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    code = "one\n%two\nthree"
    await at.gus.push(0, [[len(CODE), *code.split("\n")]])
    await until(at.gus, "saved")
    fields = {"epoch": at.welcome["epoch"], "version": 1, "digest": digest("%two")}
    await at.gus.send("run", id=1, **fields, **{"from": 4, "to": 8})
    run = (await until(at.gus, "run_taken", id=1))["run"]
    await at.gus.push(1, [[len(code), "later"]])
    await until(at.gus, "saved")

    async def fails(*_: object) -> NoReturn:
        raise StorageFailure("the disk does not answer")

    monkeypatch.setattr(at.server.hub.store, "load", fails)
    other, _ = await page(at.server, at.room_id, await at.server.login(), KEYS[2])
    question = await until(other, "question", run=run)

    assert (question["code"], question["from"], question["to"]) == ("%two", 4, 8)
    assert question["lines"] == [{"line": 2, "text": "%two", "command": True}]
    await other.send("approve", run=run, digest=question["digest"])
    await until(other, "run", run=run, state="done")
    assert at.probe.given == ["%two"]


async def test_an_approval_that_cannot_be_stored_executes_nothing_and_can_be_repeated(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    run = await at.asked()
    await until(at.owner, "question", run=run)

    async def fails(*_: object) -> NoReturn:
        raise StorageFailure("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(at.server.hub.store.runs, "change", fails)
        await at.owner.send("approve", run=run, digest=digest(CODE))
        refused = await until(at.owner, "run_refused", run=run)
        assert refused["code"] == "storage"
    assert at.probe.given == []
    again = await until(at.owner, "question", run=run)
    await at.owner.send("approve", run=run, digest=again["digest"])

    await until(at.gus, "run", run=run, state="done")
    assert at.probe.given == [CODE]


async def test_an_approval_is_used_once(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    run = await at.asked()
    for _ in range(2):
        await at.owner.send("approve", run=run, digest=digest(CODE))

    assert (await until(at.owner, "run_refused"))["code"] == "ended"
    await until(at.gus, "run", run=run, state="done")
    await at.owner.send("approve", run=run, digest=digest(CODE))
    assert (await until(at.owner, "run_refused"))["code"] == "ended"
    assert at.probe.given == [CODE]


async def test_an_approval_of_another_text_is_stale_and_the_question_stays(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    run = await at.asked()

    await at.owner.send("approve", run=run, digest=digest("other"))

    assert (await until(at.owner, "run_refused"))["code"] == "stale"
    assert (await at.state(run), at.probe.given) == ("asked", [])
    await at.owner.send("approve", run=run, digest=digest(CODE))
    await until(at.owner, "run", run=run, state="done")
    assert at.probe.given == [CODE]


async def approver(kind: str, at: Setting) -> Socket:
    """Open the socket of somebody who may not approve."""
    server, room_id = at.server, at.room_id
    person = await server.login()
    xsrf = person.cookies["_xsrf"]
    resume = {"runs": True, "xsrf": xsrf}
    match kind:
        case "another guest":
            how = {"name": "Eve", "key": KEYS[2], "runs": True}
            return (await guest(server, at.link, **how))[0]
        case "the guest":
            return at.gus
        case "a program with the token":
            headers = {**server.token}
        case "a page with token and cookie":
            headers = {**server.token, **person.cookie}
        case "a kernel":
            open_to_kernels(server)
            headers = kernel_headers(server)
        case "a page of a listed origin":
            return (await page(server, room_id, person, KEYS[2], origin=OTHER))[0]
        case "a page of another scheme":
            other = server.origin.replace("http:", "https:")
            return (await page(server, room_id, person, KEYS[2], origin=other))[0]
        case "a page without the XSRF value":
            return (await page(server, room_id, person, KEYS[2], xsrf=""))[0]
        case "a page with another XSRF value":
            wrong = f"{xsrf[:-1]}{'a' if xsrf[-1] != 'a' else 'b'}"
            return (await page(server, room_id, person, KEYS[2], xsrf=wrong))[0]
        case _:
            headers = person.cookie  # A program with the cookie: no origin.
    origin = (
        None if kind in {"a kernel", "a program with the cookie"} else server.origin
    )
    how = {"headers": headers, "origin": origin, "resume": resume}
    return (await server.seated(room_id, KEYS[2], **how))[0]


@pytest.mark.parametrize(
    "kind",
    [
        "the guest",
        "another guest",
        "a program with the token",
        "a page with token and cookie",
        "a program with the cookie",
        "a kernel",
        "a page of a listed origin",
        "a page of another scheme",
        "a page without the XSRF value",
        "a page with another XSRF value",
    ],
)
async def test_nobody_approves_but_a_page_of_this_server_with_its_login(
    start: Start, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    at = await set_up(start, monkeypatch, allowed_origins=[OTHER])
    run = await at.asked()
    socket = await approver(kind, at)

    for type, fields in (
        ("approve", {"run": run, "digest": digest(CODE)}),
        ("refuse", {"run": run}),
        ("grant", {"client": at.welcome["clientId"]}),
        ("shown", {"id": 1, "version": 0}),
    ):
        await socket.send(type, **fields)
        answer = await socket.next()
        while answer["type"] not in {"error", "run_refused"}:
            assert answer["type"] != "question"
            answer = await socket.next()
        assert answer["code"] == "forbidden", type

    assert (await at.state(run), at.probe.given) == ("asked", [])


@pytest.mark.parametrize("what", ["approve", "refuse", "grant", "shown", ""])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_no_route_approves(
    start: Start, monkeypatch: pytest.MonkeyPatch, method: str, what: str
) -> None:
    at = await set_up(start, monkeypatch)
    run = await at.asked()
    person = await at.server.login()

    path = f"pairedit/rooms/{at.room_id}/runs/{run}/{what}".rstrip("/")
    body = {"run": run, "digest": digest(CODE)}
    for headers in (at.server.token, person.headers):
        reply = await at.server.fetch(method, path, body, headers)
        assert reply.status in {404, 405}

    assert (await at.state(run), at.probe.given) == ("asked", [])


async def test_what_was_refused_is_not_run(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    run = await at.asked()

    await at.owner.send("refuse", run=run)
    await until(at.gus, "run", run=run, state="refused")
    await at.owner.send("approve", run=run, digest=digest(CODE))

    assert (await until(at.owner, "run_refused"))["code"] == "ended"
    assert (await at.state(run), at.probe.given) == ("refused", [])


async def test_a_newer_question_takes_the_place_of_the_one_before(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    first, second = await at.asked(), await at.asked(id=2)

    await until(at.gus, "run", run=first, state="withdrawn")
    await at.owner.send("approve", run=first, digest=digest(CODE))
    assert (await until(at.owner, "run_refused"))["code"] == "ended"
    await at.owner.send("approve", run=second, digest=digest(CODE))
    await until(at.gus, "run", run=second, state="done")
    assert at.probe.given == [CODE]


async def test_a_question_that_nobody_answers_expires(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch, limits={"question": 0.05})
    run = await at.asked()

    await until(at.gus, "run", run=run, state="expired")
    await at.owner.send("approve", run=run, digest=digest(CODE))

    assert (await until(at.owner, "run_refused"))["code"] == "ended"
    assert at.probe.given == []


async def test_a_guest_who_was_refused_three_times_may_not_ask_until_a_member_lets(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    for id in range(1, 4):
        run = await at.asked(id)
        await at.owner.send("refuse", run=run)
        await until(at.gus, "run", run=run, state="refused")

    await ask(at.gus, at.welcome, CODE, 0, 4)
    assert (await until(at.gus, "run_refused", id=4))["code"] == "too_many"
    await at.owner.send("grant", client=at.welcome["clientId"], what="ask")
    # The owner's next answer: what came before it was carried out.
    await at.owner.send("approve", run=99, digest="x")
    await until(at.owner, "run_refused", run=99)
    await at.asked(5)
    assert at.probe.given == []


async def test_the_question_of_a_guest_whose_link_is_revoked_is_withdrawn(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    run = await at.asked()

    assert await revoke(at.server, at.room_id, at.link) == 1
    await until(at.owner, "run", run=run, state="withdrawn")
    await at.owner.send("approve", run=run, digest=digest(CODE))

    assert (await until(at.owner, "run_refused"))["code"] == "ended"
    assert at.probe.given == []


async def test_a_run_that_was_approved_goes_on_when_its_guest_is_revoked(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    at.probe.holds = True
    run = await at.asked()
    await at.owner.send("approve", run=run, digest=digest(CODE))
    await until(at.owner, "run", run=run, state="running")

    assert await revoke(at.server, at.room_id, at.link) == 1
    assert await at.state(run) == "running"
    await at.owner.send("stop", run=run)

    await until(at.owner, "run", run=run, state="stopped")
    assert at.probe.given == [CODE]


async def granted(at: Setting) -> None:
    """Let the guest run without asking."""
    await at.owner.send("grant", client=at.welcome["clientId"])
    await until(at.gus, "kernel", may="run")


async def test_e7_a_guest_with_a_grant_runs_versions_until_it_is_taken_back(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    await granted(at)
    await ask(at.gus, at.welcome, CODE, 0)
    assert (await until(at.gus, "run_taken", id=1))["state"] == "queued"
    await until(at.owner, "run", state="done")
    assert at.probe.given == [CODE]

    # A text that is in no version is not run.
    await ask(at.gus, at.welcome, "evil()", 0, 2)
    assert (await until(at.gus, "run_refused", id=2))["code"] == "stale"
    client = at.welcome["clientId"]
    await at.owner.send("grant", client=client, off=True)
    await until(at.gus, "kernel", may="ask")
    await at.asked(3)
    assert at.probe.given == [CODE]


async def lock(at: Setting) -> AsyncIterator[None]:
    """Lock the room, and unlock it."""
    for locked in (True, False):
        body = {"locked": locked}
        reply = await change(at.server, "PUT", at.room_id, "lock", body)
        assert reply.status == 200
        yield


@pytest.mark.parametrize("end", ["lock", "disconnect", "replace", "another link"])
async def test_a_grant_ends_with_the_role_and_with_the_connection(
    start: Start, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    at = await set_up(start, monkeypatch)
    await granted(at)

    if end == "lock":
        async for _ in lock(at):
            await until(at.gus, "role")
    elif end == "another link":
        link = await share(at.server, at.room_id)
        at.gus, at.welcome = await guest(at.server, link, runs=True)
        await revoke(at.server, at.room_id, at.link)
    else:
        resume = at.welcome["resume"]
        if end == "disconnect":
            await at.gus.close()
        how = {"secret": None, "resume": resume, "runs": True}
        at.gus, at.welcome = await guest(at.server, at.link, **how)

    await at.asked(2)
    assert at.probe.given == []


async def test_a_grant_ends_with_the_role_of_a_guest_who_reads_nothing_meanwhile(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    await granted(at)
    line = line_of(at.server, at.room_id)
    send, waits, reads = line.send, asyncio.Event(), asyncio.Event()

    async def send_later(frame: bytes) -> None:
        waits.set()
        await reads.wait()
        pending = send(frame)
        if pending is not None:
            await pending

    monkeypatch.setattr(line, "send", send_later)
    await at.server.put(at.room_id, "more")
    await waits.wait()
    async for _ in lock(at):
        pass
    reads.set()

    await at.asked(2)
    assert at.probe.given == []


async def test_a_view_guest_may_neither_run_nor_ask(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    link = await share(at.server, at.room_id, role="view")
    vic, welcome = await guest(at.server, link, name="Vic", key=KEYS[2], runs=True)
    await at.owner.send("grant", client=welcome["clientId"])

    await ask(vic, welcome, CODE, 0)

    assert (await until(vic, "run_refused", id=1))["code"] == "forbidden"
    assert at.probe.given == []


@pytest.mark.parametrize("state", sorted(NEXT))
async def test_a_row_that_somebody_writes_into_the_database_executes_nothing(
    start: Start, monkeypatch: pytest.MonkeyPatch, state: RunState
) -> None:
    at = await set_up(start, monkeypatch)
    store, room_id = at.server.hub.store, at.room_id
    row = Run(
        0,
        str(at.welcome["epoch"]),
        0,
        Part(0, len(CODE)),
        digest(CODE),
        "Mallory",
        False,
        state,
        1.0,
        server=store.peers.server,
        approver="Alice",
    )
    written = await store.runs.add(room_id, row, 50, 1 << 20)

    # It can neither be approved nor stopped, and what a person runs does not wake it.
    await at.owner.send("approve", run=written.number, digest=digest(CODE))
    assert (await until(at.owner, "run_refused"))["code"] == "ended"
    await at.owner.send("stop", run=written.number)
    assert (await until(at.owner, "run_refused"))["code"] in {
        "gone",
        "ended",
        "no_kernel",
    }
    assert at.probe.given == []
    await ask(at.owner, at.welcome, CODE, 0, 7)
    await until(at.owner, "run", state="done")
    assert at.probe.given == [CODE]
