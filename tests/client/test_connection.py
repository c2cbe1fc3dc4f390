"""One connection after the other, with sockets and time of the test."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from jupyter_pairedit.client.closecodes import End
from jupyter_pairedit.client.connection import Connection, SocketEvents
from jupyter_pairedit.protocol import Close, CodeChange, ServerMessage, too_many


@dataclass(order=True)
class Timer:
    at: float
    number: int
    callback: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Time that passes only when the test says so. Chance is always the largest."""

    def __init__(self) -> None:
        self.now = 0.0
        self._timers: list[Timer] = []
        self._count = 0

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        self._count += 1
        timer = Timer(self.now + seconds, self._count, callback)
        heapq.heappush(self._timers, timer)
        return timer

    def random(self) -> float:
        return 1.0

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while self._timers and self._timers[0].at <= end:
            timer = heapq.heappop(self._timers)
            self.now = timer.at
            if not timer.cancelled:
                timer.callback()
        self.now = end


class Socket:
    def __init__(self, events: SocketEvents) -> None:
        self.events = events
        self.sent: list[str] = []
        self.closed = False

    def send(self, frame: str) -> None:
        self.sent.append(frame)

    def close(self) -> None:
        self.closed = True


class World:
    """A connection, its sockets, and what it reports."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.sockets: list[Socket] = []
        self.reports: list[object] = []
        self.connection = Connection(self.dial, self.clock, self, guest=False)
        self.connection.start()

    def dial(self, events: SocketEvents) -> Socket:
        self.sockets.append(Socket(events))
        return self.sockets[-1]

    @property
    def newest(self) -> Socket:
        return self.sockets[-1]

    def opened(self) -> None:
        self.reports.append("opened")

    def received(self, message: ServerMessage) -> None:
        self.reports.append(message)

    def closed(self, code: int) -> None:
        self.reports.append(code)

    def changed(self) -> None:
        pass


def test_pauses_between_attempts_double_up_to_thirty_seconds() -> None:
    world = World()
    pauses = []
    for _ in range(9):
        world.newest.events.closed(1006, "")
        count, before = len(world.sockets), world.clock.now
        while len(world.sockets) == count:
            world.clock.wait(0.25)
        pauses.append(world.clock.now - before)

    assert pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_pauses_are_short_again_after_something_of_the_room_has_arrived() -> None:
    world = World()
    for _ in range(3):
        world.newest.events.closed(1006, "")
        world.clock.wait(1)
    world.newest.events.opened()
    world.connection.welcomed()

    world.newest.events.closed(1012, "")
    world.clock.wait(0.25)

    assert len(world.sockets) == 5


def test_a_server_that_is_full_is_left_alone_for_ten_seconds() -> None:
    world = World()
    world.newest.events.opened()

    world.newest.events.closed(1013, "Full.")

    world.clock.wait(10)
    assert (len(world.sockets), world.connection.message) == (1, "Full.")
    world.clock.wait(0.25)
    assert len(world.sockets) == 2


def test_who_connects_too_often_waits_as_long_as_the_server_says() -> None:
    world = World()
    world.newest.events.opened()

    world.newest.events.closed(4429, too_many("connections", 1))

    world.clock.wait(1)
    assert len(world.sockets) == 1
    world.clock.wait(0.25)
    assert len(world.sockets) == 2


def test_a_connection_without_an_answer_is_replaced_after_fifteen_seconds() -> None:
    world = World()
    world.newest.events.opened()
    first = world.newest
    world.connection.send(CodeChange(code=""))
    world.clock.wait(14)
    assert not first.closed

    world.clock.wait(2)

    assert first.closed and len(world.sockets) == 2
    assert world.reports == ["opened", 0]


def test_an_answer_in_time_keeps_the_connection() -> None:
    world = World()
    world.newest.events.opened()
    world.connection.send(CodeChange(code=""))
    world.connection.answered()

    world.clock.wait(100)

    assert not world.newest.closed


def test_events_of_an_earlier_socket_are_ignored() -> None:
    world = World()
    old = world.newest
    old.events.opened()
    world.connection.restart()
    world.clock.wait(1)
    world.reports.clear()

    old.events.received('{"type": "saved"}')
    old.events.closed(4411, "Revoked.")
    old.events.refused(403)

    assert world.reports == [] and world.connection.end is None


def test_a_final_close_code_ends_the_attempts() -> None:
    world = World()
    world.newest.events.opened()

    world.newest.events.closed(4411, "Revoked.")

    world.clock.wait(100)
    assert world.connection.end == End("revoked", "The guest link was revoked.")
    assert len(world.sockets) == 1


def test_frames_of_a_newer_server_are_ignored() -> None:
    world = World()
    world.newest.events.opened()

    for frame in ('{"type": "news"}', "no JSON", b"\xff", '{"type": "saved", "x": 1}'):
        world.newest.events.received(frame)

    assert len(world.reports) == 2


def test_a_proxy_that_answers_for_a_restarting_server_is_asked_again() -> None:
    world = World()
    world.newest.events.opened()
    world.connection.welcomed()
    world.newest.events.closed(1012, "")

    for status in (404, 503, 404):
        count = len(world.sockets)
        while len(world.sockets) == count:
            world.clock.wait(0.25)
        world.newest.events.refused(status)

    assert world.connection.end is None
    assert world.connection.message == "The server answered with the HTTP status 404."


def test_a_connection_that_a_lost_one_of_this_client_has_replaced_is_made_again() -> (
    None
):
    world = World()
    world.newest.events.opened()
    world.newest.events.closed(1006, "")
    world.clock.wait(0.25)
    world.newest.events.opened()

    world.newest.events.closed(Close.REPLACED, "")

    assert world.connection.end is None
    world.clock.wait(0.5)
    assert len(world.sockets) == 3
    world.newest.events.opened()
    world.newest.events.closed(Close.REPLACED, "")
    assert world.connection.end is not None
    assert world.connection.end.status == "replaced"
