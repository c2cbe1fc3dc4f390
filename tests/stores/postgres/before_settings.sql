create schema pairedit;
set search_path to pairedit;
create table migration (
  name text primary key, applied_at timestamptz not null default now()
);
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
insert into migration values ('rooms_and_their_logs');
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
insert into migration values ('merged_revisions_and_restore_points');
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
insert into migration values ('invites');
insert into migration values ('appends');
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
insert into migration values ('servers_and_seats');
insert into migration values ('appends_at_the_end_alone');
create or replace function append(
  server text, rooms text[], epochs text[], afters bigint[], numbers integer[],
  versions bigint[], kinds text[], client_ids text[], authors text[],
  ats double precision[], all_changes text[], digests text[],
  runs bigint[], all_others text[], seals text[]
) returns bigint[] language plpgsql set search_path from current as $$
declare
  outcomes bigint[] := '{}';
  outcome bigint;
begin
  for n in 1 .. cardinality(rooms) loop
    perform from room
      where id = rooms[n] and epoch = coalesce(epochs[n], epoch) for key share;
    if not found then
      outcomes := array_append(outcomes, -1::bigint);
      continue;
    end if;
    begin
      if exists (
        select from revision where room = rooms[n] and version > afters[n]
      ) or afters[n] > 0 and not exists (
        select from revision where room = rooms[n] and version = afters[n]
      ) then
        raise unique_violation;
      end if;
      insert into revision
        select rooms[n], version, kind, client_id, author, at, changes, digest,
               run, others, seal
        from unnest(numbers, versions, kinds, client_ids, authors, ats, all_changes,
                    digests, runs, all_others, seals)
          as row(number, version, kind, client_id, author, at, changes,
                 digest, run, others, seal)
        where number = n;
      perform pg_notify('pairedit', 'log ' || server || ' ' || rooms[n]);
      outcome := null;
    exception when unique_violation then
      outcome := coalesce(
        (select max(version) from revision where room = rooms[n]), 0
      );
    end;
    outcomes := array_append(outcomes, outcome);
  end loop;
  return outcomes;
end $$;
insert into migration values ('appends_of_an_epoch');
insert into room (id, epoch, secret, title, language, people, author, created_at)
values ('RRRRRRRRRRRRRRRRRRRRRR', 'epoch', 'secret', 'Sorting', 'python', 3, 'Ann', 1000.0);
insert into revision (room, version, kind, client_id, author, at, changes, digest, run, others, seal)
values ('RRRRRRRRRRRRRRRRRRRRRR', 2, 'edit', '', 'Ann', 2005.0, '[1,[0,"bc"]]', 'c2a132e36f9e36cbb252f228aa680af957a5cbab01065713c00b61a59b53476f', 2, '', 'e147e907044eb6ef6eada262ecf2d97d79a1d8c797a937efe8362cba0688e3bf');
insert into revision (room, version, kind, client_id, author, at, changes, digest, run, others, seal)
values ('RRRRRRRRRRRRRRRRRRRRRR', 3, 'edit', 'bob-1', 'Bob (guest)', 2008.0, '[3,[0,"😀"]]', '7f01effe003fe064c361983e0024348ea429dbffa92465037f0ee61654f18587', 1, '', '');
insert into revision (room, version, kind, client_id, author, at, changes, digest, run, others, seal)
values ('RRRRRRRRRRRRRRRRRRRRRR', 4, 'edit', 'ann-1', 'Ann', 2011.0, '[5,[0,"",""]]', '059bd49a1915aded5bed3cfd3607aceab6738d862fab945181145fadad874e5a', 1, '', '');
insert into revision (room, version, kind, client_id, author, at, changes, digest, run, others, seal)
values ('RRRRRRRRRRRRRRRRRRRRRR', 5, 'edit', 'bob-1', 'Bob (guest)', 2014.0, '[6,[0,"d"]]', '9d849d6669d357d42850bac7a06fdc5b86e55359f7e78046505276a845744f33', 1, '', '');
insert into revision (room, version, kind, client_id, author, at, changes, digest, run, others, seal)
values ('RRRRRRRRRRRRRRRRRRRRRR', 6, 'write', 'bob-1', 'Bob (guest)', 2017.0, '[[0,"print(''😀'')",""],3,[2],1,[1]]', 'd4f989480a566c25fbc565ecc5cd1201b236940d152500328b2f7f2b0aa542ec', 1, '', '');
insert into snapshot (room, version, code, seal)
values ('RRRRRRRRRRRRRRRRRRRRRR', 0, 'a', 'd9dc4244d145b029f23a70a16722a860b077c633b1ca96cfd38eb15401858b8e');
insert into point (room, version, name, author, at)
values ('RRRRRRRRRRRRRRRRRRRRRR', 4, 'vier', 'Ann', 3000.0);
insert into invite (id, room, role, label, digest, created_by, created_at, expires_at, seen_at, expired, revoked_at, last_used_at, uses)
values ('IIIIIIIIIIIIIIIIIIIIII', 'RRRRRRRRRRRRRRRRRRRRRR', 'edit', '', '511b41383458f5d00627a244a542097b673b7ac88dc7f0a763e2ca501e9108c8', 'Ann', 1000.0, 9000000000000.0, 1000.0, false, null, null, 0);
