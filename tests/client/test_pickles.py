"""Errors, views and rooms that a pool of processes sends to another one.

``Pool.map`` waits for ever for a worker whose exception cannot be made again.
"""

from __future__ import annotations

import inspect
import multiprocessing
import pickle

import pytest

import jupyter_pairedit.client as client
from jupyter_pairedit.client import (
    Ambiguous,
    Forked,
    InsecureAddress,
    NotConnected,
    NotSaved,
    RoomError,
    RunRefused,
    ServerError,
    Unread,
    UnreadLine,
    connect,
)
from jupyter_pairedit.kernel.blame import NotReported
from jupyter_pairedit.kernel.editor import BundleNotBuilt
from jupyter_pairedit.kernel.share import NotMade

from .conftest import Join, Place

RAISED: list[Exception] = [
    Ambiguous([1, 5]),
    Forked(),
    InsecureAddress(),
    NotConnected("The room is full.", "full"),
    NotSaved("Not stored.", "x = 1\n"),
    RunRefused("No kernel.", "no_kernel"),
    ServerError("No disk.", "readonly"),
    Unread([UnreadLine(3, "rm()", "Ann")]),
    NotReported(guest=True),
    NotMade(),
    BundleNotBuilt(),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_an_error_of_a_worker_is_the_same_in_the_process_that_waits(
    error: Exception,
) -> None:
    read = pickle.loads(pickle.dumps(error))

    assert type(read) is type(error)
    assert (str(read), vars(read)) == (str(error), vars(error))


def test_every_error_of_the_client_is_among_them_or_has_a_message_only() -> None:
    tried = {type(error) for error in RAISED}
    for name in client.__all__:
        kind = getattr(client, name)
        if inspect.isclass(kind) and issubclass(kind, Exception) and kind not in tried:
            assert str(pickle.loads(pickle.dumps(kind("why")))) == "why"


def fail(link: str) -> None:
    connect(link, name="Worker")


def test_a_pool_whose_worker_finds_no_seat_says_so_and_does_not_wait(
    place: Place, join: Join
) -> None:
    place.server.call(
        f"pairedit/rooms/{place.id}", "PATCH", {"limit": 1}, {"If-Match": "*"}
    )
    join(place.link(), name="First")

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        waited = pool.map_async(fail, [place.link()])
        with pytest.raises(RoomError, match="The room is full") as refusal:
            waited.get(60)

    assert isinstance(refusal.value, NotConnected)
    assert refusal.value.status == "full"


def test_a_view_can_be_sent_and_a_room_says_what_to_do_instead(
    place: Place, join: Join
) -> None:
    room = join(place.link())

    view = pickle.loads(pickle.dumps(room.view()))

    assert view.code == room.code
    assert view.find("y = 2") == room.view().find("y = 2")
    with pytest.raises(ValueError, match="found one of another"):
        room.replace("x", "z", at=view)
    with pytest.raises(TypeError, match="found a Room: call connect"):
        pickle.dumps(room)
