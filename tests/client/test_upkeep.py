"""What a participant sends by itself: carets, checks, and another attempt to store."""

from __future__ import annotations

import zlib

import msgspec
import pytest

from jupyter_pairedit.client.connection import SocketEvents
from jupyter_pairedit.client.entry import GuestEntry
from jupyter_pairedit.client.participant import Participant
from jupyter_pairedit.core.links import GuestLink
from jupyter_pairedit.protocol import Close

from .test_connection import Clock, Socket

CODE = "ab\ncd\n"


class World:
    """A participant, and the server that the test plays."""

    def __init__(self) -> None:
        self.clock = Clock()
        link = GuestLink("http://localhost/", "A" * 22, "invite", "secret")
        entry = GuestEntry(link, "Ann")
        self.participant = Participant(entry, self.dial, self.clock, "k" * 32)
        self.participant.start()
        self.join()

    def dial(self, events: SocketEvents) -> Socket:
        self.socket = Socket(events)
        return self.socket

    def join(self, **welcome: object) -> None:
        self.socket.events.opened()
        room = {"epoch": "e", "title": "", "language": "python", "limit": 2}
        self.say("welcome", clientId="me", resumed=False, **room, **welcome)
        self.say("initial_state", code=CODE, version=0)
        person = {"name": "Ann", "color": 1, "clients": ["me"]}
        self.say("presence", people=[person])
        self.socket.sent.clear()

    def say(self, type: str, **fields: object) -> None:
        frame = msgspec.json.encode({"type": type, **fields})
        self.socket.events.received(frame)

    @property
    def sent(self) -> list[dict[str, object]]:
        """What was sent since the last look."""
        sent = [msgspec.json.decode(frame) for frame in self.socket.sent]
        self.socket.sent.clear()
        return sent


@pytest.fixture
def world() -> World:
    return World()


def test_a_caret_is_sent_at_most_ten_times_a_second(world: World) -> None:
    for column in (0, 1, 2):
        world.participant.place_caret(2, column)

    first = world.sent
    world.clock.wait(0.1)

    assert first == [{"type": "presence", "version": 0, "anchor": 3, "head": 3}]
    assert world.sent == [{"type": "presence", "version": 0, "anchor": 5, "head": 5}]


def test_a_caret_waits_until_what_is_before_it_is_stored(world: World) -> None:
    world.participant.replace("ab", "abc")
    world.participant.place_caret(2, 0)
    (edit,) = world.sent
    assert edit["type"] == "code_change"

    world.say("saved")

    assert world.sent == [{"type": "presence", "version": 1, "anchor": 4, "head": 4}]


def test_a_caret_is_sent_again_after_a_reconnect(world: World) -> None:
    world.participant.place_caret(1, 1)
    world.clock.wait(1)
    world.socket.events.closed(1012, "")
    world.clock.wait(1)
    world.socket.events.opened()

    world.say(
        "welcome",
        **{"clientId": "me", "epoch": "e", "resumed": True, "limit": 2},
        **{"title": "", "language": "python"},
    )

    assert world.sent[-1] == {"type": "presence", "version": 0, "anchor": 1, "head": 1}


def test_code_at_rest_is_checked_after_two_seconds_and_then_every_thirty(
    world: World,
) -> None:
    check = {"type": "check", "version": 0, "hash": f"{zlib.crc32(CODE.encode()):08x}"}

    world.clock.wait(1.9)
    assert world.sent == []
    world.clock.wait(0.2)
    assert world.sent == [check]
    world.say("presence")
    world.clock.wait(30)
    assert world.sent == [check]


def test_a_check_without_an_answer_replaces_the_connection(world: World) -> None:
    first = world.socket

    world.clock.wait(20)

    assert first.closed and world.socket is not first


def test_a_store_that_refused_is_asked_again_after_two_seconds(world: World) -> None:
    world.participant.replace("ab", "x")
    (push,) = world.sent

    world.say("error", code="storage", message="The disk is full.")

    assert (world.participant.view().status, world.sent) == ("read-only", [])
    world.clock.wait(2)
    assert world.sent == [push]
    world.say("saved")
    assert world.participant.view().status == "live"


def test_text_that_is_forbidden_meanwhile_is_taken_back_and_kept(world: World) -> None:
    world.participant.replace("ab", "x")

    world.say("role", role="view")
    world.say("error", code="forbidden", message="You may read this room.")

    view = world.participant.view()
    assert (view.code, view.lost, view.role) == (CODE, "x\ncd\n", "view")


def test_a_change_that_the_server_cannot_read_ends_the_attempts(world: World) -> None:
    world.participant.replace("ab", "x")

    world.say("error", code="bad_change", message="Expected another length.")

    view = world.participant.view()
    assert (view.status, view.message) == ("refused", "Expected another length.")
    assert view.lost == "x\ncd\n"


@pytest.mark.parametrize("code", ["bad_change", "forbidden"])
def test_a_refusal_keeps_the_write_that_waits(world: World, code: str) -> None:
    world.participant.replace("ab", "x")
    world.participant.write("precious\n")

    world.say("error", code=code, message="No.")

    assert world.participant.view().lost == "precious\n"
    assert world.participant.unsaved == ("x\ncd\n" if code == "bad_change" else None)


def test_the_end_of_a_link_keeps_the_write_on_its_way(world: World) -> None:
    world.participant.write("precious\n")
    assert world.sent

    world.socket.events.closed(Close.INVITE_REVOKED, "")

    assert world.participant.view().lost == "precious\n"


def test_a_stale_push_is_sent_again_when_the_revisions_are_read(world: World) -> None:
    world.participant.replace("ab", "x")
    world.sent.clear()

    world.say("error", code="stale", message="Read on.", version=2)
    assert world.sent == []
    world.say("code_update", updates=[["you", [[0, "1"], 6]]], version=1)
    assert world.sent == []
    world.say("code_update", updates=[[0, [[0, "2"], 7]]])

    (push,) = world.sent
    assert (push["version"], push["updates"]) == (2, [[2, [2, "x"], 4]])


def test_a_gap_in_the_log_is_answered_by_a_new_connection(world: World) -> None:
    world.participant.replace("ab", "x")

    world.say("code_update", updates=[["you", [6]]], version=7)
    world.clock.wait(1)
    world.socket.events.opened()

    (hello,) = world.sent
    assert (hello["type"], hello["version"], hello["epoch"]) == ("hello", 0, "e")
    assert world.participant.unsent == 1
