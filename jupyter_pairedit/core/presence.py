"""Who is in a room: people, each with one client or more; never stored."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

COLORS = 7
"""JupyterLab has ``--jp-collaborator-color1`` to ``7``."""

_LONGEST_NAME = 40


class RoomFull(Exception):
    """As many people as the room takes are in it."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in the room, by an identity that the server vouches for."""

    person: str
    """The identity: two tabs of one person have the same."""
    name: str
    """To show: clean, at most 40 characters, unique in the room."""
    color: int
    clients: tuple[str, ...]
    label: str | None = None
    """Of the link by which they came; None for somebody with Jupyter's login."""


@dataclass(slots=True)
class Presence:
    """Everybody in one room, in the order in which they came."""

    limit: int
    generation: int = 0
    """Grows with every change, so that a reader sees whether it has the newest."""
    elsewhere: tuple[Participant, ...] = ()
    """Who is in the room on other servers; some may be here with another client."""
    _people: dict[str, Participant] = field(default_factory=dict)

    @property
    def here(self) -> tuple[Participant, ...]:
        """Everybody who is here on this server."""
        return tuple(self._people.values())

    @property
    def people(self) -> tuple[Participant, ...]:
        """Everybody who is here now, on whatever server, each once."""
        people = dict(self._people)
        taken = {each.name for each in people.values()}
        for other in self.elsewhere:
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
        """All clients of everybody."""
        return {client_id for each in self.people for client_id in each.clients}

    def see_elsewhere(self, people: Iterable[Participant]) -> None:
        """Note who is in the room on other servers: these, and nobody else."""
        elsewhere = tuple(people)
        if elsewhere != self.elsewhere:
            self.elsewhere = elsewhere
            self.generation += 1

    def join(
        self, person: str, name: str, client_id: str, label: str | None = None
    ) -> None:
        """Seat a client. A person's second client takes no second seat.

        Raises ``RoomFull`` when a new person would be one too many; guests keep nobody
        else out.
        """
        known = self._people.get(person)
        if known is None:
            newcomer = (person, label is not None)
            if person in overfull([*arrivals(self.people), newcomer], self.limit):
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

    def leave(self, person: str, client_id: str) -> None:
        """Take a client away, and the person with the last one."""
        known = self._people.get(person)
        if known is None or client_id not in known.clients:
            return
        clients = tuple(each for each in known.clients if each != client_id)
        if clients:
            self._people[person] = replace(known, clients=clients)
        else:
            del self._people[person]
        self.generation += 1


def overfull(arrivals: Iterable[tuple[str, bool]], limit: int) -> list[str]:
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
    """Give what ``overfull`` wants to know of people."""
    return [(each.person, each.label is not None) for each in people]


def _unique(name: str, taken: Collection[str]) -> str:
    number, unique = 2, name
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    return unique


def clean_name(name: str) -> str:
    """Make a name fit to show: 1 to 40 characters, none of them invisible."""
    return visible(name)[:_LONGEST_NAME].strip() or "Somebody"


def visible(text: str) -> str:
    """Give a line without what cannot be seen, or turns the direction of writing."""
    characters = (
        character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl"}
    )
    return " ".join("".join(characters).split())


def guest_author(name: str) -> str:
    """Give what the log says of a guest, who must not look like somebody else."""
    return f"{clean_name(name)} (guest)"


def color(name: str) -> int:
    """Choose a colour that a name keeps in every room and on every server."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()[0] % COLORS + 1
