"""Running the code of a room over sockets, with a real kernel."""

from __future__ import annotations

from .conftest import Start
from .runs import ask, bind, page, until
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
