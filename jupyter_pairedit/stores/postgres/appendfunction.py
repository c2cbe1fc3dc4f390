"""The function of the database that appends revisions."""

from __future__ import annotations

APPENDS = """
create or replace function append(
  server text, rooms text[], epochs text[], afters bigint[], numbers integer[],
  versions bigint[], kinds text[], client_ids text[], authors text[],
  ats double precision[], all_changes text[], digests text[],
  runs bigint[], all_others text[], seals text[], write_keys text[], all_marks integer[]
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
    if not pg_try_advisory_xact_lock_shared(hashtextextended(rooms[n], 0)) then
      outcomes := array_append(outcomes, coalesce(
        (select max(version) from revision where room = rooms[n]), 0
      ));
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
               run, others, seal, write_key, marks
        from unnest(numbers, versions, kinds, client_ids, authors, ats, all_changes,
                    digests, runs, all_others, seals, write_keys, all_marks)
          as row(number, version, kind, client_id, author, at, changes,
                 digest, run, others, seal, write_key, marks)
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
"""
"""Does several appends in one round trip; each succeeds or fails alone.

Returns an array with, for each append: null if it was done, -1 if there is no such room
with that epoch, or else the version at which the log ends. That is the expected one if
another server has its turn (``turns``); nothing waits for it here, since the other
rooms of the call have no part in it.

The primary key orders appends by several servers: an insert waits for a transaction
that inserts the same version. Merging makes versions before the head available again,
so that the function also checks that there is no later version, and locks the room
against merging.
"""
