"""The room socket while the database fails or is slow."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from pathlib import Path

import pytest

from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.sqlite import logsync
from tests.making import steer

from .conftest import Start
from .serving import GUARD, Server


async def test_a_failing_store_makes_the_room_read_only_until_it_works(
    server: Server,
) -> None:
    store = steer(server.hub)
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)
    reader = await server.writer(room_id)

    store.fail_before = True
    await author.push(0, [[0, "x"]])
    error = await author.expect("error")
    assert error["code"] == "storage"
    assert "the disk is full" in error["message"]
    assert await server.code(room_id) == ""
    refused = await server.fetch("PUT", f"pairedit/rooms/{room_id}/code", {"code": "y"})
    assert (refused.status, refused.json["code"]) == (503, "storage")

    store.fail_before = False
    await author.push(0, [[0, "x"]])
    assert (await author.expect("saved"))["version"] == 1
    assert (await reader.expect("code_update"))["code"] == "x"


async def test_who_reconnects_while_the_store_fails_is_closed_with_try_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = steer(server.hub)
    room_id = await server.new_room(code="")

    async def fails(*_: object) -> list[Revision]:
        raise StorageFailure("the disk does not answer")

    monkeypatch.setattr(store, "revisions", fails)
    # The client knows a later version, from another server.
    socket = await server.editor(room_id, resume={"version": 7, "epoch": "x"})

    code, reason = await socket.ending()
    assert code == Close.STORAGE_LOST
    assert reason == "The room cannot be read: the disk does not answer."


async def test_an_append_of_unknown_outcome_counts_once(server: Server) -> None:
    store = steer(server.hub)
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)

    store.fail_after = True
    await author.push(0, [[0, "x"]])
    assert await author.refusal() == "storage"
    store.fail_after = False
    await author.push(0, [[0, "x"]])

    assert (await author.expect("saved"))["version"] == 1
    assert await server.code(room_id) == "x"


async def test_a_locked_database_is_named_and_recovers_by_itself(
    start: Start, database: Path
) -> None:
    server = await start(limits={"storage_wait": 0.05})
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)
    other = sqlite3.connect(database, isolation_level=None)

    other.execute("begin immediate")
    await author.push(0, [[0, "x"]])
    error = await author.expect("error")
    assert error["code"] == "storage"
    assert "locked" in error["message"]
    assert await server.code(room_id) == ""
    reader = await server.writer(room_id)

    other.execute("rollback")
    other.close()
    await author.push(0, [[0, "x"]])
    assert (await author.expect("saved"))["version"] == 1
    assert (await reader.expect("code_update"))["code"] == "x"


async def test_nobody_sees_a_change_that_is_not_stored(server: Server) -> None:
    store = steer(server.hub)
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)
    store.go.clear()

    await author.push(0, [[0, "x"]])
    async with asyncio.timeout(GUARD):
        await store.append_called.wait()
    late = await server.socket(room_id)
    seen = await late.expect("initial_state")
    fetched = await server.code(room_id)
    store.go.set()

    assert seen == {"type": "initial_state", "code": "", "version": 0}
    assert fetched == ""
    assert (await author.expect("saved"))["version"] == 1
    assert (await late.expect("code_update"))["code"] == "x"


async def test_an_edit_is_accepted_first_and_saved_later(server: Server) -> None:
    store = steer(server.hub)
    room_id = await server.new_room(code="")
    store.sync_go.clear()
    store.sync_called.clear()
    author = await server.editor(room_id, resume={"accepted": True})
    welcome = await author.expect("welcome")
    await author.expect("initial_state")
    other = await server.writer(room_id)

    await author.push(0, [[0, "x"]])
    accepted = await author.expect("accepted")
    seen = await other.expect("code_update")
    async with asyncio.timeout(GUARD):
        await store.sync_called.wait()
    await author.push(1, [1, [0, "y"]])
    await author.expect("accepted")
    store.sync_go.set()

    assert welcome["accepted"]
    assert accepted == {"type": "accepted", "version": 1}
    assert seen["code"] == "x"
    # The sync of the first had begun before the second was pushed.
    saved = [(await author.expect("saved"))["version"] for _ in range(2)]
    assert saved == [1, 2]


async def test_a_client_of_before_is_sent_saved_after_the_sync_alone(
    server: Server,
) -> None:
    store = steer(server.hub)
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)
    other = await server.writer(room_id)
    store.sync_go.clear()

    await author.push(0, [[0, "x"]])
    await other.expect("code_update")
    await store.sync_called.wait()
    store.sync_go.set()

    assert (await author.expect("saved"))["version"] == 1


async def test_a_failed_sync_ends_the_connection_and_another_epoch_follows(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id = await server.new_room(code="")
    author = await server.editor(room_id, resume={"accepted": True})
    before = await author.expect("welcome")
    await author.expect("initial_state")
    with monkeypatch.context() as patch:
        patch.setattr(logsync, "sync_file", _fails)
        await author.push(0, [[0, "x"]])
        await author.expect("accepted")
        code, reason = await author.ending()

    known = {"version": 1, "epoch": before["epoch"], "accepted": True}
    again = await server.editor(room_id, resume=known)
    welcome = await again.expect("welcome")

    assert code == Close.STORAGE_LOST
    assert "has not confirmed what was written" in reason
    assert welcome["epoch"] != before["epoch"] and not welcome["resumed"]
    assert (await again.expect("initial_state"))["code"] == "x"


def _fails(_: int) -> None:
    raise OSError(errno.EIO, "Input/output error")
