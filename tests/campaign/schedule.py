"""A random history of one room: who types what, and what the lines do meanwhile.

A schedule is a function of its seed. What it is played against is a ``RoomServer``: a
model without I/O, or the real room with its store. Servers are asynchronous so that one
player serves both; the model's never waits.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.core.text import from_units, to_units
from jupyter_pairedit.protocol import ClientMessage, InitialState, ServerMessage

from .client import Client
from .oracles import Alphabet, check


class Seat(Protocol):
    """The server's end of one connection."""

    @property
    def ended(self) -> bool:
        """Whether the server closes the connection, with a code."""

    async def take(self, message: ClientMessage) -> list[ServerMessage]:
        """Take a message; return what is sent at once."""

    async def pull(self) -> ServerMessage | None:
        """Return what is new, or None."""

    def leave(self) -> None:
        """The connection is closed."""


class RoomServer(Protocol):
    """A server with one room."""

    async def begin(self, code: str) -> None:
        """Start a new room with another epoch and an empty log."""

    async def connect(self) -> Seat:
        """Begin a connection."""

    async def write(self, code: str) -> None:
        """Replace the whole file, as a program would."""

    async def code(self) -> str:
        """Return the room's code."""

    async def log(self) -> Sequence[Revision]:
        """Return the room's log as it is stored."""

    async def compact(self, rng: random.Random) -> int:
        """Merge the oldest of the log; return the last version that is merged."""

    async def own(self, client_id: str, version: int) -> list[int]:
        """Return the versions of a client's edits up to a version of the log."""

    async def restart(self) -> None:
        """Forget all but what is stored."""

    async def together(self, *work: Coroutine[Any, Any, None]) -> None:
        """Do all of it, at the same time where that can be."""

    async def trouble(self, rng: random.Random) -> None:
        """Cause a fault of the server, now or soon."""

    async def recover(self) -> None:
        """End all faults."""


@dataclass
class Line:
    """The connection of one client, and its messages in flight."""

    seat: Seat
    up: deque[ClientMessage] = field(default_factory=deque)
    down: deque[ServerMessage] = field(default_factory=deque)


