"""The names of people: as Jupyter knows them, else as they have given them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal

from jupyter_server.auth.identity import User

from ..core.names import given_name

_MADE_UP = re.compile("[0-9a-f]{32}")
"""The user names of jupyter_server.auth.identity.generate_anonymous_user."""

_MOST = 1000
"""People whose names are kept. A browser sends its name again with each ``hello``."""

Source = Literal["jupyter", "given", "page", "made_up", "account"]


@dataclass(frozen=True, slots=True)
class Named:
    """A name and its source.

    ``jupyter``: the login has it. ``given``: by the person. ``page``, for kernels: as
    at the last page. ``made_up``: by Jupyter, for this browser. ``account``: the login
    name of the account that the server runs under.
    """

    name: str
    source: Source


class Names:
    """The names that people gave themselves, in memory.

    A name counts only where Jupyter has made one up. All kernels of a server are those
    of its owner, so that they have one name.
    """

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        """By user name, the one that was given last at the end."""
        self._kernels = ""
        self._page: User | None = None
        """The person at the last page, if Jupyter made them up."""

    def note_page(self, user: User) -> None:
        """Keep the person at a page of this server."""
        self._page = user if is_made_up(user) else None

    def of_person(self, user: User) -> Named:
        """Return the name of a person with a login."""
        made_up = is_made_up(user)
        given = self._given.get(user.username, "") if made_up else ""
        if given:
            return Named(given, "given")
        known = user.display_name or user.username
        return Named(known, "made_up" if made_up else "jupyter")

    def of_kernels(self, owner: User) -> Named:
        """Return the name of what kernels write.

        On a server with a token or a password, Jupyter makes up a name for each
        browser. A kernel then has that of the last page, so that one person does not
        appear as two.
        """
        known = owner.display_name or owner.username
        if knows_owner():
            return Named(known, "jupyter")
        if self._kernels:
            return Named(self._kernels, "given")
        if self._page is not None:
            return Named(self.of_person(self._page).name, "page")
        return Named(known, "account")

    def give(self, user: User, name: str) -> None:
        """Keep the name that a person gives; without any, forget the one before."""
        if not is_made_up(user):
            return
        before, now = self._given.pop(user.username, ""), given_name(name)
        if now:
            self._given[user.username] = now
            if len(self._given) > _MOST:
                del self._given[next(iter(self._given))]
        if before and before == self._kernels:
            # The same person, who changes the name at the page.
            self._kernels = now

    def give_kernels(self, name: str, *, again: bool = False) -> None:
        """Keep the name that the owner gives in a kernel; without any, forget it.

        ``again``: the kernel only repeats what it has sent before, so that a name which
        is known stays.
        """
        if not (again and self._kernels):
            self._kernels = given_name(name)


def knows_owner() -> bool:
    """Return whether the name of the server's owner comes from a login."""
    return bool(os.environ.get("JUPYTERHUB_USER"))


def is_made_up(user: User) -> bool:
    """Return whether Jupyter made up a user, because the login has no name."""
    name = user.display_name or ""
    return (
        name.startswith("Anonymous ") and _MADE_UP.fullmatch(user.username) is not None
    )
