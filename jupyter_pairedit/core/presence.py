"""The people in a room, each with one or more clients. Never stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
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
    refused: tuple[str, bool] = ("", False)
    """The last person who found the room full: a name, and whether it is a guest."""
    refusals: int = 0
    """How many people were recorded in ``refused``."""
    remote: tuple[Participant, ...] = ()
    """People connected to other servers. They may also be in ``local``."""
    _people: dict[str, Participant] = field(default_factory=dict)
    _given: dict[str, str] = field(default_factory=dict)
    """By the ids of those who choose their names: the name without a number."""
    _everybody: tuple[Participant, ...] | None = None
    """The value of ``people``; None if it has to be computed."""
    _names: _Names | None = None
    """The names of ``people`` without joiners; None if they have to be computed."""

    @property
    def local(self) -> tuple[Participant, ...]:
        """The people connected to this server."""
        return tuple(self._people.values())

    @property
    def people(self) -> tuple[Participant, ...]:
        """The people connected to any server, each of them once."""
        if self._everybody is None:
            self._everybody = _merged(self._people, self.remote)
        return self._everybody

    @property
    def clients(self) -> set[str]:
        """The clients of all people."""
        return {client_id for each in self.people for client_id in each.clients}

    def set_remote(self, people: Iterable[Participant]) -> None:
        """Replace the people connected to other servers."""
        remote = tuple(people)
        if remote != self.remote:
            self.remote = remote
            self._changed()

    def join(
        self,
        person: str,
        name: str,
        client_id: str,
        label: str | None = None,
        *,
        chosen: bool = False,
    ) -> None:
        """Add a client of a person; ``label`` is None unless the person is a guest.

        ``chosen``: the person chooses the name, and may come back with another one.
        Raises ``RoomFull`` if a new person exceeds the limit. Guests never take a seat
        from a member.
        """
        known = self._people.get(person)
        if known is None:
            if not self.has_seat_for(person, label is not None):
                raise RoomFull(self.limit)
            shown = self._named(clean_name(name))
            author = shown if chosen else name
            number = color(author if label is None else guest_author(name))
            self._people[person] = Participant(
                person, shown, number, (client_id,), label
            )
            if chosen:
                self._given[person] = clean_name(name)
        elif client_id not in known.clients:
            clients = (*known.clients, client_id)
            self._people[person] = replace(known, clients=clients)
        self._changed(self._names)
        if chosen:
            self._rename(person, clean_name(name))

    def _rename(self, person: str, name: str) -> None:
        """Show a person under another name, if it is not the one given before."""
        shown = self.name_for(person, name)
        if self._given.get(person) != name:
            self._given[person] = name
            known = self._people[person]
            self._people[person] = replace(known, name=shown, color=color(shown))
            self._changed()

    def name_for(self, person: str, name: str) -> str:
        """Return ``name``, with a number if somebody else in the room has it."""
        if self._given.get(person) == name:
            return self._people[person].name
        others = (each.name for each in self.people if each.person != person)
        return _Names(others).add(clean_name(name))

    def _named(self, name: str) -> str:
        """Return the name as it is shown to others, and reserve it."""
        if self._names is None:
            self._names = _Names(each.name for each in self.people)
        return self._names.add(name)

    def _changed(self, names: _Names | None = None) -> None:
        self.generation += 1
        self._everybody = None
        # A person on another server may get another name when somebody joins here.
        self._names = None if self.remote else names

    def has_seat_for(self, person: str, is_guest: bool) -> bool:
        """Return whether the person is in the room or may join it."""
        if len(self._people) + len(self.remote) < self.limit:
            return True
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
            self._given.pop(person, None)
        self._changed()


@dataclass(frozen=True, slots=True)
class Difference:
    """How a list of people becomes another one. Names are unique in each of them."""

    changed: tuple[Participant, ...]
    """People who came, at the end of the list, or of whom something else changed."""
    left: tuple[str, ...]
    """The names that are in the list no more."""


def difference(
    before: Sequence[Participant], after: Sequence[Participant]
) -> Difference | None:
    """Return the difference of two lists of people.

    None if the order of the people differs in another way than by those who came.
    """
    known = {each.name: each for each in before}
    changed = tuple(each for each in after if known.get(each.name) != each)
    names = {each.name for each in after}
    left = tuple(name for name in known if name not in names)
    stayed = [name for name in known if name in names]
    if stayed != [each.name for each in after[: len(stayed)]]:
        return None
    return Difference(changed, left)


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


class _Names:
    """Names of which no two are alike. Adding one takes as long for many as for few."""

    def __init__(self, names: Iterable[str]) -> None:
        self._alike = {without_joiners(name) for name in names}
        self._last: dict[str, int] = {}
        """The number that was last tried for a name."""

    def add(self, name: str) -> str:
        """Add a name, with a number if it is taken, and return it."""
        plain = without_joiners(name)
        number = self._last.get(plain, 1)
        alike = plain
        while alike in self._alike:
            number += 1
            alike = f"{plain} ({number})"
        self._last[plain] = number
        self._alike.add(alike)
        return name if alike == plain else f"{name} ({number})"


def _merged(
    local: Mapping[str, Participant], remote: Sequence[Participant]
) -> tuple[Participant, ...]:
    """Return people by their ids and people on other servers, each of them once."""
    people = dict(local)
    if not remote:
        return tuple(people.values())
    names = _Names(each.name for each in people.values())
    for other in remote:
        known = people.get(other.person)
        if known is None:
            people[other.person] = replace(other, name=names.add(other.name))
        else:
            clients = dict.fromkeys((*known.clients, *other.clients))
            people[other.person] = replace(known, clients=tuple(clients))
    return tuple(people.values())


def color(name: str) -> int:
    """Return the colour of a name, from 1 to ``COLORS``, the same on every server."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()[0] % COLORS + 1
