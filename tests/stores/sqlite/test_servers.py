"""Locks of servers beside a SQLite file, and what an idle server does to the file."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.peers.peers import Peers
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.stores.peers import Announcement, PeerClient
from jupyter_pairedit.stores.sqlite.peers import SQLitePeers
from jupyter_pairedit.stores.sqlite.servers import ServerLock
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, until

HOLDER = """
import sys
from pathlib import Path
from jupyter_pairedit.stores.sqlite.servers import ServerLock
lock = ServerLock(Path(sys.argv[1]), "other")
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a lock until it ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "rooms.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.communicate()


def test_a_server_sees_itself_and_the_others(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    lock = ServerLock(tmp_path / "rooms.db", "own")

    assert lock.acquire()
    assert sorted(lock.alive() or ()) == ["other", "own"]
    lock.release()
    assert lock.alive() is None


def test_a_server_that_was_killed_counts_as_ended_at_once_and_leaves_no_file(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    lock = ServerLock(tmp_path / "rooms.db", "own")
    lock.acquire()

    other.kill()
    other.wait()

    assert lock.alive() == ["own"]
    assert [path.name for path in tmp_path.iterdir()] == ["rooms.db-server-own"]
    lock.release()
    assert not list(tmp_path.iterdir())


def test_two_who_look_at_the_file_of_a_dead_server_at_once_see_that_it_is_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    one, two = (ServerLock(tmp_path / "rooms.db", name) for name in ("one", "two"))
    assert one.acquire() and two.acquire()
    dead = tmp_path / "rooms.db-server-dead"
    dead.touch()
    flock, seen = fcntl.flock, list[list[str] | None]()

    def look_meanwhile(file: int, operation: int) -> None:
        flock(file, operation)
        monkeypatch.setattr(fcntl, "flock", flock)
        seen.append(two.alive())

    monkeypatch.setattr(fcntl, "flock", look_meanwhile)
    seen.append(one.alive())

    assert [sorted(each or ()) for each in seen] == [["one", "two"]] * 2
    assert not dead.exists()
    one.release()
    two.release()


def test_a_file_that_was_removed_before_it_was_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    own, flock = tmp_path / "rooms.db-server-own", fcntl.flock
    removals = [own]

    def remove_first(file: int, operation: int) -> None:
        while removals:
            removals.pop().unlink()
        flock(file, operation)

    monkeypatch.setattr(fcntl, "flock", remove_first)
    lock = ServerLock(tmp_path / "rooms.db", "own")

    assert lock.acquire() and own.exists()


async def test_the_clients_of_a_server_that_has_ended_are_ignored_and_deleted(
    tmp_path: Path,
) -> None:
    store, other = (SQLiteStore(tmp_path / "rooms.db") for _ in range(2))
    await store.peers.announce(
        [Announcement(ROOM, [PeerClient("ann-1", "ann", "Ann", 1)])]
    )
    assert len((await other.peers.clients([ROOM]))[ROOM]) == 1

    lock = store.peers._lock  # type: ignore[attr-defined]
    lock.release()  # as the system does when the process ends

    assert await other.peers.clients([ROOM]) == {ROOM: []}
    await other.peers.announce(
        [Announcement(ROOM, [PeerClient("bob-1", "bob", "Bob", 1)])]
    )
    rows = await other.file.read(
        lambda db: db.execute("select client_id from seat").fetchall()
    )
    assert rows == [("bob-1",)]
    await store.close()
    await other.close()


class VirtualTime:
    """A clock that moves when everybody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.seconds + seconds, future))
        await future

    def advance(self) -> None:
        """Wake the next sleeper."""
        self._sleepers.sort(key=lambda each: each[0])
        self.seconds, future = self._sleepers.pop(0)
        if not future.done():
            future.set_result(None)

    @property
    def sleeping(self) -> int:
        return len(self._sleepers)


@pytest.mark.parametrize("rooms", ["no room", "a room with one person"])
async def test_an_idle_server_writes_nothing_for_a_minute(
    tmp_path: Path, rooms: str
) -> None:
    time = VirtualTime()
    store = SQLiteStore(tmp_path / "rooms.db")
    await store.peers.close()
    store.peers = SQLitePeers(store.driver, store.file, time.sleep)
    hub = Hub(store, Limits(), now=lambda: time.seconds, clock=lambda: time.seconds)
    peers = Peers(hub, store.peers, None, time.sleep)
    peers.start()
    if rooms != "no room":
        await hub.create("Ann", room_id=ROOM)
        room = await hub.open(ROOM)
        room.audience.join(EditReader("ann-1", "ann", "Ann"))
        await until(lambda: bool(peers._shared))

    statements: list[str] = []
    store.file.connection.set_trace_callback(statements.append)
    while time.seconds < 60.0:
        # While nobody sleeps, a loop waits for the store's thread.
        await until(lambda: time.sleeping > 0)
        time.advance()
        await asyncio.sleep(0)
    # Whatever the last wake-up has started is done when this answers.
    await store.file.inspect(lambda connection: None)
    store.file.connection.set_trace_callback(None)

    writes = [each for each in statements if not each.startswith("pragma data_version")]
    assert writes == []
    # Nobody writes, so that the files stay as they are.
    assert len(statements) <= 6
    assert rooms != "no room" or statements == []
    await peers.stop()
    for reader in [] if rooms == "no room" else list(room.audience._readers.values()):
        room.audience.leave(reader)
    with contextlib.suppress(asyncio.CancelledError):
        await hub.close()


async def test_a_server_is_alone_until_another_one_opens_the_file(
    tmp_path: Path,
) -> None:
    store = SQLiteStore(tmp_path / "rooms.db")
    assert store.peers.alone

    other = SQLiteStore(tmp_path / "rooms.db")
    assert not store.peers.alone

    await other.close()
    assert store.peers.alone
    await store.close()
