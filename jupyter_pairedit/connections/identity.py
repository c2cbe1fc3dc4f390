"""The identity of the person at the other end of a connection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from msgspec import UNSET, UnsetType

from ..core.marks import NO_MARKS, Marks, given_names, marks_of
from ..core.roles import RULES, Right, Role
from ..protocol import (
    GuestHello,
    Hello,
    PassHello,
    SuggestionSource,
    Welcome,
    settings_of,
)
from ..rooms.readers import EditReader, FileReader
from ..rooms.room import Room


class Identity(Protocol):
    """A person whom the server has identified: a member, or a guest."""

    @property
    def person(self) -> str:
        """The same string for each client of one person."""

    @property
    def name(self) -> str:
        """The name to show. The room cleans it and makes it unique."""

    @property
    def chooses_name(self) -> bool:
        """Whether a member chooses the name, because Jupyter knows none."""

    def take_name(self, hello: Hello | GuestHello | PassHello) -> None:
        """Use the name in the first message of a member, if it counts."""

    @property
    def author(self) -> str:
        """The author that the log stores for this person's revisions."""

    @property
    def marks(self) -> Marks:
        """The marks of this person's revisions, which follow from the credential."""

    @property
    def role(self) -> Role:
        """What this person may do now, for the editor."""

    @property
    def label(self) -> str | None:
        """The label of a guest's invite; None for a person with a login."""

    @property
    def resume(self) -> str:
        """A guest's token for reconnecting; "" for a person with a login."""

    @property
    def kernel(self) -> bool:
        """Whether it is a kernel of this person, by its credential: without a seat."""

    async def may(self, message: str) -> bool:
        """Return whether this person may send messages of this type now."""


class MemberNames(Protocol):
    """What a person with a login is called."""

    @property
    def person_name(self) -> str:
        """The name of the person, as others see it."""

    @property
    def chooses_name(self) -> bool:
        """Whether the person chooses it, because Jupyter knows none."""

    def author_in(self, room_id: str) -> str:
        """Return the author of what this person does in a room."""

    def repeat_name(self, name: str) -> None:
        """Take a name that the person has given before, where it counts."""


class MemberIdentity:
    """A person with Jupyter's login.

    ``authorize`` asks Jupyter's ``Authorizer`` for a right; it is asked again for each
    message, because rights can be withdrawn. ``kernel``: whether the credential is that
    of a kernel of this person. ``names``: what this person is called, which may change.
    """

    label = None
    resume = ""
    role: Role = "view"
    """The role when the connection was opened."""

    def __init__(
        self,
        person: str,
        room_id: str,
        names: MemberNames,
        authorize: Callable[[Right], Awaitable[bool]],
        *,
        kernel: bool = False,
    ) -> None:
        self.person = person
        self.kernel = kernel
        self._room_id, self._names = room_id, names
        self.marks = member_marks(kernel)
        self._authorize = authorize

    @property
    def name(self) -> str:
        """See ``Identity.name``."""
        return self._names.person_name

    @property
    def author(self) -> str:
        """See ``Identity.author``. A page may give it a new name at any time."""
        return self._names.author_in(self._room_id)

    @property
    def chooses_name(self) -> bool:
        """See ``Identity.chooses_name``."""
        return self._names.chooses_name

    def take_name(self, hello: Hello | GuestHello | PassHello) -> None:
        """See ``Identity.take_name``."""
        if isinstance(hello, Hello) and isinstance(hello.name, str):
            self._names.repeat_name(hello.name)

    async def read_role(self) -> None:
        """Set ``role`` from the rights of this person."""
        self.role = "owner" if await self.may("code_change") else "view"

    async def may(self, message: str) -> bool:
        """See ``Identity.may``."""
        right = RULES[message].right
        return right is not None and await self._authorize(right)


def member_marks(kernel: bool) -> Marks:
    """Return the marks of what a person with a login does, or a kernel of theirs."""
    return marks_of(["python"]) if kernel else NO_MARKS


def client_id_for(room: Room, identity: Identity, key: str) -> str:
    """Return the id of the client with a key; a kernel never has that of a person."""
    return room.client_id_of(f"kernel {key}" if identity.kernel else key)


def edit_reader(
    room: Room,
    identity: Identity,
    client_id: str,
    hello: Hello | GuestHello | PassHello,
) -> EditReader:
    """Return a reader for a client, at the version that the client has if it can."""
    identity.take_name(hello)
    who = client_id, identity.person, identity.name, identity.label
    reader = EditReader(*who, accepts=hello.accepted and not room.durable.is_immediate)
    reader.takes_differences = hello.differences
    reader.is_kernel = identity.kernel
    reader.chooses_name = identity.chooses_name
    if hello.epoch == room.record.epoch:
        version = hello.version
        if isinstance(version, int) and room.log.can_resume_from(version):
            reader.version = version
        if reader.accepts:
            reader.confirm_saved(room.log.head)
    return reader


def welcome(
    room: Room,
    identity: Identity,
    client_id: str,
    reader: EditReader | FileReader,
    suggestions: bool,
    source: SuggestionSource | UnsetType = UNSET,
) -> Welcome:
    """Return the message that tells a client its id, its rights and the room."""
    record = room.record
    return Welcome(
        client_id=client_id,
        epoch=record.epoch,
        resumed=reader.version is not None,
        title=record.title,
        language=record.language,
        limit=record.limit,
        role=identity.role,
        guest=identity.label is not None,
        may_name=identity.chooses_name,
        resume=identity.resume,
        autocomplete=suggestions,
        cancels=suggestions,
        suggestions=source,
        settings=settings_of(record.settings),
        changes=record.changes,
        accepted=isinstance(reader, EditReader) and reader.accepts,
        marks=given_names(identity.marks),
    )
