"""The list of people changes at most five times a second."""

from __future__ import annotations

from collections.abc import Collection

from jupyter_pairedit.core.presence import Presence
from jupyter_pairedit.rooms.roster import Roster

from .timers import FakeTimers


class Room:
    """A list of people, and what it was renewed with."""

    def __init__(self) -> None:
        self.timers = FakeTimers()
        self.presence = Presence(limit=1_000)
        self.renewals: list[tuple[float, Collection[str]]] = []
        self.roster = Roster(self.presence, self._renewed, lambda: self.timers)

    def _renewed(self, newcomers: Collection[str]) -> None:
        self.renewals.append((self.timers.now, sorted(newcomers)))

    def join(self, *people: str) -> None:
        for each in people:
            self.presence.join(each, each.title(), f"{each}-1")
            self.roster.update()

    def leave(self, *people: str) -> None:
        for each in people:
            self.presence.leave(each, f"{each}-1")
            self.roster.update()

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.roster.people]


def test_the_first_five_changes_are_shown_at_once() -> None:
    room = Room()

    room.join("ann", "bob", "cem", "dan", "eve")

    assert room.renewals == [
        (100.0, [f"{name}-1"]) for name in ("ann", "bob", "cem", "dan", "eve")
    ]


def test_a_crowd_is_shown_five_times_in_any_second() -> None:
    room = Room()

    for number in range(300):
        room.join(f"p{number}")
        room.timers.advance(0.01)
    room.timers.advance(1.0)

    assert len(room.names) == 300
    times = [at for at, _ in room.renewals]
    assert 5 < len(times) <= 20
    assert all(sum(begin <= at < begin + 1.0 for at in times) <= 5 for begin in times)


def test_who_came_and_left_again_meanwhile_changes_nothing() -> None:
    room = Room()
    room.join("ann", "bob", "cem", "dan", "eve")
    before = room.roster.generation

    room.join("fay")
    room.leave("fay")
    assert room.roster.pending
    room.timers.advance(1.0)

    # Who waits for the list is woken all the same.
    assert (room.roster.generation, room.roster.pending) == (before, False)
    assert room.renewals[-1] == (101.0, [])


def test_the_difference_is_known_to_the_last_lists_only() -> None:
    room = Room()
    generations = []
    for number in range(12):
        room.join(f"p{number}")
        generations.append(room.roster.generation)
        room.timers.advance(1.0)

    assert room.roster.since(generations[0]) is None
    found = room.roster.since(generations[8])
    assert found is not None
    assert [each.name for each in found.changed] == ["P9", "P10", "P11"]
    assert found.left == ()


def test_a_crowd_is_shown_twice_in_a_second_and_one_change_in_it_at_once() -> None:
    room = Room()
    room.join(*(f"early{number}" for number in range(30)))
    room.timers.advance(2.0)
    room.renewals.clear()

    room.join("ann")
    first = list(room.renewals)
    for number in range(100):
        room.timers.advance(0.01)
        room.join(f"late{number}")
    room.timers.advance(0.5)

    assert first == [(102.0, ["ann-1"])]
    assert [at for at, _ in room.renewals] == [102.0, 102.5, 103.0, 103.5]
    assert len(room.names) == 131
