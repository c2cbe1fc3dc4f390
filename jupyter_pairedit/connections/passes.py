"""Passes: what a page fetches for a kernel that does not reach the server's own file.

A pass admits one kernel to one room, for the person who has made it. Only its hash is
kept, in memory, so it ends with the server.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ..core.limits import Limits
from ..core.roles import RULES, Right
from ..protocol import Close, Ending
from .identity import MemberIdentity, MemberNames
from .runaccess import Permission

Authorize = Callable[[Right], Awaitable[bool]]

_UNKNOWN = Ending(
    Close.PASS_ENDED, "The pass is not known: it has ended, or the server has."
)
_OLD = Ending(Close.PASS_ENDED, "The pass has ended: it was as old as it may become.")
_IDLE = Ending(Close.PASS_ENDED, "The pass has ended: it was not used.")
_ALONE = Ending(Close.PASS_ENDED, "The page that has made the pass is closed.")
_LEFT = Ending(Close.PASS_ENDED, "The page that has made the pass has left the room.")
_LOGIN = Ending(Close.PASS_ENDED, "The login by which the pass was made has ended.")
_STOPPED = Ending(Close.PASS_STOPPED, "It was stopped in the Share panel.")
_TAKEN = Ending(Close.REPLACED, "Another connection has the pass now.")

_REMEMBERED = 256
"""Passes that have ended, of which the server knows why."""


class TooManyPasses(Exception):
    """The room has the maximum number of passes."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"A room has at most {most} kernels with a pass at a time: stop one first."
        )


class PassNotFound(LookupError):
    """The room has no pass with that id."""

    def __init__(self) -> None:
        super().__init__("This kernel's pass has ended already.")


class PassEnded(Exception):
    """A kernel has presented a pass that is not valid any more."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.reason)
        self.ending = ending


@dataclass(frozen=True, slots=True)
class Maker:
    """Who has made a pass, and what it is for."""

    person: str
    """The identity of the person."""
    names: MemberNames
    """What the person is called; the kernel writes under that name."""
    authorize: Authorize
    """Asks Jupyter's ``Authorizer`` for a right of this person."""
    may_run: Callable[[], Awaitable[Permission]]
    """Returns whether this person may run code now."""
    room_id: str
    epoch: str
    client: str = ""
    """The page's client in the room, without which the pass ends; "" for a program."""


@dataclass(slots=True, eq=False)
class Pass:
    """A pass that is valid. It does not have the secret."""

    pass_id: str
    """Not a secret."""
    maker: Maker
    made_at: float
    """Seconds since 1970."""
    digest: bytes
    made: float
    """This and the next two: on the monotonic clock, in seconds."""
    connected_at: float
    maker_here_at: float
    dismiss: Callable[[Ending], None] | None = None
    """Ends the connection of the kernel; None without one."""


class PassIdentity(MemberIdentity):
    """The identity of a kernel that has a pass: at most what its maker may."""

    chooses_name = False

    def __init__(self, maker: Maker) -> None:
        who = maker.person, maker.room_id, maker.names, maker.authorize
        super().__init__(*who, kernel=True)

    async def read_role(self) -> None:
        """See ``MemberIdentity.read_role``."""
        self.role = "kernel" if await self.may("code_change") else "view"

    async def may(self, message: str) -> bool:
        """See ``Identity.may``."""
        right = RULES[message].kernels
        return right is not None and await self._authorize(right)


class Passes:
    """The passes of a server.

    ``now`` returns seconds since 1970; ``clock`` is monotonic. ``is_here`` returns
    whether a client of a person is connected: ``is_here(room_id, client, person)``.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        now: Callable[[], float],
        clock: Callable[[], float],
        is_here: Callable[[str, str, str], bool],
    ) -> None:
        self._limits = limits
        self._now = now
        self._clock = clock
        self._is_here = is_here
        self._valid: dict[bytes, Pass] = {}
        self._ended: OrderedDict[bytes, Ending] = OrderedDict()

    def make(self, maker: Maker) -> tuple[Pass, str]:
        """Return a new pass, and its secret. Raises ``TooManyPasses``."""
        self.recheck()
        if len(self.of(maker.room_id)) >= self._limits.passes:
            raise TooManyPasses(self._limits.passes)
        secret, now = secrets.token_urlsafe(32), self._clock()
        found = Pass(
            secrets.token_urlsafe(12),
            maker,
            self._now(),
            _digest_of(maker.room_id, secret),
            now,
            now,
            now,
        )
        self._valid[found.digest] = found
        return found, secret

    def of(self, room_id: str) -> list[Pass]:
        """Return the passes of a room, the oldest first."""
        return [each for each in self._valid.values() if each.maker.room_id == room_id]

    def find(self, room_id: str, secret: str) -> Pass:
        """Return the pass that a kernel presents. Raises ``PassEnded``."""
        digest = _digest_of(room_id, secret)
        found = self._valid.get(digest)
        if found is not None:
            self._check(found)
        if digest not in self._valid:
            raise PassEnded(self._ended.get(digest, _UNKNOWN))
        return self._valid[digest]

    def connect(self, found: Pass, dismiss: Callable[[Ending], None]) -> None:
        """Note the connection of the kernel; it replaces one that there was.

        Raises ``PassEnded`` if the pass has ended since it was found.
        """
        if found.digest not in self._valid:
            raise PassEnded(self._ended.get(found.digest, _UNKNOWN))
        before, found.dismiss = found.dismiss, dismiss
        if before is not None:
            before(_TAKEN)

    def disconnect(self, found: Pass, dismiss: Callable[[Ending], None]) -> None:
        """Note that a connection has ended."""
        if found.dismiss == dismiss:
            found.dismiss, found.connected_at = None, self._clock()

    def end(self, room_id: str, pass_id: str, *, left: bool) -> None:
        """End a pass; its kernel gets nothing more when this returns.

        ``left``: because the page that made it has left, which may make another one.
        Raises ``PassNotFound``.
        """
        for each in self.of(room_id):
            if each.pass_id == pass_id:
                return self._end(each, _LEFT if left else _STOPPED)
        raise PassNotFound

    def end_of_person(self, person: str) -> None:
        """End the passes of a person whose login has ended."""
        for each in list(self._valid.values()):
            if each.maker.person == person:
                self._end(each, _LOGIN)

    def recheck(self) -> None:
        """End what is too old, unused, or left alone. To be called now and then."""
        for each in list(self._valid.values()):
            self._check(each)

    def _check(self, found: Pass) -> None:
        now, limits, maker = self._clock(), self._limits, found.maker
        if self._is_here(maker.room_id, maker.client, maker.person):
            found.maker_here_at = now
        if now - found.made >= limits.pass_lifetime:
            self._end(found, _OLD)
        elif found.dismiss is None and now - found.connected_at >= limits.pass_idle:
            self._end(found, _IDLE)
        elif maker.client and now - found.maker_here_at >= limits.pass_idle:
            self._end(found, _ALONE)

    def _end(self, found: Pass, ending: Ending) -> None:
        del self._valid[found.digest]
        self._ended[found.digest] = ending
        while len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)
        dismiss, found.dismiss = found.dismiss, None
        if dismiss is not None:
            dismiss(ending)


def _digest_of(room_id: str, secret: str) -> bytes:
    return hashlib.sha256(f"{room_id} {secret}".encode(errors="replace")).digest()