class Hands:
    """Random edits at random places, with new characters only."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.alphabet = Alphabet()

    def type(self, client: Client) -> None:
        """Type a few characters somewhere."""
        if not client.loaded:
            return
        at = whole(client.doc, self.rng.randint(0, len(client.doc)))
        client.edit([(at, at, self._new(1, 1, 2, 5))])

    def delete(self, client: Client) -> None:
        """Delete a few characters somewhere."""
        start, end = self._range(client.doc)
        if start < end:
            client.edit([(start, end, "")])

    def replace(self, client: Client) -> None:
        """Replace in one or two places at once."""
        if not client.doc:
            return
        start, end = self._range(client.doc)
        edits = [(start, end, self._new(1, 3))]
        later = whole(client.doc, self.rng.randint(end, len(client.doc)))
        if later > end:
            edits.append((later, later, self._new(1)))
        client.edit(edits)

    def undo(self, client: Client) -> None:
        """Delete what is left of the newest own edit."""
        if not client.made:
            return
        edits = []
        for character in client.made[-1].inserted:
            wanted = to_units(character)
            at = client.doc.find(wanted)
            if at >= 0:
                edits.append((at, at + len(wanted), ""))
        if edits:
            client.edit(sorted(edits))

    def write(self, client: Client) -> None:
        """Replace the whole file in the editor."""
        if client.loaded:
            client.write(self.another(client.code))

    def another(self, code: str) -> str:
        """Return code that differs in one place."""
        start = self.rng.randint(0, len(code))
        end = min(len(code), start + self.rng.choice((0, 2, 6)))
        return code[:start] + self.alphabet.take(2) + code[end:]

    def anything(self, client: Client) -> None:
        """Type mostly; delete as much, so that the text stays short."""
        wanted = 6 if len(client.doc) < 200 else 2
        weights = (wanted, 3, 1, 1)
        what = self.rng.choices(
            (self.type, self.delete, self.replace, self.undo), weights
        )[0]
        what(client)

    def _range(self, doc: str) -> tuple[int, int]:
        start = whole(doc, self.rng.randint(0, len(doc)))
        end = whole(doc, min(len(doc), start + self.rng.choice((1, 2, 4, 9))))
        return start, end

    def _new(self, *counts: int) -> str:
        return to_units(self.alphabet.take(self.rng.choice(counts)))


class Join(Protocol):
    """Makes a client."""

    def __call__(
        self, key: str, send: Callable[[ClientMessage], None], *, accepts: bool
    ) -> Client:
        """Make one of its key, and of what hands its messages to a line."""


class Player:
    """Clients, their connections and a server, and all events of a schedule."""

    def __init__(
        self,
        server: RoomServer,
        start: str,
        people: int,
        rng: random.Random,
        join: Join = Client,
    ) -> None:
        self.server = server
        self.start = start
        self.rng = rng
        self.hands = Hands(rng)
        self.lines: list[Line | None] = [None] * people
        self.ghosts: deque[Line] = deque(maxlen=4)
        """Lost connections, of which messages may still arrive late."""
        self.clients = [
            join(f"{number}" * 22, self._sender(number), accepts=number % 2 == 0)
            for number in range(people)
        ]
        self.old_code = start

    def _sender(self, number: int) -> Callable[[ClientMessage], None]:
        def send(message: ClientMessage) -> None:
            line = self.lines[number]
            if line is not None:
                line.up.append(message)

        return send

    # --- what people do ---------------------------------------------------------------

    def type(self, number: int) -> None:
        """See ``Hands``; and so on."""
        self.hands.type(self.clients[number])

    def delete(self, number: int) -> None:
        """See ``Hands``."""
        self.hands.delete(self.clients[number])

    def replace(self, number: int) -> None:
        """See ``Hands``."""
        self.hands.replace(self.clients[number])

    def undo(self, number: int) -> None:
        """See ``Hands``."""
        self.hands.undo(self.clients[number])

    def write(self, number: int) -> None:
        """See ``Hands``."""
        self.hands.write(self.clients[number])

    async def outside_write(self, number: int) -> None:
        """Replace the whole file from outside, having read it some time ago."""
        code, self.old_code = self.old_code, await self.server.code()
        await self.server.write(self.hands.another(code))

    # --- what lines do ----------------------------------------------------------------

    async def up(self, number: int) -> None:
        """Deliver the oldest message to the server; its answers are then in flight."""
        line = self.lines[number]
        if line is None:
            await self.connect(number)
        elif line.seat.ended:
            await self.cut(number)
        elif line.up:
            line.down.extend(await line.seat.take(line.up.popleft()))

    async def pull(self, number: int) -> None:
        """Let the server send something."""
        line = self.lines[number]
        if line is not None:
            message = await line.seat.pull()
            if message is not None:
                line.down.append(message)

    async def down(self, number: int) -> None:
        """Deliver the oldest message to the client."""
        line = self.lines[number]
        if line is None:
            return await self.connect(number)
        if not line.down:
            await self.pull(number)
        if line.down:
            await self.deliver(number, line.down.popleft())

    async def deliver(self, number: int, message: ServerMessage) -> None:
        """Let the client handle a message."""
        client = self.clients[number]
        if isinstance(message, InitialState):
            client.stored = await self.server.own(client.client_id, message.version)
        client.received(message)

    async def connect(self, number: int) -> None:
        """Connect, unless there is a connection."""
        if self.lines[number] is None:
            self.lines[number] = Line(await self.server.connect())
            self.clients[number].opened()

    async def crowd(self, number: int) -> None:
        """Deliver messages of all clients at once, and send to one meanwhile."""
        everybody = range(len(self.clients))
        await self.server.together(*map(self.up, everybody), self.pull(number))

    async def cut(self, number: int) -> None:
        """Cut a connection: messages to the client are lost."""
        line = self.lines[number]
        if line is None:
            return
        self.lines[number] = None
        self.clients[number].closed()
        if self.rng.random() < 0.5:
            line.seat.leave()
        # Or the server has not heard of it: the line is half open.
        self.ghosts.append(line)

    async def ghost(self, number: int) -> None:
        """Deliver a late message of a lost connection to the server."""
        if self.ghosts:
            line = self.rng.choice(self.ghosts)
            if line.up:
                await line.seat.take(line.up.popleft())

    async def restart(self, number: int) -> None:
        """Restart the server: all connections are cut, and late messages are lost."""
        for each in range(len(self.clients)):
            await self.cut(each)
        self.ghosts.clear()
        await self.server.restart()

    async def forget_history(self, number: int) -> None:
        """Restart the server with another database."""
        await self.restart(number)
        self.start = self.hands.alphabet.take(5)
        self.old_code = self.start
        await self.server.begin(self.start)
        for client in self.clients:
            client.merged = 0

    async def trouble(self, number: int) -> None:
        """Cause a fault of the server."""
        await self.server.trouble(self.rng)

    async def compact(self, number: int) -> None:
        """Merge old revisions. Clients with an earlier version start again."""
        merged = await self.server.compact(self.rng)
        for client in self.clients:
            client.merged = merged

    async def nudge(self, number: int) -> None:
        """Let a client try again what the store refused."""
        self.clients[number].nudge()

    # --- the whole --------------------------------------------------------------------

    async def play(self, steps: int) -> None:
        """Run random events, wait until nothing is in flight, and check."""
        rng, count = self.rng, len(self.clients)
        for number in range(count):
            await self.connect(number)
            while self.lines[number] and not self.clients[number].loaded:
                await self.up(number)
                await self.down(number)
        for name in rng.choices(_NAMES, cum_weights=_WEIGHTS, k=steps):
            done = getattr(self, name)(rng.randrange(count))
            if done is not None:
                await done
        await self.settle()
        await self.check()

    async def settle(self) -> None:
        """Deliver messages until none is in flight."""
        await self.server.recover()
        for number, client in enumerate(self.clients):
            client.nudge()
            await self.connect(number)
        moved = True
        while moved:
            moved = False
            for number in range(len(self.clients)):
                line = self.lines[number]
                if line is None or line.seat.ended:
                    await self.cut(number)
                    await self.connect(number)
                    moved = True
                    continue
                while line.up:
                    line.down.extend(await line.seat.take(line.up.popleft()))
                    moved = True
                while (message := await line.seat.pull()) is not None:
                    line.down.append(message)
                # What it was to be sent next may be merged by now: it connects again.
                moved = moved or line.seat.ended
                while line.down:
                    await self.deliver(number, line.down.popleft())
                    moved = True
                if self.clients[number].held:
                    self.clients[number].nudge()
                    moved = True

    async def check(self) -> None:
        """Ask the oracles."""
        check(
            self.start, await self.server.log(), await self.server.code(), self.clients
        )


ACTIONS = {
    "type": 24,
    "delete": 8,
    "replace": 6,
    "undo": 3,
    "write": 2,
    "outside_write": 1,
    "up": 26,
    "pull": 6,
    "crowd": 3,
    "down": 26,
    "cut": 4,
    "ghost": 3,
    "restart": 1,
    "forget_history": 0.3,
    "trouble": 2,
    "compact": 0.7,
    "nudge": 2,
}
_NAMES = list(ACTIONS)
_WEIGHTS = [sum(list(ACTIONS.values())[: n + 1]) for n in range(len(ACTIONS))]


def whole(doc: str, position: int) -> int:
    """Return the position, or the one before it where it would tear a character."""
    inside = 0 < position < len(doc) and "\udc00" <= doc[position] <= "\udfff"
    return position - 1 if inside else position


STEPS = (40, 80, 120, 200)
PEOPLE = (2, 3, 4, 6)


async def play(seed: int, server: RoomServer, join: Join = Client) -> Player:
    """Play the schedule of a seed, with clients that ``join`` makes.

    Fails with the seed.
    """
    rng = random.Random(seed)
    start = from_units("".join(chr(0x100 + n) for n in range(rng.choice((0, 6, 20)))))
    player = Player(server, start, rng.choice(PEOPLE), rng, join)
    try:
        await server.begin(start)
        await player.play(rng.choice(STEPS))
    except Exception as error:
        error.add_note(f"seed {seed}: {len(player.clients)} clients")
        raise
    return player
