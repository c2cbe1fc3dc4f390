"""The person or the kernel that sends a request with a login."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from jupyter_server.base.handlers import JupyterHandler

from ..connections.identity import member_marks
from ..rooms.room import Writer
from .context import WithContext
from .kernels import secret_in
from .names import Named, is_made_up


class WithPerson(WithContext, JupyterHandler):
    """A handler whose request has a login. An implementation of ``MemberNames``."""

    takes_secret: ClassVar[bool] = False
    """Whether the secret of the server's own file counts."""

    @property
    def person(self) -> str:
        """The identity of the person, the same in each of their tabs."""
        return str(self.current_user.username)

    @property
    def person_name(self) -> str:
        """The name of the person, as others see it."""
        return self.named.name

    @property
    def named(self) -> Named:
        """The name of the person, and its source."""
        names, user = self.context.names, self.current_user
        return names.of_kernels(user) if self.is_kernel else names.of_person(user)

    @property
    def chooses_name(self) -> bool:
        """Whether a person at a browser or program chooses their name."""
        return not self.is_kernel and is_made_up(self.current_user)

    def author_in(self, room_id: str) -> str:
        """Return the author of what this person does in a room.

        A name that somebody else in the room has gets a number, where the person
        chooses it. The owner of the server, whose kernels these are, is trusted.
        """
        name, room = self.person_name, self.hub.opened(room_id)
        if room is None or not self.chooses_name:
            return name
        return room.audience.presence.name_for(self.person, name)

    def repeat_name(self, name: str) -> None:
        """Keep the name that a client of this person sends with each connection."""
        self._give_name(name, again=True)

    def give_name(self, name: str) -> None:
        """Keep the name that this person gives now."""
        self._give_name(name, again=False)

    def _give_name(self, name: str, *, again: bool) -> None:
        names = self.context.names
        if self.is_kernel:
            names.give_kernels(name, again=again)
        else:
            names.give(self.current_user, name)

    @cached_property
    def is_kernel(self) -> bool:
        """Whether the credential of the request is that of a kernel."""
        return self.takes_secret and secret_in(self.request.headers) is not None

    def writer_in(self, room_id: str) -> Writer:
        """Return the author of what this request writes in a room."""
        marks = member_marks(self.is_kernel)
        return Writer.without_connection(self.author_in(room_id), marks)
