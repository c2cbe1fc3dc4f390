"""The people in a room, each with one or more clients. Never stored."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from .names import clean_name, guest_author, without_joiners

COLORS = 7
"""The number of JupyterLab's ``--jp-collaborator-color<n>`` variables."""


class RoomFull(Exception):
    """The room has as many people as its limit allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in the room."""

    person: str
    """The authenticated id. Two tabs of one person have the same."""
    name: str
    """For display: at most 40 visible characters, unique in the room."""
    color: int
    clients: tuple[str, ...]
    label: str | None = None
    """The label of a guest's invite; None for a person with Jupyter's login."""


@dataclass(slots=True)
class Presence:
    """The people in one room, in arrival order."""

    limit: int
    generation: int = 0
    """Incremented by each change."""
    refused: tuple[str, bool] | None = None
    """The last person who found the room full: a name, and whether it is a guest."""
    refusals: int = 0
    """How many people were recorded in ``refused``."""
    remote: tuple[Participant, ...] = ()
    """People connected to other servers. They may also be in ``local``."""
    _people: dict[str, Participant] = field(default_factory=dict)

    @property
    def local(self) -> tuple[Participant, ...]:
        """The people connected to this server."""
        return tuple(self._people.values())

    @property
    def people(self) -> tuple[Participant, ...]:
        """The people connected to any server, each of them once."""
        people = dict(self._people)
        taken = {each.name for each in people.values()}
        for other in self.remote:
            known = people.get(other.person)
            if known is None:
                name = _unique(other.name, taken)
                taken.add(name)
                people[other.person] = replace(other, name=name)
            else:
                clients = dict.fromkeys((*known.clients, *other.clients))
                people[other.person] = replace(known, clients=tuple(clients))
        return tuple(people.values())

    @property
    def clients(self) -> set[str]:
        """The clients of all people."""
        return {client_id for each in self.people for client_id in each.clients}

    def set_remote(self, people: Iterable[Participant]) -> None:
        """Replace the people connected to other servers."""
        remote = tuple(people)
        if remote != self.remote:
            self.remote = remote
            self.generation += 1

    def join(
        self, person: str, name: str, client_id: str, label: str | None = None
    ) -> None:
        """Add a client of a person; ``label`` is None unless the person is a guest.

        Raises ``RoomFull`` if a new person exceeds the limit. Guests never take a seat
        from a member.
        """
        known = self._people.get(person)
        if known is None:
            if not self.has_seat_for(person, label is not None):
                raise RoomFull(self.limit)
            shown = _unique(clean_name(name), {each.name for each in self.people})
            chosen = color(name if label is None else guest_author(name))
            self._people[person] = Participant(
                person, shown, chosen, (client_id,), label
            )
        elif client_id not in known.clients:
            clients = (*known.clients, client_id)
            self._people[person] = replace(known, clients=clients)
        self.generation += 1

    def has_seat_for(self, person: str, is_guest: bool) -> bool:
        """Return whether the person is in the room or may join it."""
        newcomer = (person, is_guest)
        return person in self._people or person not in over_limit(
            [*arrivals(self.people), newcomer], self.limit
        )

    def refuse(self, name: str, is_guest: bool) -> None:
        """Record that a person who may join found no seat."""
        self.refused = clean_name(name), is_guest
        self.refusals += 1

    def leave(self, person: str, client_id: str) -> None:
        """Remove a client, and the person if it was the last one."""
        known = self._people.get(person)
        if known is None or client_id not in known.clients:
            return
        clients = tuple(each for each in known.clients if each != client_id)
        if clients:
            self._people[person] = replace(known, clients=clients)
        else:
            del self._people[person]
        self.generation += 1


def over_limit(arrivals: Iterable[tuple[str, bool]], limit: int) -> list[str]:
    """Return the people who exceed ``limit``.

    ``arrivals`` is a list of (person, is_guest) in arrival order; guests never take a
    seat from a member.
    """
    seated = set[str]()
    guests = 0
    over = dict[str, None]()
    for person, is_guest in arrivals:
        if person in seated:
            continue
        if len(seated) - (0 if is_guest else guests) >= limit:
            over[person] = None
        else:
            seated.add(person)
            guests += is_guest
    return list(over)


def arrivals(people: Iterable[Participant]) -> list[tuple[str, bool]]:
    """Return (person, is_guest) of each participant, for ``over_limit``."""
    return [(each.person, each.label is not None) for each in people]


def _unique(name: str, taken: Collection[str]) -> str:
    alike = {without_joiners(each) for each in taken}
    number, unique = 2, name
    while without_joiners(unique) in alike:
        unique, number = f"{name} ({number})", number + 1
    return unique


def color(name: str) -> int:
    """Return the colour of a name, from 1 to ``COLORS``, the same on every server."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()[0] % COLORS + 1
