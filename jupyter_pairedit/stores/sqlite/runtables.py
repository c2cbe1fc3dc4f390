"""Tables of the runs of rooms and their outputs."""

from __future__ import annotations

RUNS_OF_ROOMS = (
    "alter table room add column runs integer not null default 0",
    "alter table room add column run_changes integer not null default 0",
    """
    create table room_run (
      room text not null references room(id) on delete cascade,
      number integer not null,
      change integer not null,
      epoch text not null,
      version integer not null,
      part_start integer,
      part_end integer,
      digest text not null,
      asked_by text not null,
      guest integer not null,
      state text not null,
      asked_at real not null,
      server text not null,
      approver text not null,
      started_at real,
      ended_at real,
      first integer not null,
      left_out integer not null,
      detail text not null,
      in_cell integer not null,
      primary key (room, number)
    ) without rowid
    """,
    """
    create table room_output (
      room text not null,
      run integer not null,
      number integer not null,
      change integer not null,
      size integer not null,
      kind text not null,
      mime text not null,
      text text not null,
      data text not null,
      primary key (room, run, number),
      foreign key (room, run) references room_run(room, number) on delete cascade
    )
    """,
)

SIZES_OF_IMAGES = (
    "alter table room_output add column width integer not null default 0",
    "alter table room_output add column height integer not null default 0",
)
