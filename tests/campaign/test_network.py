"""T1c, T10: real sockets, through a network that fails."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable

from jupyter_pairedit.stores.records import Stored
from tests.handlers.conftest import Start

from .figures import Plan
from .live import Company
from .proxy import FaultProxy
from .schedule import Hands
from .sockets import check_room, seat

CODE = "Āāăą"


async def test_t1c_sockets_agree_after_any_fault_of_the_network(
    plan_of: Callable[[str], Plan], start: Start
) -> None:
    plan = plan_of("T1c")
    server = await start(limits={"hello": 0.5})
    for seed in plan.seeds:
        rng = random.Random(seed)
        hands = Hands(rng)
        people = rng.randint(3, 8)
        room_id = await server.new_room(code=CODE, limit=100)
        async with FaultProxy(lambda: server.port, rng) as proxy:
            typists = seat(people, room_id, lambda: server, lambda: proxy.port)
            for each in typists:
                each.answer_within = 0.3
            try:
                async with Company(typists) as working:
                    await working.until(
                        lambda: all(each.loaded for each in working.clients)
                    )
                    for _ in range(10):
                        for client in working.clients:
                            hands.anything(client)
                        await asyncio.sleep(rng.random() * 0.01)  # the typing
                    proxy.calm_down()
                    await working.settled()
                    await check_room(server, room_id, CODE, working)
            except BaseException as error:
                error.add_note(f"seed {seed}: {people} clients")
                raise


async def test_t10_all_are_back_and_equal_after_all_were_cut_at_once(
    plan_of: Callable[[str], Plan],
    start: Start,
    record_property: Callable[[str, object], None],
) -> None:
    plan = plan_of("T10")
    hands = Hands(random.Random(plan.seed))
    server = await start()
    room_id = await server.new_room(code=CODE, limit=plan.count)

    def pause(in_vain: int) -> float:
        """As ``js/src/client/connection.ts`` does: any time up to one that doubles."""
        return hands.rng.random() * min(30.0, 0.25 * 2.0**in_vain)

    async with FaultProxy(lambda: server.port, hands.rng) as proxy:
        proxy.calm = True
        typists = seat(plan.count, room_id, lambda: server, lambda: proxy.port, pause)
        async with Company(typists) as working:
            await working.until(lambda: all(each.loaded for each in working.clients))
            for client in working.clients:
                hands.anything(client)
            await working.settled()

            # The line is cut, and the server forgets all that it does not have stored.
            proxy.cut_all()
            for client in working.clients:
                hands.anything(client)
            server = await start()
            loads = _count_loads(server.hub.store)
            began = time.monotonic()
            await working.until(lambda: all(each.following for each in working.clients))
            back = time.monotonic() - began
            await working.settled()
            equal = time.monotonic() - began

            record_property("figure", f"all back in {back:.1f} s, equal in {equal:.1f}")
            assert loads == {room_id: 1}
            log = await check_room(server, room_id, CODE, working)
            assert len(log) == sum(len(each.made) for each in working.clients)
            assert all(each.initial_states == 1 for each in working.clients)


def _count_loads(store: object) -> Counter[str]:
    loads = Counter[str]()
    load = store.load  # type: ignore[attr-defined]

    async def counted(room_id: str, at: int | None = None) -> Stored:
        loads[room_id] += 1
        stored: Stored = await load(room_id, at)
        return stored

    store.load = counted  # type: ignore[attr-defined]
    return loads
