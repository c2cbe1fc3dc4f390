"""T2: clients, a room and its lines, with invariants after each step.

Hypothesis looks for the history and makes it small; the oracles are those of T1.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import seed, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from jupyter_pairedit.core.text import to_units
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import unsynced_store

from .client import Client
from .figures import Plan
from .oracles import check
from .rooms import StoredServer
from .schedule import Player, Seat, whole

T = TypeVar("T")

PEOPLE = 3
anybody = st.integers(0, PEOPLE - 1)
share = st.floats(0, 1)


async def _leave(seat: Seat) -> None:
    """Leave as the server does: in its event loop."""
    seat.leave()


class Histories(RuleBasedStateMachine):
    """Random events, chosen by Hypothesis."""

    runner: asyncio.Runner
    store: SQLiteStore

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run an event of the server."""
        return self.runner.run(work)

    @initialize(length=st.integers(0, 12))
    def begin(self, length: int) -> None:
        """Connect all clients."""
        server = StoredServer(self.store)
        code = "".join(chr(0x100 + n) for n in range(length))
        self.player = Player(server, code, PEOPLE, random.Random(0))
        self.run(server.begin(code))
        self.run(self.player.settle())

    def client(self, number: int) -> Client:
        """Return a client."""
        return self.player.clients[number]

    # --- people -----------------------------------------------------------------------

    @rule(number=anybody, at=share, length=share, count=st.integers(0, 3))
    def edit(self, number: int, at: float, length: float, count: int) -> None:
        """Replace a text, perhaps an empty one, by another, perhaps an empty one."""
        client = self.client(number)
        doc = client.doc
        start = whole(doc, round(at * len(doc)))
        end = whole(doc, round(start + length**3 * (len(doc) - start)))
        if client.loaded and (count or start < end):
            insert = to_units(self.player.hands.alphabet.take(count))
            client.edit([(start, max(start, end), insert)])

    @rule(number=anybody)
    def undo(self, number: int) -> None:
        """Revert the newest own edit."""
        self.player.undo(number)

    @rule(number=anybody)
    def write(self, number: int) -> None:
        """Replace the whole file."""
        self.player.write(number)

    @rule()
    def write_from_outside(self) -> None:
        """Replace the whole file as a program does."""
        self.run(self.player.outside_write(0))

    # --- lines ------------------------------------------------------------------------

    @rule(number=anybody)
    def deliver_to_server(self, number: int) -> None:
        """Deliver the oldest message, or connect."""
        self.run(self.player.up(number))

    @rule(number=anybody)
    def deliver_to_client(self, number: int) -> None:
        """Deliver the oldest message, or connect."""
        self.run(self.player.down(number))

    @rule(number=anybody)
    def send(self, number: int) -> None:
        """Let the server send, and nothing arrive."""
        self.run(self.player.pull(number))

    @rule(number=anybody)
    def crowd(self, number: int) -> None:
        """Deliver messages of all clients at the same time."""
        self.run(self.player.crowd(number))

    @rule(number=anybody, heard=st.booleans())
    def cut(self, number: int, heard: bool) -> None:
        """Cut a connection; the server may not notice."""
        line = self.player.lines[number]
        self.run(self.player.cut(number))
        if line is not None and heard:
            self.run(_leave(line.seat))

    @rule(which=st.integers(0, 3))
    def hear_late(self, which: int) -> None:
        """Deliver a late message of a lost connection."""
        self.player.ghosts.rotate(which)
        self.run(self.player.ghost(0))

    @rule(another=st.integers(0, 7))
    def restart(self, another: int) -> None:
        """Restart the server, rarely with another database."""
        player = self.player
        self.run(player.restart(0) if another else player.forget_history(0))

    @rule(before=st.booleans(), after=st.booleans())
    def fail(self, before: bool, after: bool) -> None:
        """Let appends fail, or work again."""
        server = self.player.server
        assert isinstance(server, StoredServer)
        server.store.fail_before, server.store.fail_after = before, after

    @rule()
    def settle(self) -> None:
        """Let everything arrive, and ask all oracles."""
        self.run(self.player.settle())
        self.run(self.player.check())

    # --- what always holds ------------------------------------------------------------

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        """Ask the oracles that need no quiet."""
        player, server = self.player, self.player.server
        assert isinstance(server, StoredServer)
        log, code = self.run(server.stored())
        epoch = self.run(server.room()).record.epoch
        # Between welcome and the code a client still shows what it had, of another
        # history perhaps, and says that it is connecting.
        here = [each for each in player.clients if each.loaded and each.epoch == epoch]
        check(player.start, log, code, here, quiet=False)

    def teardown(self) -> None:
        """Let everything arrive at the end."""
        if hasattr(self, "player"):
            self.settle()


def test_t2_no_history_breaks_an_invariant(
    plan_of: Callable[[str], Plan], jp_asyncio_loop: asyncio.AbstractEventLoop
) -> None:
    plan = plan_of("T2")
    steps = 100 if plan.nightly else 50
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        Histories.runner = runner
        store = unsynced_store(Path(folder) / "rooms.db")
        Histories.store = store

        machine = seed(plan.seed)(Histories)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=plan.count,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                print_blob=True,
            ),
        )
        runner.run(store.close())
