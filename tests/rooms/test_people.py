"""How readers are sent who is in the room."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.core.carets import Caret
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room
from jupyter_pairedit.rooms.roster import MOST
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from tests.making import ROOM, message_in, next_frame, record

from .timers import FakeTimers


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/rooms.db")
    yield store
    jp_asyncio_loop.run_until_complete(store.close())


async def opened(store: Store, timers: FakeTimers) -> Room:
    await store.create(record(limit=100), "0123456789")
    room = Room(await store.load(ROOM), store, Limits(), lambda: 0.0)
    room.roster._timers = lambda: timers
    return room


@pytest.fixture
def timers() -> FakeTimers:
    return FakeTimers()


def joined(room: Room, name: str, *, differences: bool = True) -> EditReader:
    reader = EditReader(f"{name}-1", name, name)
    reader.takes_differences = differences
    room.audience.join(reader)
    return reader


async def presences(room: Room, reader: EditReader) -> list[dict[str, Any]]:
    """Return all new frames but for the text."""
    read = []
    while (frame := await next_frame(reader, room)) is not None:
        read.append(json.loads(message_in(frame)))
    return [each for each in read if each.pop("type") == "presence"]


def named(people: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in people]


async def test_the_list_is_sent_once_and_then_what_changes_in_it(
    store: Store, timers: FakeTimers
) -> None:
    room = await opened(store, timers)
    ann = joined(room, "Ann")
    (first,) = await presences(room, ann)

    bob = joined(room, "Bob")
    (came,) = await presences(room, ann)
    room.audience.leave(bob)
    (left,) = await presences(room, ann)

    assert named(first["people"]) == ["Ann"]
    assert named(came.pop("changed")) == ["Bob"] and came == {}
    assert left == {"left": ["Bob"]}


async def test_a_client_that_does_not_know_differences_is_sent_the_whole_list(
    store: Store, timers: FakeTimers
) -> None:
    room = await opened(store, timers)
    ann = joined(room, "Ann", differences=False)
    await presences(room, ann)

    bob = joined(room, "Bob")
    (came,) = await presences(room, ann)
    room.audience.leave(bob)
    (left,) = await presences(room, ann)

    assert named(came.pop("people")) == ["Ann", "Bob"] and came == {}
    assert named(left.pop("people")) == ["Ann"] and left == {}


async def test_a_reader_that_is_far_behind_is_sent_the_whole_list(
    store: Store, timers: FakeTimers
) -> None:
    room = await opened(store, timers)
    ann = joined(room, "Ann")
    await presences(room, ann)
    ann._people -= 100

    joined(room, "Bob")

    (came,) = await presences(room, ann)
    assert named(came["people"]) == ["Ann", "Bob"]


@pytest.mark.parametrize("differences", [True, False])
async def test_a_crowd_is_sent_to_each_reader_in_few_frames(
    store: Store, timers: FakeTimers, differences: bool
) -> None:
    room = await opened(store, timers)
    ann = joined(room, "Ann", differences=differences)
    sent = await presences(room, ann)

    for number in range(60):
        joined(room, f"P{number}", differences=differences)
        sent += await presences(room, ann)
    timers.advance(1.0)
    sent += await presences(room, ann)

    assert len(sent) == MOST + 1
    last = sent[-1]["changed" if differences else "people"]
    assert named(last)[-1] == "P59"
    assert len(last) == (60 - MOST + 1 if differences else 61)


async def test_who_joins_among_many_receives_a_list_with_themselves(
    store: Store, timers: FakeTimers
) -> None:
    room = await opened(store, timers)
    *_, last = [joined(room, f"P{number}") for number in range(20)]
    assert await presences(room, last) == []

    timers.advance(1.0)

    (list_of_all,) = await presences(room, last)
    assert named(list_of_all["people"])[-1] == "P19"


async def test_a_check_is_answered_while_a_crowd_comes(
    store: Store, timers: FakeTimers
) -> None:
    room = await opened(store, timers)
    ann = joined(room, "Ann")
    await presences(room, ann)
    for number in range(20):
        joined(room, f"P{number}")
    await presences(room, ann)

    ann.answer_check(room)

    assert await presences(room, ann) == [{}]


async def test_a_caret_is_sent_again_when_its_owner_is_in_the_list(
    store: Store, timers: FakeTimers
) -> None:
    """A client discards the carets of clients that it does not know."""
    room = await opened(store, timers)
    ann = joined(room, "Ann")
    await presences(room, ann)
    for number in range(20):
        joined(room, f"P{number}")
    await presences(room, ann)

    room.place_caret(Caret("P19-1", 2, 4, 0))
    room.place_caret(Caret("P0-1", 1, 1, 0))
    before = [each.get("carets") for each in await presences(room, ann)]
    timers.advance(1.0)
    (after,) = await presences(room, ann)

    assert before == [[["P0-1", 1, 1]]]
    assert after["carets"] == [["P19-1", 2, 4]]


async def test_a_person_leaves_when_another_one_takes_over_the_client(
    store: Store, timers: FakeTimers
) -> None:
    room = await opened(store, timers)
    before = joined(room, "Ann")

    after = EditReader(before.client_id, "another login", "Ann")
    room.audience.join(after)
    room.audience.leave(before)
    assert [each.person for each in room.audience.presence.people] == ["another login"]

    room.audience.leave(after)
    assert room.audience.presence.people == ()
