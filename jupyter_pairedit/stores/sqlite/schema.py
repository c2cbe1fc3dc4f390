"""The schema of the SQLite store as a list of migrations."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from ..errors import StorageFailure
from .runtables import RUNS_OF_ROOMS, SIZES_OF_IMAGES

_migrations = Migrations("jupyter_pairedit")


@_migrations()
def rooms_and_their_logs(db: Database) -> None:
    """Rooms; logs, ordered by their primary key; snapshots."""
    db.execute(
        """
        create table room (
          id text primary key,
          epoch text not null,
          secret text not null,
          title text not null,
          language text not null,
          people integer not null,
          author text not null,
          created_at real not null
        ) without rowid
        """
    )
    db.execute(
        """
        create table revision (
          room text not null references room(id) on delete cascade,
          version integer not null,
          kind text not null,
          client_id text not null,
          author text not null,
          at real not null,
          changes text not null,
          digest text not null,
          primary key (room, version)
        ) without rowid
        """
    )
    db.execute(
        """
        create table snapshot (
          room text not null references room(id) on delete cascade,
          version integer not null,
          code text not null,
          seal text not null,
          primary key (room, version)
        )
        """
    )


@_migrations()
def merged_revisions_and_restore_points(db: Database) -> None:
    """Revisions that replace ``run`` earlier ones, and restore points."""
    db.execute("alter table revision add column run integer not null default 1")
    db.execute("alter table revision add column others text not null default ''")
    db.execute("alter table revision add column seal text not null default ''")
    # Finds the last merged revision without a scan of the log.
    db.execute("create index merged on revision (room, version) where run > 1")
    db.execute(
        """
        create table point (
          room text not null references room(id) on delete cascade,
          version integer not null,
          name text not null,
          author text not null,
          at real not null,
          primary key (room, version)
        ) without rowid
        """
    )


@_migrations()
def invites(db: Database) -> None:
    """Invites, with the digest of the key; resumes; locked rooms."""
    db.execute(
        """
        create table invite (
          id text primary key,
          room text not null references room(id) on delete cascade,
          role text not null,
          label text not null,
          digest text not null,
          created_by text not null,
          created_at real not null,
          expires_at real not null,
          seen_at real not null,
          expired integer not null,
          revoked_at real,
          last_used_at real,
          uses integer not null
        ) without rowid
        """
    )
    db.execute("create index invite_of_room on invite (room, created_at)")
    db.execute(
        """
        create table resume (
          digest text primary key,
          invite text not null references invite(id) on delete cascade,
          client_id text not null,
          expires_at real not null
        ) without rowid
        """
    )
    db.execute("create index resume_of_client on resume (invite, client_id)")
    db.execute(
        """
        create table lock (
          room text primary key references room(id) on delete cascade
        ) without rowid
        """
    )


@_migrations()
def servers_and_seats(db: Database) -> None:
    """Servers with the time of their last heartbeat, and their clients in rooms."""
    db.execute(
        """
        create table server (
          id text primary key,
          seen_at integer not null
        ) without rowid
        """
    )
    db.execute(
        """
        create table seat (
          number integer primary key autoincrement,
          server text not null references server(id) on delete cascade,
          room text not null,
          client_id text not null,
          person text not null,
          name text not null,
          color integer not null,
          label text,
          version integer,
          anchor integer,
          head integer,
          removed_by text,
          unique (server, room, client_id)
        )
        """
    )
    db.execute("create index seat_of_room on seat (room)")


@_migrations()
def keys_of_writes(db: Database) -> None:
    """The keys of whole-file writes; a room has each key once."""
    db.execute("alter table revision add column write_key text")
    db.execute(
        "create unique index revision_by_write_key on revision (room, write_key)"
        " where write_key is not null"
    )


@_migrations()
def properties_that_change(db: Database) -> None:
    """Settings of rooms, a counter of changes, and the history of the changes."""
    db.execute("alter table room add column settings text not null default '{}'")
    db.execute("alter table room add column changes integer not null default 0")
    db.execute(
        """
        create table room_change (
          room text not null references room(id) on delete cascade,
          number integer not null,
          version integer not null,
          author text not null,
          at real not null,
          differences text not null,
          primary key (room, number)
        ) without rowid
        """
    )


@_migrations()
def runs_of_servers(db: Database) -> None:
    """Runs of servers that commit before they sync; see ``runs``."""
    db.execute(
        """
        create table run (
          server text primary key,
          boot text not null
        ) without rowid
        """
    )


@_migrations()
def refusals(db: Database) -> None:
    """The last person who found no seat in a room, for the members on other servers."""
    db.execute(
        """
        create table refusal (
          room text primary key references room(id) on delete cascade,
          number integer not null,
          server text not null,
          name text not null,
          guest integer not null
        ) without rowid
        """
    )


@_migrations()
def deleted_rooms(db: Database) -> None:
    """The ids of deleted rooms, and when they were deleted."""
    db.execute(
        """
        create table deleted_room (
          id text primary key,
          at real not null
        ) without rowid
        """
    )


@_migrations()
def marks_of_revisions(db: Database) -> None:
    """How revisions were made, see ``core.marks``."""
    db.execute("alter table revision add column marks integer not null default 0")


@_migrations()
def names_of_rooms(db: Database) -> None:
    """Names, which stay without a room when their room is deleted."""
    db.execute(
        """
        create table room_name (
          owner text not null,
          key text not null,
          name text not null,
          room text references room(id) on delete set null,
          given_at real not null,
          primary key (owner, key)
        ) without rowid
        """
    )
    db.execute("create unique index name_of_room on room_name (room)")


@_migrations()
def runs_of_rooms(db: Database) -> None:
    """Runs of the code and their outputs. (``run`` has runs of servers.)"""
    for statement in RUNS_OF_ROOMS:
        db.execute(statement)


@_migrations()
def sizes_of_images(db: Database) -> None:
    """The sizes in which images of outputs are displayed."""
    for statement in SIZES_OF_IMAGES:
        db.execute(statement)


_KNOWN = frozenset(each.name for each in _migrations.pending(Database(memory=True)))


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the migrations that a database lacks.

    Raises ``StorageFailure`` for a database that a newer version has changed.
    """
    db = Database(connection)
    newer = {each.name for each in _migrations.applied(db)} - _KNOWN
    if newer:
        raise StorageFailure(
            f"the database is of a newer jupyter_pairedit (it has {min(newer)!r}): "
            "upgrade the package where the server runs"
        )
    # An immediate lock, because two servers may open a new file at once.
    connection.execute("begin immediate")
    try:
        _migrations.apply(db)
        connection.execute("commit")
    except BaseException:
        connection.rollback()
        raise
