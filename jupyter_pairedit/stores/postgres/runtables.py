"""Tables of the runs of rooms and their outputs."""

from __future__ import annotations

RUNS_OF_ROOMS = """
alter table room add column runs bigint not null default 0;
alter table room add column run_changes bigint not null default 0;
create table room_run (
  room text not null references room(id) on delete cascade,
  number bigint not null,
  change bigint not null,
  epoch text not null,
  version bigint not null,
  part_start bigint,
  part_end bigint,
  digest text not null,
  asked_by text not null,
  guest boolean not null,
  state text not null,
  asked_at double precision not null,
  server text not null,
  approver text not null,
  started_at double precision,
  ended_at double precision,
  first bigint not null,
  left_out bigint not null,
  detail text not null,
  in_cell boolean not null,
  primary key (room, number)
);
create table room_output (
  room text not null,
  run bigint not null,
  number bigint not null,
  change bigint not null,
  size integer not null,
  kind text not null,
  mime text not null,
  text text not null,
  data text not null,
  primary key (room, run, number),
  foreign key (room, run) references room_run(room, number) on delete cascade
);
"""

SIZES_OF_IMAGES = """
alter table room_output add column width integer not null default 0;
alter table room_output add column height integer not null default 0;
"""
