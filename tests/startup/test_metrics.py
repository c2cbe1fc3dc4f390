"""Metrics: what an operator reads of a hub at the Jupyter server's ``/metrics``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Writer
from jupyter_pairedit.startup.metrics import HubMetrics
from jupyter_pairedit.stores import open_store
from tests.making import ROOM, insert


@pytest.fixture
def hub(tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Hub]:
    store = open_store(f"sqlite:///{tmp_path}/rooms.db")
    hub = Hub(store, Limits(), now=lambda: 0.0, clock=lambda: 0.0)
    yield hub
    jp_asyncio_loop.run_until_complete(hub.close())


def samples(text: str) -> dict[str, float]:
    """Read what a scraper reads: ``name{label}`` to number."""
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if family.name.startswith("pairedit_")
    }


def scraped(*hubs: Hub) -> dict[str, float]:
    registry = CollectorRegistry(auto_describe=True)
    for hub in hubs:
        registry.register(HubMetrics(hub))
    return samples(generate_latest(registry).decode())


async def test_rooms_clients_and_revisions_are_counted(hub: Hub) -> None:
    await hub.create("Ann", room_id=ROOM, code="")
    room = await hub.open(ROOM)
    ann = EditReader("ann", "ann", "Ann")
    room.audience.join(ann)
    await room.push(Writer("ann", "Ann"), 0, [insert(0, 0, "a"), insert(1, 1, "b")])
    await room.write(Writer("bob", "Bob"), "c")

    found = scraped(hub)
    room.audience.leave(ann)

    assert found["pairedit_rooms"] == 1
    assert found["pairedit_clients"] == 1
    assert found["pairedit_revisions_total{edit}"] == 2
    assert found["pairedit_revisions_total{write}"] == 1
    assert found["pairedit_commit_seconds_count"] == 2
    assert found["pairedit_commit_seconds_bucket{+Inf}"] == 2
    assert found["pairedit_conflicts_total"] == 0


async def test_an_append_that_another_server_was_quicker_than_is_a_conflict(
    hub: Hub,
) -> None:
    await hub.create("Ann", room_id=ROOM, code="")
    other = Hub(hub.store, Limits(), now=lambda: 0.0, clock=lambda: 0.0)
    late = await other.open(ROOM)
    await (await hub.open(ROOM)).write(Writer("bob", "Bob"), "first")

    await late.push(Writer("ann", "Ann"), 0, [insert(0, 0, "x")])

    assert sorted(late.code) == sorted("xfirst")
    assert scraped(other)["pairedit_conflicts_total"] == 1


def test_two_hubs_of_one_process_do_not_fight_for_the_names(hub: Hub) -> None:
    assert scraped(hub, hub)["pairedit_rooms"] == 0
