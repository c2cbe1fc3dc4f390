"""What an operator looks at: health, metrics."""

from __future__ import annotations

from prometheus_client import REGISTRY

from tests.test_metrics import samples

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


async def test_a_server_that_has_stopped_is_measured_no_more(server: Server) -> None:
    await begin(server)
    assert "pairedit_rooms" in await metrics(server)

    await server.app.cleanup_extensions()

    assert REGISTRY.get_sample_value("pairedit_rooms") is None
