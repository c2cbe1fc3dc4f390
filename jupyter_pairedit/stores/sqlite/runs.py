"""The runs of servers on a SQLite file, and the rooms whose log may have been cut.

A server that commits before it syncs has a row in the table ``run`` from its start to
its end. A row whose server is not alive is of a run that did not end well. If the
machine has been started since, the last commits of that run may be missing: people may
have seen versions that the log no longer has, and would get others by the same numbers.
The same is true of a restored copy.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path

from ...core.revisions import ORIGIN_END

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_COPY = "copy", "copy"
"""Stands in a copy for the run of a server at another start of the machine."""

_CHANGE_EPOCHS = f"""
update room
set epoch = substr(epoch, 1, instr(epoch || '{ORIGIN_END}', '{ORIGIN_END}') - 1)
            || '{ORIGIN_END}' || ?
"""
"""Epochs are random, and have no dot before this puts one there."""


def boot_id() -> str:
    """Return what identifies this start of the machine; empty if nothing does."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


def begin_run(
    connection: sqlite3.Connection,
    alive: Callable[[], Collection[str]],
    server: str | None,
    boot: str,
) -> bool:
    """Give all rooms a new epoch if the log may have been cut since the last run.

    Then adds a row for ``server``, unless it is None. Returns whether the epochs have
    changed. ``alive`` returns the ids of the servers that are alive. The caller syncs
    the log before it uses any room.

    No run outlives its start of the machine, whatever the locks say. Without a boot id,
    each run that did not end well counts as cut. But a server that is alive has done
    this at its start, and all runs that ended after that belong to the same start of
    the machine.
    """
    connection.execute("begin immediate")
    try:
        rows = connection.execute("select server, boot from run").fetchall()
        living = set(alive())
        before = [each for each in rows if boot and each[1] not in ("", boot)]
        ended = [each for each in rows if each[0] not in living or each in before]
        unknown = [each for each in ended if not boot or not each[1]]
        cut = bool(before) or (bool(unknown) and len(ended) == len(rows))
        if cut:
            change_epochs(connection)
        connection.executemany("delete from run where server = ?", _ids(ended))
        if server is not None:
            connection.execute(
                "insert or replace into run values (?, ?)", (server, boot)
            )
        connection.execute("commit")
    except BaseException:
        connection.rollback()
        raise
    return cut


def end_run(
    connection: sqlite3.Connection, alive: Callable[[], Collection[str]], server: str
) -> None:
    """Remove the row of a server that ends, and of those that were killed before.

    The log is read in the order of commits, so that whoever finds the rows gone finds
    everything that was committed before.
    """
    rows = connection.execute("select server from run").fetchall()
    living = set(alive()) - {server}
    ended = [each for each in rows if each[0] not in living]
    with connection:
        connection.executemany("delete from run where server = ?", _ids(ended))


def mark_as_copy(connection: sqlite3.Connection) -> None:
    """Let the first server on a copy of the database give all rooms a new epoch.

    People may have seen later versions than the copy has. The epochs in the copy are no
    use for that, as it may be restored more than once.
    """
    found = connection.execute("select name from sqlite_master").fetchall()
    with connection:
        if ("run",) in found:
            connection.execute("insert or replace into run values (?, ?)", _COPY)
        elif ("room",) in found:
            # Of a version before there were runs.
            change_epochs(connection)


def change_epochs(connection: sqlite3.Connection) -> None:
    """Give all rooms a new epoch: no client goes on from a version that it has seen."""
    connection.execute(_CHANGE_EPOCHS, (secrets.token_urlsafe(6),))


def _ids(rows: Collection[tuple[str, ...]]) -> list[tuple[str]]:
    return [(row[0],) for row in rows]
