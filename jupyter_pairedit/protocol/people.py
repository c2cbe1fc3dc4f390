"""The people in a room, and their carets."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from .base import Message, Version


class Person(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """A person who is in the room now, with all their clients."""

    name: str
    color: int
    """1 to 7: JupyterLab's ``--jp-collaborator-color<n>``."""
    clients: list[str]
    guest: bool = False
    """Whether the person used a guest link, as determined by the server."""
    label: str = ""
    """The label of the guest link."""


class Caret(msgspec.Struct, array_like=True, frozen=True):
    """A client's selection: ``[clientId, anchor, head]``; ``head`` is the caret."""

    client_id: str
    anchor: int
    head: int


class Here(Message, tag="presence"):
    """The client's selection, if it was moved by something else than typing.

    The positions are in the code at ``version``, the newest version that the client
    has, and the client has no unsent edits. Receivers compute carets moved by typing.
    """

    version: Version
    anchor: Version
    head: Version


class Presence(Message, tag="presence"):
    """The people in the room and their carets. Unchanged parts are omitted.

    ``people`` is everybody, in the order in which they came. Clients that asked for
    ``differences`` in ``hello`` get it once, and then what has changed in it, in this
    order: the people named in ``left`` are removed, those in ``changed`` replace the
    person of the same name, or are added at the end. The list is sent at most five
    times a second. ``carets`` are those that have moved, in the code at ``version``.
    """

    people: list[Person] | UnsetType = UNSET
    changed: list[Person] | UnsetType = UNSET
    left: list[str] | UnsetType = UNSET
    version: Version | UnsetType = UNSET
    carets: list[Caret] | UnsetType = UNSET


class SeatWanted(Message, tag="seat_wanted"):
    """Somebody with a right to join the room was refused because it is full.

    Sent to people with a login, at most once a minute.
    """

    name: str
    guest: bool = False
