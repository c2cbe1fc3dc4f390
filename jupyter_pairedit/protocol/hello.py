"""Joining a room: ``hello``, ``welcome``, and later changes of what it says."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.marks import GivenMark
from ..core.properties import RoomSettings
from ..core.roles import Role
from .base import Message, Version
from .suggestions import SuggestionSource

EDIT_DIALECT = "pairedit.v1"
"""The WebSocket subprotocol of the edit dialect; without it, the whole-file dialect."""

ClientKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22,64}\Z")]
"""A random secret of one client; see ``Hello``."""


class Hello(Message, tag="hello"):
    """The first message of the edit dialect, due within five seconds.

    ``key`` is a random secret of one mounted editor. The server derives the client id
    from it, so a client that reconnects with the same key keeps its id, even after a
    restart of the server, and nobody else can get that id. With ``version`` and
    ``epoch`` the client resumes: it has the room's text at that version.
    """

    key: ClientKey
    version: Version | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    confirms_login: bool = False
    """Whether the client answers ``confirm_login``. No other client is asked."""
    differences: bool = False
    """Whether the client understands ``changed`` and ``left`` of ``presence``."""
    accepted: bool = False
    """Whether the client knows the message ``accepted``."""
    name: str | UnsetType = UNSET
    """The name that the person gave themselves; empty to forget it. It counts where
    the login has none. The server cleans it and makes it unique in the room."""
    runs: bool = False
    """Whether the client knows the messages about runs. No other client gets them."""
    xsrf: str = ""
    """The value of the page's XSRF cookie. Only with it, the connection of a page of
    this server may send ``approve``, ``refuse``, ``grant`` and ``shown``."""


class GuestHello(Message, tag="hello"):
    """The first message of a guest, in either dialect, due within five seconds.

    ``secret`` is the key of the guest link, or ``resume`` is the token of the last
    ``welcome``. The rest is as in ``hello``; only the edit dialect needs ``key``.
    """

    room: str
    invite: str
    name: str
    """The name that others see. The server cleans it and makes it unique."""
    secret: str | UnsetType = UNSET
    resume: str | UnsetType = UNSET
    key: ClientKey | UnsetType = UNSET
    version: Version | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    differences: bool = False
    accepted: bool = False
    runs: bool = False


class PassHello(Message, tag="hello"):
    """The first message of a kernel that has a pass, on the socket of guests.

    ``secret`` is the pass. The rest is as in ``hello``. The kernel takes no seat.
    """

    room: str
    secret: str = msgspec.field(name="pass")
    key: ClientKey
    version: Version | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    differences: bool = False
    accepted: bool = False
    runs: bool = False


class Settings(msgspec.Struct, rename="camel", frozen=True):
    """The switches of a room, see ``core.properties.RoomSettings``."""

    suggestions: bool
    guests_may_ask: bool
    guests_see_output: bool
    guests_see_html: bool


@cache
def settings_of(settings: RoomSettings) -> Settings:
    """Return the switches of a room as a struct."""
    return Settings(**asdict(settings))


class Welcome(Message, tag="welcome"):
    """Answers ``hello`` with the client's id and the room's properties."""

    client_id: str
    epoch: str
    """Identifies the room's history. It differs if the room was deleted and made again.
    """
    resumed: bool
    """True: newer revisions than the client's version follow as ``code_update``.
    False: ``initial_state`` follows, and the client keeps its unsent text as a draft.
    """
    title: str
    language: str
    limit: int
    """The greatest number of people at a time."""
    role: Role = "edit"
    guest: bool = False
    resume: str = ""
    """A token with which a guest reconnects, instead of the link's key."""
    autocomplete: bool = False
    """Whether this client may ask for suggestions over the socket."""
    cancels: bool = False
    """Whether the server knows the message ``cancel_autocomplete``."""
    settings: Settings | UnsetType = UNSET
    changes: int = 0
    """How often title, language, limit or settings of the room were changed."""
    accepted: bool = False
    """Whether the client's edits are ``accepted`` first and ``saved`` later."""
    suggestions: SuggestionSource | UnsetType = UNSET
    """Where suggestions come from, if that is a model and not the mock."""
    may_name: bool = False
    """Whether ``name`` of ``hello`` counts for this client."""
    marks: list[GivenMark] = []
    """The marks that the server gives to all revisions of this client."""


class RoomProperties(Message, tag="room"):
    """The properties of the room, which somebody has changed."""

    title: str
    language: str
    limit: int
    changes: int
    """As in ``welcome``. A greater number is newer."""
    settings: Settings


class RoleChange(Message, tag="role"):
    """The client's new role. The server already applies it to incoming messages."""

    role: Role


class ConfirmLogin(Message, tag="confirm_login"):
    """Asks a page whether the person is still logged in.

    The answer is ``GET /login/{id}``, which has the login of that moment. Without one
    for 150 seconds, the socket is closed with 4405.
    """

    id: str
