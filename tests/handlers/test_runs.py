"""Running the code of a room over sockets, with a real kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Start
from .guests import guest, hello, share
from .runs import ask, bind, digest, page, start_kernel, until
from .serving import KEYS


async def test_what_a_person_runs_is_shown_to_everybody_in_the_room(
    start: Start,
) -> None:
    server = await start(max_connections_per_room=3)
    code = "print('out'); 6 * 7"
    room_id = await server.new_room(code=code)
    await bind(server, room_id)
    person = await server.login()
    alice, welcome = await page(server, room_id, person)
    other, _ = await page(server, room_id, person, KEYS[1])

    await ask(alice, welcome, code, 0)

    taken = await until(alice, "run_taken", id=1)
    for socket in (alice, other):
        new = await until(socket, "run", run=taken["run"])
        assert new["version"] == 0
        printed = await until(socket, "output", run=taken["run"])
        found = list(printed["outputs"])
        while len(found) < 2:
            found += (await until(socket, "output", run=taken["run"]))["outputs"]
        assert [each[:3] for each in found] == [
            [0, "stdout", "out\n"],
            [1, "result", "42"],
        ]
        done = await until(socket, "run", run=taken["run"], state="done")
        assert done["endedAt"] >= done["startedAt"] >= done["askedAt"]


async def test_a_run_goes_on_when_somebody_chooses_another_kernel(
    start: Start, tmp_path: Path
) -> None:
    server = await start(max_connections_per_room=3)
    go = tmp_path / "go"
    code = f"import os, time\nprint(1)\nwhile not os.path.exists({str(go)!r}): "
    code += "time.sleep(0.01)\nprint(2)"
    room_id = await server.new_room(code=code)
    await bind(server, room_id)
    alice, welcome = await page(server, room_id, await server.login())
    await ask(alice, welcome, code, 0)
    run = (await until(alice, "run_taken"))["run"]
    await until(alice, "output", run=run)

    body = {"kernelId": await start_kernel(server)}
    reply = await server.fetch("PUT", f"pairedit/rooms/{room_id}/kernel", body)
    assert reply.status == 200
    go.touch()

    ended = await until(alice, "run", run=run)
    while ended["state"] == "running":
        ended = await until(alice, "run", run=run)
    path = f"pairedit/rooms/{room_id}/runs/{run}/outputs"
    outputs = (await server.fetch("GET", path)).json["outputs"]
    assert (ended["state"], outputs[0][2]) == ("done", "1\n2\n")


async def test_text_of_a_guest_is_shown_before_it_is_run(start: Start) -> None:
    server = await start(max_connections_per_room=3)
    room_id = await server.new_room(code="x = 1\n")
    await bind(server, room_id)
    alice, welcome = await page(server, room_id, await server.login())
    bob, _ = await guest(server, await share(server, room_id, role="edit"))
    await bob.push(0, [6, [0, "", "print(x)"]])
    await bob.expect("saved")
    code = "x = 1\n\nprint(x)"

    await ask(alice, welcome, code, 1)
    unread = await until(alice, "unread", id=1)
    # Without it, the list counts as not shown.
    await ask(alice, welcome, code, 1, id=2)
    again = await until(alice, "unread", id=2)
    await alice.send("shown", id=2, version=1)
    await ask(alice, welcome, code, 1, id=3)
    taken = await until(alice, "run_taken", id=3)

    assert [(each["line"], each["text"]) for each in unread["lines"]] == [
        (3, "print(x)")
    ]
    assert again["lines"] == unread["lines"]
    assert (await until(alice, "output"))["outputs"][0][:3] == [0, "stdout", "1\n"]
    await until(alice, "run", run=taken["run"], state="done")
    # It was run, so it was shown.
    await ask(alice, welcome, code, 1, id=4)
    await until(alice, "run_taken", id=4)


@pytest.mark.parametrize("dialect", ["edits", "files"])
async def test_a_guest_whose_client_knows_nothing_of_runs_can_be_trusted(
    start: Start, dialect: str
) -> None:
    server = await start(max_connections_per_room=3)
    room_id = await server.new_room(code="x = 1\n")
    await bind(server, room_id)
    alice, welcome = await page(server, room_id, await server.login())
    link = await share(server, room_id, role="edit")
    if dialect == "edits":
        bob, seen = await guest(server, link)
        await bob.push(0, [6, [0, "print(x)"]])
    else:
        bob = await hello(server, link, edits=False)
        seen = await bob.expect("welcome")
        await bob.write("x = 1\nprint(x)")
    code = "x = 1\nprint(x)"
    await until(alice, "code_update")
    await ask(alice, welcome, code, 1)
    await until(alice, "unread", id=1)

    await alice.send("grant", client=seen["clientId"], what="trust")
    await ask(alice, welcome, code, 1, id=2)
    taken = await until(alice, "run_taken", id=2)

    await until(alice, "run", run=taken["run"], state="done")
    # Its client is sent nothing of runs.
    path = f"pairedit/rooms/{room_id}/code"
    body = {"code": "y = 2"}
    assert (await server.fetch("PUT", path, body, server.token)).status == 200
    received = [await bob.next()]
    while (received[-1]["type"], received[-1].get("version")) != ("code_update", 2):
        received.append(await bob.next())
    kinds = {each["type"] for each in received}
    assert kinds.isdisjoint({"kernel", "run", "output"})


async def test_trust_is_not_for_another_guest_of_the_same_name(
    start: Start,
) -> None:
    server = await start(max_connections_per_room=3)
    room_id = await server.new_room(code="x = 1\n")
    await bind(server, room_id)
    alice, welcome = await page(server, room_id, await server.login())
    _, trusted = await guest(server, await share(server, room_id), name="Gus")
    other = await share(server, room_id)
    stranger, seen = await guest(server, other, name="Gus", key=KEYS[2])

    await alice.send("grant", client=trusted["clientId"], what="trust")
    await stranger.push(0, [6, [0, "evil()"]])
    await until(alice, "code_update")
    await ask(alice, welcome, "x = 1\nevil()", 1)

    (line,) = (await until(alice, "unread", id=1))["lines"]
    assert (line["author"], line["clients"]) == ("Gus (guest)", [seen["clientId"]])


async def test_a_guest_asks_and_exactly_what_is_approved_is_run(start: Start) -> None:
    server = await start(max_connections_per_room=3)
    code = "print('approved')"
    room_id = await server.new_room(code=code)
    await bind(server, room_id)
    settings = {"settings": {"guestsMayAsk": True}}
    path = f"pairedit/rooms/{room_id}"
    headers = {**server.token, "If-Match": "*"}
    assert (await server.fetch("PATCH", path, settings, headers)).status == 200
    person = await server.login()
    alice, _ = await page(server, room_id, person)
    link = await share(server, room_id, role="edit")
    bob, welcome = await guest(server, link, runs=True)

    assert (await until(bob, "kernel"))["may"] == "ask"
    await ask(bob, welcome, code, 0)
    taken = await until(bob, "run_taken", id=1)
    question = await until(alice, "question", run=taken["run"])
    assert (question["code"], question["digest"]) == (code, digest(code))
    # What the guest types meanwhile changes nothing.
    await bob.push(0, [len(code), [0, "", "print('not approved')"]])
    await until(bob, "saved")
    await alice.send("approve", run=taken["run"], digest=digest("another text"))
    assert (await until(alice, "run_refused"))["code"] == "stale"
    await alice.send("approve", run=taken["run"], digest=question["digest"])
    for socket in (alice, bob):
        printed = (await until(socket, "output"))["outputs"]
        assert [each[:3] for each in printed] == [[0, "stdout", "approved\n"]]
        done = await until(socket, "run", run=taken["run"], state="done")
        assert done["guest"]
    await alice.send("approve", run=taken["run"], digest=question["digest"])
    assert (await until(alice, "run_refused"))["code"] == "ended"


@pytest.mark.parametrize("started", [True, False])
async def test_a_kernel_that_was_started_for_a_room_ends_with_it(
    start: Start, started: bool
) -> None:
    server = await start()
    room_id = await server.new_room()
    path = f"pairedit/rooms/{room_id}"
    body = {"name": "python3"} if started else {"kernelId": await start_kernel(server)}
    bound = await server.fetch("PUT", f"{path}/kernel", body)
    assert bound.status == 200, bound

    assert (await server.fetch("DELETE", path)).status == 204

    kernels = server.app.kernel_manager
    assert (bound.json["kernel"]["id"] in kernels) is not started
