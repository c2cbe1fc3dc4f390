"""Take one guard away at a time: a test must notice each (T19).

``uv run --group test python -m tests.mutants`` does it in copies of the tree, a few
seconds for each, and prints which test noticed. It ends with 1 when one went unseen.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = "jupyter_pairedit"
_HANGS = 60  # seconds


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
        "room.py",
        "            await self._store.append(self.record.room_id, self.head, "
        "revisions)",
        "            head = self.head\n"
        "            self._remember(revisions, text)\n"
        "            await self._store.append(self.record.room_id, head, revisions)",
        "tests/test_room.py",
    ),
    Mutant(
        "readers are woken after the commit",
        "room.py",
        "        self._certain = False\n",
        "        self._certain = False\n        self.audience.wake()\n",
        "tests/test_room.py",
    ),
    Mutant(
        "an append of unknown outcome is looked up",
        "room.py",
        "        self._certain = False\n",
        "",
        "tests/test_room.py",
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
        "room.py",
        "            if change.tears_pair(text):",
        "            if False:",
        "tests/test_room.py",
    ),
    Mutant(
        "U+0000 is refused",
        "core/changes.py",
        '    if "\\0" in text:',
        "    if False:",
        "tests/core/test_changes.py",
    ),
    Mutant(
        "code over the limit is refused",
        "room.py",
        "        if text.size > max(self._limits.code, self._text.size):",
        "        if False:",
        "tests/test_room.py",
    ),
    Mutant(
        "a log has no gaps and no two of a version",
        "stores/sqlite.py",
        "            if head != after:\n",
        "            if False:\n",
        "tests/stores/test_store_contract.py",
    ),
    Mutant(
        "commits wait for the disk",
        "stores/sqlite.py",
        'connection.execute(f"pragma synchronous = {synchronous}")',
        'connection.execute("pragma synchronous = OFF")',
        "tests/stores/test_sqlite.py",
    ),
    Mutant(
        "the log adds up",
        "stores/loading.py",
        "        if good < len(tail) or",
        "        if False or",
        "tests/stores/test_loading.py",
    ),
    Mutant(
        "a snapshot is the code that it says",
        "stores/loading.py",
        "        if seal(digest, snapshot.code) != snapshot.seal:",
        "        if False:",
        "tests/stores/test_loading.py",
    ),
    Mutant(
        "files are their owner's alone",
        "stores/sqlite.py",
        "os.O_CREAT | os.O_RDWR, 0o600)",
        "os.O_CREAT | os.O_RDWR, 0o644)",
        "tests/stores/test_sqlite.py",
    ),
    Mutant(
        "requests need a login",
        "handlers/access.py",
        "        return web.authenticated(checked)  # type: ignore[return-value]",
        "        return checked",
        "tests/handlers/test_auth.py",
    ),
    Mutant(
        "requests need the right",
        "handlers/access.py",
        "authorized(action=action, resource=RESOURCE)(translated)",
        "translated",
        "tests/handlers/test_auth.py",
    ),
    Mutant(
        "each message needs its right",
        "conversation.py",
        "        if not await self._visitor.may(type_of(message)):\n",
        "        if False:\n",
        "tests/handlers/test_socket.py",
    ),
    Mutant(
        "foreign origins are refused",
        "handlers/access.py",
        "bool(ours) and address.netloc == ours",
        "bool(ours)",
        "tests/handlers/test_auth.py tests/rows",
    ),
    Mutant(
        "the third malformed frame ends it",
        "conversation.py",
        "        self._malformed += 1\n",
        "",
        "tests/handlers/test_socket.py",
    ),
    Mutant(
        "little is read of who has not said hello",
        "handlers/socket.py",
        "        return limits.first_frame if self.edits else limits.frame",
        "        return limits.frame",
        "tests/handlers/test_socket.py",
    ),
    Mutant(
        "a room takes so many people and no more",
        "core/presence.py",
        "            if len(self._people) >= self.limit:",
        "            if False:",
        "tests/core/test_presence.py",
    ),
    Mutant(
        "a writer that may have been overtaken is sent the outcome",
        "readers.py",
        "self._in_doubt or self._sent, False",
        "False, False",
        "tests/test_readers.py",
    ),
)


def noticed_by(mutant: Mutant, tree: Path) -> str | None:
    """Take the guard from a copy of the tree; give the first test that fails."""
    file = tree / PACKAGE / mutant.file
    source = file.read_text("utf-8")
    if source.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file}: expected once, to take away:\n{mutant.old}")
    file.write_text(source.replace(mutant.old, mutant.new), "utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no"]
    command += ["-p", "no:cacheprovider", *mutant.tests.split()]
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            capture_output=True,
            text=True,
            check=False,
            timeout=_HANGS,
        )
    except subprocess.TimeoutExpired:
        return "a test that hangs"
    finally:
        file.write_text(source, "utf-8")
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return found[1] if found and done.returncode == 1 else None


def main() -> int:
    """Try every mutant; print a line for each."""
    unseen = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        ignored = shutil.ignore_patterns(".git", "__pycache__", ".venv", "benchmarks")
        shutil.copytree(ROOT, tree, ignore=ignored, symlinks=True)
        for mutant in MUTANTS:
            test = noticed_by(mutant, tree)
            unseen += test is None
            print(f"{'unseen' if test is None else 'killed'}  {mutant.guard}: {test}")
    print(f"{len(MUTANTS) - unseen} killed, {unseen} unseen")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
