"""The schema of the PostgreSQL store as a list of migrations."""

from __future__ import annotations

from ..base import Contents
from ..errors import StorageFailure
from .appendfunction import APPENDS
from .peertables import REFUSALS, SERVERS_AND_SEATS
from .runtables import RUNS_OF_ROOMS, SIZES_OF_IMAGES
from .session import Connection

OLDEST = 14
"""The oldest supported major version of PostgreSQL."""

_LOCK = 0x7061_6972_6564
"""Key of the advisory lock that migrations hold: ``paired`` in ASCII."""

_ROOMS_AND_THEIR_LOGS = """
create table room (
  id text primary key,
  epoch text not null,
  secret text not null,
  title text not null,
  language text not null,
  people integer not null,
  author text not null,
  created_at double precision not null
);
create table revision (
  room text not null references room(id) on delete cascade,
  version bigint not null,
  kind text not null,
  client_id text not null,
  author text not null,
  at double precision not null,
  changes text not null,
  digest text not null,
  primary key (room, version)
);
create table snapshot (
  room text not null references room(id) on delete cascade,
  version bigint not null,
  code text not null,
  seal text not null,
  primary key (room, version)
);
"""

_MERGED_REVISIONS_AND_RESTORE_POINTS = """
alter table revision add column run bigint not null default 1;
alter table revision add column others text not null default '';
alter table revision add column seal text not null default '';
create index merged on revision (room, version) where run > 1;
create table point (
  room text not null references room(id) on delete cascade,
  version bigint not null,
  name text not null,
  author text not null,
  at double precision not null,
  primary key (room, version)
);
"""

_INVITES = """
create table invite (
  id text primary key,
  room text not null references room(id) on delete cascade,
  role text not null,
  label text not null,
  digest text not null,
  created_by text not null,
  created_at double precision not null,
  expires_at double precision not null,
  seen_at double precision not null,
  expired boolean not null,
  revoked_at double precision,
  last_used_at double precision,
  uses integer not null
);
create index invite_of_room on invite (room, created_at);
create table resume (
  digest text primary key,
  invite text not null references invite(id) on delete cascade,
  client_id text not null,
  expires_at double precision not null
);
create index resume_of_client on resume (invite, client_id);
create table lock (
  room text primary key references room(id) on delete cascade
);
"""

_KEYS_OF_WRITES = f"""
alter table revision add column write_key text collate "C";
create unique index revision_by_write_key on revision (room, write_key)
  where write_key is not null;
{APPENDS}
"""

_MARKS_OF_REVISIONS = f"""
alter table revision add column marks integer not null default 0;
{APPENDS}
"""

_PROPERTIES_THAT_CHANGE = """
alter table room add column settings text not null default '{}';
alter table room add column changes integer not null default 0;
create table room_change (
  room text not null references room(id) on delete cascade,
  number integer not null,
  version bigint not null,
  author text not null,
  at double precision not null,
  differences text not null,
  primary key (room, number)
);
"""

_DELETED_ROOMS = """
create table deleted_room (
  id text primary key,
  at double precision not null
);
"""

_NAMES_OF_ROOMS = """
create table room_name (
  owner text collate "C" not null,
  key text collate "C" not null,
  name text not null,
  room text references room(id) on delete set null,
  given_at double precision not null,
  primary key (owner, key)
);
create unique index name_of_room on room_name (room);
"""

_HAS_TABLES = """
select exists (
  select from pg_tables where schemaname = 'pairedit' and tablename = 'migration'
)
"""

_HAS_OTHERS = """
select exists (
  select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('r', 'p', 'm', 'f')
    and nspname <> 'information_schema' and nspname not like 'pg\\_%'
    and not exists (
      select from pg_depend
      where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e'
    )
)
"""
"""Whether there is a table that belongs neither to PostgreSQL nor to an extension."""

_MIGRATIONS = {
    "rooms_and_their_logs": _ROOMS_AND_THEIR_LOGS,
    "merged_revisions_and_restore_points": _MERGED_REVISIONS_AND_RESTORE_POINTS,
    "invites": _INVITES,
    "appends": APPENDS,
    "servers_and_seats": SERVERS_AND_SEATS,
    # Replaces the function in a database that has its first form.
    "appends_at_the_end_alone": APPENDS,
    # Has one more parameter. The old function stays for servers still in use.
    "appends_of_an_epoch": APPENDS,
    "keys_of_writes": _KEYS_OF_WRITES,
    "properties_that_change": _PROPERTIES_THAT_CHANGE,
    "refusals": REFUSALS,
    "deleted_rooms": _DELETED_ROOMS,
    "marks_of_revisions": _MARKS_OF_REVISIONS,
    "names_of_rooms": _NAMES_OF_ROOMS,
    "runs_of_rooms": RUNS_OF_ROOMS,
    "sizes_of_images": SIZES_OF_IMAGES,
    # Servers of earlier versions take the outcome of a turn for a conflict, and repeat.
    "turns": APPENDS,
}


async def migrate(connection: Connection) -> None:
    """Apply the migrations that a database lacks; concurrent calls wait.

    Raises ``StorageFailure`` for a database that this version cannot use.
    """
    major = connection.get_server_version().major
    if major < OLDEST:
        raise StorageFailure(
            f"expected PostgreSQL {OLDEST} or newer, found {major}: upgrade it"
        )
    encoding = await connection.fetchval("show server_encoding")
    if encoding != "UTF8":
        raise StorageFailure(
            f"expected a database in UTF8, found {encoding}: make one "
            "(createdb --encoding UTF8 --template template0)"
        )
    if await _applied(connection) == set(_MIGRATIONS):
        return
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        applied = await _applied(connection)
        if not applied:
            await connection.execute(
                "create schema if not exists pairedit;"
                "create table if not exists migration ("
                "  name text primary key, applied_at timestamptz not null default now()"
                ")"
            )
        for name, statements in _MIGRATIONS.items():
            if name not in applied:
                await connection.execute(statements)
                await connection.execute("insert into migration values ($1)", name)


async def migrate_ours(connection: Connection) -> None:
    """Do what ``migrate`` does. Raises ``StorageFailure`` for another's database."""
    if await contents(connection) is Contents.FOREIGN:
        raise StorageFailure(
            "the database belongs to another program: set PAIREDIT_DATABASE_URL"
        )
    await migrate(connection)


async def contents(connection: Connection) -> Contents:
    """Return what the database has."""
    if await connection.fetchval(_HAS_TABLES):
        return Contents.OURS
    others = await connection.fetchval(_HAS_OTHERS)
    return Contents.FOREIGN if others else Contents.EMPTY


async def _applied(connection: Connection) -> set[str]:
    # to_regclass may use a catalog snapshot taken before the lock.
    if not await connection.fetchval(_HAS_TABLES):
        return set()
    rows = await connection.fetch("select name from migration")
    applied = {row["name"] for row in rows}
    newer = applied - set(_MIGRATIONS)
    if newer:
        raise StorageFailure(
            f"the database is of a newer jupyter_pairedit (it has {min(newer)!r}): "
            "upgrade the package where the server runs"
        )
    return applied
