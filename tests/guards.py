"""The guards that ``tests.mutants`` takes away, and the tests that should miss them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A guard, what is left without it, and the tests that should miss it."""

    guard: str
    file: str
    old: str
    new: str
    tests: str


MUTANTS = (
    Mutant(
        "a change is committed before memory has it",
        "rooms/room.py",
        "            await self._store.append(\n"
        "                self.record.room_id, self.head, revisions, self.record.epoch",
        "            head = self.head\n"
        "            self.log.append(revisions, text)\n"
        "            await self._store.append(\n"
        "                self.record.room_id, head, revisions, self.record.epoch",
        "tests/rooms/test_room.py",
    ),
    Mutant(
        "readers are woken after the commit",
        "rooms/room.py",
        "        self._in_sync = False\n        try:\n",
        "        self._in_sync = False\n        self.audience.wake()\n        try:\n",
        "tests/rooms/test_room.py",
    ),
    Mutant(
        "an append of unknown outcome is looked up",
        "rooms/room.py",
        "        self._in_sync = False\n        try:\n",
        "        try:\n",
        "tests/rooms/test_room.py",
    ),
    Mutant(
        "a write that has a key is carried out once",
        "rooms/room.py",
        "made = await self._writes.version_of(key)",
        "made = None",
        "tests/rooms/test_writes.py",
    ),
    Mutant(
        "a write is not carried out after a later one of its writer",
        "core/writes.py",
        "f\"{writer}-{'9' * _DIGITS}\"",
        'f"{writer}-{number:0{_DIGITS}}"',
        "tests/rooms/test_writes.py",
    ),
    Mutant(
        "what was accepted already is left out",
        "core/revisions.py",
        "        if revision.confirms(client_id):\n            pending.pop(0)",
        "        if False:\n            pending.pop(0)",
        "tests/core/test_revisions.py",
    ),
    Mutant(
        "a whole-file write confirms no edit",
        "core/revisions.py",
        'return self.kind == "edit" and self.client_id == client_id',
        "return self.client_id == client_id",
        "tests/core/test_revisions.py",
    ),
    Mutant(
        "revisions are mapped one by one, and others over mine",
        "core/revisions.py",
        "            other = other.map(change, before=True)\n",
        "",
        "tests/core/test_vectors.py",
    ),
    Mutant(
        "half of a character is refused",
        "core/revisions.py",
        "        if change.splits_pair(text):",
        "        if False:",
        "tests/rooms/test_room.py",
    ),
    Mutant(
        "U+0000 is refused",
        "core/storable.py",
        '    if "\\0" in text:',
        "    if False:",
        "tests/core/test_changes.py",
    ),
    Mutant(
        "code over the limit is refused",
        "rooms/room.py",
        "        if text.size > max(self._limits.code, self.log.text.size):",
        "        if False:",
        "tests/rooms/test_room.py",
    ),
    Mutant(
        "a log has no gaps and no two of a version",
        "stores/sqlite/store.py",
        "        if head != after:\n",
        "        if False:\n",
        "tests/stores/test_store_contract.py",
    ),
    Mutant(
        "commits wait for the disk",
        "stores/sqlite/file.py",
        'connection.execute(f"pragma synchronous = {synchronous}")',
        'connection.execute("pragma synchronous = OFF")',
        "tests/stores/sqlite/test_store.py",
    ),
    Mutant(
        "the log adds up",
        "stores/sql/loading.py",
        "    if good < len(tail) or",
        "    if False or",
        "tests/stores/sql/test_loading.py",
    ),
    Mutant(
        "a snapshot is the code that it says",
        "stores/sql/loading.py",
        "    if seal(digest, snapshot.code) != snapshot.seal:",
        "    if False:",
        "tests/stores/sql/test_loading.py",
    ),
    Mutant(
        "files are their owner's alone",
        "stores/permissions.py",
        "os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)",
        "os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644)",
        "tests/stores/sqlite/test_store.py",
    ),
    Mutant(
        "a file of another user is refused",
        "stores/permissions.py",
        "    if found.st_uid != os.geteuid():\n",
        "    if False:\n",
        "tests/stores/test_permissions.py",
    ),
    Mutant(
        "the database of another program is left alone",
        "settings.py",
        "    if contents is Contents.FOREIGN:\n",
        "    if False:\n",
        "tests/test_settings.py",
    ),
    Mutant(
        "a limit out of bounds keeps its default",
        "core/bounds.py",
        "    return low <= value <= high  # nan is not\n",
        "    return True\n",
        "tests/core/test_bounds.py",
    ),
    Mutant(
        "requests need a login",
        "handlers/base.py",
        "        return web.authenticated(checked)  # type: ignore[return-value]",
        "        return checked",
        "tests/handlers/test_auth.py",
    ),
    Mutant(
        "requests need the right",
        "handlers/base.py",
        "authorized(action=action, resource=RESOURCE)(translated)",
        "translated",
        "tests/handlers/test_auth.py",
    ),
    Mutant(
        "each message needs its right",
        "connections/connection.py",
        "        if not await self._identity.may(type_of(message)):\n",
        "        if False:\n",
        "tests/handlers/test_socket_refusals.py",
    ),
    Mutant(
        "foreign origins are refused",
        "handlers/access.py",
        "bool(ours) and address.netloc == ours",
        "bool(ours)",
        "tests/handlers/test_auth.py tests/prototype/test_origins.py",
    ),
    Mutant(
        "the third malformed frame ends it",
        "connections/violations.py",
        "        self._malformed += 1\n",
        "",
        "tests/handlers/test_socket_refusals.py",
    ),
    Mutant(
        "little is read of who has not said hello",
        "handlers/socket.py",
        "        return limits.first_frame if self.edits else limits.frame",
        "        return limits.frame",
        "tests/handlers/test_socket_transport.py",
    ),
    Mutant(
        "a room takes so many people and no more",
        "core/presence.py",
        "            if person in over_limit([*arrivals(self.people), newcomer], "
        "self.limit):",
        "            if False:",
        "tests/core/test_presence.py",
    ),
    Mutant(
        "a writer that may have been overtaken is sent the outcome",
        "rooms/readers.py",
        "self._in_doubt or self._sent, False",
        "False, False",
        "tests/rooms/test_readers.py",
    ),
    Mutant(
        "a change that touches another is not only shifted",
        "core/sections.py",
        "last.length > length - begins",
        "last.length >= length - begins",
        "tests/core/test_vectors.py",
    ),
    Mutant(
        "a damaged row does not add up",
        "core/revisions.py",
        "        except TypeError:",
        "        except ZeroDivisionError:",
        "tests/core/test_revisions.py",
    ),
    Mutant(
        "a damaged schema is a failure of the store",
        "stores/sqlite/file.py",
        "_SCHEMA_DAMAGED = (UnicodeDecodeError, KeyError)",
        "_SCHEMA_DAMAGED = ()",
        "tests/stores/sqlite/test_store.py",
    ),
    Mutant(
        "a client that asks on a quiet line is answered",
        "connections/actions.py",
        "            reader.answer_check(self._room)\n",
        "",
        "tests/handlers/test_socket_edits.py",
    ),
    Mutant(
        "versions are compared within one history",
        "connections/connection.py",
        "known = epoch == room.record.epoch",
        "known = True",
        "tests/handlers/test_socket_hello.py",
    ),
    Mutant(
        "a key must be the one of the invite",
        "core/invites.py",
        "valid = hmac.compare_digest((known or _UNKNOWN).encode(), presented.encode())",
        "valid = True",
        "tests/core/test_invites.py",
    ),
    Mutant(
        "a key opens the room of its invite and no other",
        "core/invites.py",
        "    valid &= hmac.compare_digest(room.encode(), room_id.encode())\n",
        "",
        "tests/core/test_invites.py",
    ),
    Mutant(
        "a revoked invite lets nobody in",
        "core/invites.py",
        "        if self.revoked_at is not None:",
        "        if False:",
        "tests/core/test_invites.py",
    ),
    Mutant(
        "an invite that has expired stays so",
        "core/invites.py",
        "self.expired or seen_at >= self.expires_at",
        "now >= self.expires_at",
        "tests/core/test_invites.py",
    ),
    Mutant(
        "a version that has a name is not merged",
        "core/retention.py",
        "one.version in pins or ",
        "",
        "tests/core/test_retention.py",
    ),
    Mutant(
        "no seal is put over damage",
        "rooms/compaction.py",
        "    if intact(before, revisions) < len(revisions):",
        "    if False:",
        "tests/rooms/test_compaction.py",
    ),
    Mutant(
        "a link that shows does not let one write",
        "core/roles.py",
        '"code_change": Rule(_WRITING_GUESTS, "write")',
        '"code_change": Rule(_ALL_GUESTS, "write")',
        "tests/handlers/test_guest_socket.py tests/attacks",
    ),
    Mutant(
        "whoever came by a link that is revoked is sent away",
        "guests/invites.py",
        "            return await self._shut_out(room_id, invite_id)\n\n"
        "    async def renew",
        "            return 0\n\n    async def renew",
        "tests/attacks/test_links.py",
    ),
    Mutant(
        "a token resumes the client that it was given to",
        "guests/admission.py",
        "        if resume is not None and client_id != resume.client_id:",
        "        if False:",
        "tests/handlers/test_guest_socket.py tests/attacks",
    ),
    Mutant(
        "public handlers know their host",
        "handlers/public.py",
        "        if not self._is_our_host():",
        "        if False:",
        "tests/handlers/test_guest_page.py tests/attacks",
    ),
    Mutant(
        "guessing keys is slowed down",
        "guests/admission.py",
        "        if seconds:\n            return seconds",
        "        if False:\n            return seconds",
        "tests/handlers/test_guest_socket.py tests/attacks",
    ),
    Mutant(
        "a job that fails takes no other one with it",
        "stores/sqlite/file.py",
        "        if len(batch) > 1 and not _concerns_all(error):",
        "        if False:",
        "tests/field/test_other_people.py tests/stores/sqlite/test_file.py",
    ),
    Mutant(
        "a number that a client sends has bounds",
        "protocol.py",
        "Meta(ge=0, le=LARGEST)]",
        "Meta(ge=0)]",
        "tests/field/test_other_people.py",
    ),
    Mutant(
        "a push from far behind is refused before the log is read",
        "rooms/room.py",
        "        if rebase_work(changes, missed, over) > self._limits.rebase:",
        "        if False:",
        "tests/rooms/test_stale.py",
    ),
    Mutant(
        "the same old push again ends the connection",
        "connections/violations.py",
        "        if refusal.version <= self._stale_version:",
        "        if False:",
        "tests/handlers/test_stale.py",
    ),
    Mutant(
        "a frame of very many lists is not decoded",
        "connections/incoming.py",
        "        if found > most:",
        "        if False:",
        "tests/connections/test_incoming.py",
    ),
    Mutant(
        "a whole-file write compares no more than its budget",
        "core/diff.py",
        "        if work > self._left:",
        "        if work > _MOST_WORK:",
        "tests/core/test_diff.py",
    ),
    Mutant(
        "a busy room delays no change of invites in another",
        "guests/invites.py",
        "        return self._locks.setdefault(room_id, asyncio.Lock())",
        '        return self._locks.setdefault("", asyncio.Lock())',
        "tests/guests/test_invites.py",
    ),
    Mutant(
        "what resumes a guest is not stored again once it was deleted",
        "stores/sql/invites.py",
        "        if again and (yield",
        "        if False and (yield",
        "tests/stores/test_invites_contract.py",
    ),
    Mutant(
        "a guest who resumes while being removed checks again",
        "guests/admission.py",
        "                if again and await store.resume(resume.digest) is None:",
        "                if False:",
        "tests/guests/test_invites.py",
    ),
    Mutant(
        "a completer that fails answers",
        "autocomplete/base.py",
        "    except Exception:\n        _log.exception",
        "    except ZeroDivisionError:\n        _log.exception",
        "tests/connections/test_suggestions.py",
    ),
)
