"""The guards of the SQLite file, and of what waits for its disk."""

from __future__ import annotations

from .mutant import Mutant

STORAGE = (
    Mutant(
        "a log has no gaps and no version twice",
        "stores/sqlite/store.py",
        "        if head != after:\n",
        "        if False:\n",
        "tests/stores/test_store_contract.py",
    ),
    Mutant(
        "checkpoints wait for the disk, and commits too if durability is disk",
        "stores/sqlite/database.py",
        'self.writing.execute(f"pragma synchronous = {full}")',
        'self.writing.execute("pragma synchronous = OFF")',
        "tests/stores/sqlite/test_durability.py",
    ),
    Mutant(
        "nothing is said to be saved before the sync",
        "rooms/durable.py",
        "        if self.is_immediate or version <= self.version:\n"
        "            return True",
        "        if True:\n            return True",
        "tests/rooms/test_durable.py",
    ),
    Mutant(
        "a sync covers only what was committed before it began",
        "rooms/durable.py",
        "        self.version = max(self.version, head)\n",
        "        self.version = self._head()\n",
        "tests/rooms/test_durable.py",
    ),
    Mutant(
        "whatever else is answered waits for the sync",
        "stores/sqlite/file.py",
        "        await used.synced()\n        return value",
        "        return value",
        "tests/stores/sqlite/test_cut.py",
    ),
    Mutant(
        "a failed sync is not tried again",
        "stores/sqlite/logsync.py",
        "        if self.failure is None:\n            try:",
        "        self.failure = None\n        if True:\n            try:",
        "tests/stores/sqlite/test_durability.py",
    ),
    Mutant(
        "a log that may have been cut gets a new epoch",
        "stores/sqlite/runs.py",
        "        if cut:\n",
        "        if False:\n",
        "tests/stores/sqlite/test_runs.py tests/stores/sqlite/test_cut.py",
    ),
    Mutant(
        "commits behind a failed one fail",
        "rooms/pipeline.py",
        "            failed = [*self._under_way, *self._waiting]\n"
        "            self._under_way, self._waiting = (), []\n",
        "            failed = [*self._under_way]\n            self._under_way = ()\n",
        "tests/rooms/test_pipeline.py",
    ),
    Mutant(
        "a server that others precede several times takes a turn",
        "rooms/replica.py",
        "self._pipeline.conflicts < _PATIENCE",
        "True",
        "tests/rooms/test_turns.py",
    ),
    Mutant(
        "the appends of other servers wait in a turn",
        "stores/postgres/appendfunction.py",
        "    if not pg_try_advisory_xact_lock_shared(",
        "    if false and not pg_try_advisory_xact_lock_shared(",
        "tests/stores/postgres/test_turns.py",
    ),
    Mutant(
        "the turn of a server that hangs ends",
        "stores/postgres/appends.py",
        'limit = f"{round(_TURN_LIMIT * 1000)}"',
        'limit = "0"',
        "tests/stores/postgres/test_turns.py",
    ),
    Mutant(
        "a damaged schema is a failure of the store",
        "stores/sqlite/errors.py",
        "SCHEMA_DAMAGED = (UnicodeDecodeError, KeyError)",
        "SCHEMA_DAMAGED = ()",
        "tests/stores/sqlite/test_store.py",
    ),
    Mutant(
        "a failing job does not fail the others of its batch",
        "stores/sqlite/file.py",
        "        if len(batch) > 1 and not concerns_all(error):",
        "        if False:",
        "tests/field/test_other_people.py tests/stores/sqlite/test_file.py",
    ),
)
