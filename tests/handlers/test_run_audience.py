"""Which runs guests are sent the output of."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_pairedit.core.outputs import Output

from .conftest import Start
from .guests import guest, share
from .probes import ProbeKernel, bind_probe
from .runs import ask, page, until
from .serving import KEYS, Server, Socket

CODE = "print(secret)"


class Setting:
    """A room with a page of its owner, a kernel, and a link for guests."""

    server: Server
    link: Any
    probe: ProbeKernel
    owner: Socket
    welcome: dict[str, Any]

    async def run(self, text: str) -> int:
        """Let the owner run code that prints a text; return the number of the run."""
        index = len(self.probe.given)
        await ask(self.owner, self.welcome, CODE, 0, index + 1)
        run, running = 0, set[int]()
        while not run or run not in running:  # Either may come first.
            message = await self.owner.next()
            if message["type"] == "run_taken":
                run = message["run"]
            elif message["type"] == "run" and message["state"] == "running":
                running.add(message["run"])
        await self.print(index, text)
        await until(self.owner, "output", run=run)
        return run

    async def print(self, index: int, text: str) -> None:
        """Let a run print."""
        output = Output(0, "stdout", text)
        await self.probe.sinks[index].outputs([output], 0, 0)

    async def guests(self, names: list[str]) -> None:
        """Wait until the owner's page shows these guests."""
        people: list[Any] | None = None
        while people != names:
            presence = await until(self.owner, "presence")
            people = [each["name"] for each in presence["people"] if "guest" in each]

    async def gus(self, key: str = KEYS[1]) -> Socket:
        """Join as the guest."""
        socket, _ = await guest(self.server, self.link, key=key, runs=True)
        await self.guests(["Gus"])
        return socket


async def set_up(start: Start, monkeypatch: pytest.MonkeyPatch) -> Setting:
    at = Setting()
    at.server = await start(max_connections_per_room=9)
    room_id = await at.server.new_room(code=CODE)
    at.probe = await bind_probe(at.server, room_id, monkeypatch)
    at.probe.holds = True
    at.link = await share(at.server, room_id)
    at.owner, at.welcome = await page(at.server, room_id, await at.server.login())
    return at


async def seen(socket: Socket, last: int) -> list[tuple[int, str]]:
    """Return the runs, with what they print, that a client is sent up to a run's."""
    outputs: list[tuple[int, str]] = []
    while not outputs or outputs[-1][0] != last:
        message = await socket.next()
        if message["type"] == "output":
            outputs.append((message["run"], message["outputs"][0][2]))
    return outputs


@pytest.mark.parametrize("key", [KEYS[1], KEYS[2]])
async def test_a_guest_who_comes_back_is_not_sent_the_runs_of_the_time_away(
    start: Start, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    at = await set_up(start, monkeypatch)
    gus = await at.gus()
    before = await at.run("before\n")
    assert await seen(gus, before) == [(before, "before\n")]
    await gus.close()
    await at.guests([])
    await at.run("secret=42\n")

    gus = await at.gus(key)
    after = await at.run("after\n")

    own = [(before, "before\n")] if key == KEYS[1] else []
    assert await seen(gus, after) == [*own, (after, "after\n")]


async def test_a_second_absence_does_not_show_the_runs_of_the_first(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    gus = await at.gus()
    for text in ("secret=1\n", "secret=2\n"):
        await gus.close()
        await at.guests([])
        await at.run(text)
        gus = await at.gus()

    last = await at.run("last\n")

    assert await seen(gus, last) == [(last, "last\n")]


async def test_a_guest_whose_run_goes_on_meanwhile_sees_what_it_printed(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    gus = await at.gus()
    run = await at.run("a\n")
    await gus.close()
    await at.guests([])
    await at.print(0, "a\nb\n")

    gus = await at.gus()

    assert await seen(gus, run) == [(run, "a\nb\n")]


async def test_a_guest_who_connects_again_before_the_old_connection_ends_sees_all(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await set_up(start, monkeypatch)
    old = await at.gus()
    again, _ = await guest(at.server, at.link, key=KEYS[1], runs=True)
    await old.ending()
    run = await at.run("here\n")

    assert await seen(again, run) == [(run, "here\n")]
