"""What an operator looks at: health, metrics."""

from __future__ import annotations

import gc
from pathlib import Path

from prometheus_client import REGISTRY

from jupyter_pairedit import __version__
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores import open_store
from tests.startup.test_metrics import samples

from .conftest import Start
from .guests import guest, share
from .serving import Server


async def begin(server: Server) -> None:
    """Do what Jupyter does to its extensions when its event loop begins."""
    await server.app.extension_manager.start_all_extensions()  # type: ignore[no-untyped-call]


async def metrics(server: Server) -> dict[str, float]:
    """Scrape, as Prometheus does."""
    reply = await server.fetch("GET", "metrics")
    assert reply.status == 200
    return samples(reply.body.decode())


async def test_our_metrics_are_among_those_of_the_jupyter_server(
    server: Server,
) -> None:
    await begin(server)
    room_id = await server.new_room(code="")
    ann, _ = await server.seated(room_id)
    bob, _ = await server.seated(room_id, "B" * 22)

    await ann.push(0, [[0, "x"]])
    await bob.expect("code_update")
    await ann.expect("saved")
    await bob.send("no such message")
    await bob.refusal()
    await server.fetch("GET", f"pairedit/rooms/{'x' * 22}/code")

    found = await metrics(server)
    assert found["pairedit_rooms"] == 1
    assert found["pairedit_clients"] == 2
    assert found["pairedit_revisions_total{edit}"] == 1
    assert found["pairedit_commit_seconds_count"] == 1
    assert found["pairedit_fan_out_seconds_count"] == 2
    assert found["pairedit_refusals_total{malformed}"] == 1
    assert found["pairedit_refusals_total{room_not_found}"] == 1


async def test_the_garbage_collection_of_the_jupyter_server_stays_as_it_is(
    server: Server,
) -> None:
    before = gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()

    await begin(server)
    assert (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()) == before

    gc.freeze()  # as the operator of the server may
    try:
        await server.app.extension_manager.stop_all_extensions()  # type: ignore[no-untyped-call]
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


async def test_health_says_which_store_and_that_nothing_is_missed(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    await server.writer(room_id)

    health = (await server.fetch("GET", "pairedit/health")).json

    assert health == {
        "status": "ok",
        "service": "jupyter_pairedit",
        "version": __version__,
        "store": "sqlite",
        "durability": "process",
        "rooms": 1,
        "behind": 0,
        "suggestions": {"by": "mock", "host": "", "local": True, "trouble": ""},
    }


async def test_health_counts_what_others_have_written_and_we_have_not_read(
    server: Server, database: Path
) -> None:
    room_id = await server.new_room(code="")
    await server.writer(room_id)
    store = open_store(f"sqlite:///{database}")
    other = Room(await store.load(room_id), store, Limits(), lambda: 0.0)
    await other.write(Writer("bob", "Bob"), "one")
    await other.write(Writer("bob", "Bob"), "two")
    await store.close()

    health = (await server.fetch("GET", "pairedit/health")).json

    assert health["behind"] == 2


async def test_health_is_an_error_where_the_store_does_not_answer(
    server: Server,
) -> None:
    await server.hub.store.close()

    reply = await server.fetch("GET", "pairedit/health")

    assert (reply.status, reply.json["code"]) == (503, "storage")


async def test_who_types_or_writes_keeps_the_server_in_use(server: Server) -> None:
    room_id = await server.new_room(code="")
    activity = server.hub.activity
    ann, _ = await server.seated(room_id)
    connected = activity.last

    await ann.push(0, [[0, "x"]])
    await ann.expect("saved")
    typed = activity.last
    await server.put(room_id, "written")

    assert connected < typed < activity.last


async def test_guests_whom_nobody_watches_do_not_keep_the_server_for_ever(
    start: Start,
) -> None:
    server = await start(guest_keepalive_hours=0.0)
    room_id = await server.new_room(code="")
    activity = server.hub.activity
    gus, _ = await guest(server, await share(server, room_id))
    before = activity.last

    await gus.push(0, [[0, "x"]])
    await gus.expect("saved")
    alone = activity.last
    await server.seated(room_id)
    await gus.push(1, [1, [0, "y"]])
    await gus.expect("saved")
    watched = activity.last
    assert before == alone < watched


async def test_a_server_that_has_stopped_is_measured_no_more(server: Server) -> None:
    await begin(server)
    assert "pairedit_rooms" in await metrics(server)

    await server.app.cleanup_extensions()

    assert REGISTRY.get_sample_value("pairedit_rooms") is None
