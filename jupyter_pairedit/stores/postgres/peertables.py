"""Tables by which the servers on one database know of each other's people.

They are unlogged: a crash of the database empties them, and servers fill them again.
"""

from __future__ import annotations

SERVERS_AND_SEATS = """
create unlogged table server (
  id text primary key,
  seen_at timestamptz not null default now()
);
create unlogged table seat (
  number bigint generated always as identity,
  server text not null references server(id) on delete cascade,
  room text not null,
  client_id text not null,
  person text not null,
  name text not null,
  color integer not null,
  label text,
  version bigint,
  anchor bigint,
  head bigint,
  removed_by text,
  primary key (server, room, client_id)
);
create index seat_of_room on seat (room);
"""

REFUSALS = """
create unlogged table refusal (
  room text primary key references room(id) on delete cascade,
  number integer not null,
  server text not null,
  name text not null,
  guest boolean not null
);
"""
