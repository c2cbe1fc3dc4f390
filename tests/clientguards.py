"""The guards of programs that take part in a room."""

from __future__ import annotations

from .mutant import Mutant

CLIENTS = (
    Mutant(
        "an edit of text that has changed since its view is refused",
        "client/recent.py",
        "        if first < end and last > start:",
        "        if first < end and last > start and not insert:",
        "tests/client/test_moves.py",
    ),
    Mutant(
        "a program sends nothing secret unencrypted to another machine",
        "client/entry.py",
        "    if not insecure and not is_private(entry.server):",
        "    if not insecure and not entry.server:",
        "tests/client/test_entry.py",
    ),
    Mutant(
        "a program sends a token of the environment to its own server only",
        "client/entry.py",
        "        if base == default_server:",
        "        if base:",
        "tests/client/test_entry.py",
    ),
    Mutant(
        "a program composes no edit that the log may have",
        "client/outbox.py",
        "        split = max(doubtful, write.behind if write else 0)",
        "        split = write.behind if write else 0",
        "tests/campaign/test_python_clients.py -k t1e",
    ),
    Mutant(
        "a program splits no edit that the log may have",
        "client/outbox.py",
        "        if self._doubtful or not edits or",
        "        if not edits or",
        "tests/client/test_outbox.py",
    ),
    Mutant(
        "a program pushes fewer sections after a push that was too far behind",
        "client/outbox.py",
        "push.sections // 2",
        "push.sections",
        "tests/rooms/test_stale_clients.py",
    ),
    Mutant(
        "a program takes no late refusal for that of its newest push",
        "client/outbox.py",
        "            if not self._refusal_due:",
        "            if True:",
        "tests/client/test_outbox.py",
    ),
    Mutant(
        "a program sends a write after all parts of the edits before it",
        "client/outbox.py",
        "                write.behind += 1",
        "                pass",
        "tests/client/test_outbox.py",
    ),
    Mutant(
        "a program does not resume a text of another history",
        "client/sync.py",
        "self.following = self._resumable = welcome.resumed",
        "self.following = welcome.resumed",
        "tests/campaign/test_python_clients.py -k t1e",
    ),
    Mutant(
        "a program pushes edits with different marks apart",
        "client/outbox.py",
        "        if marks != edits[0].marks:",
        "        if False:",
        "tests/client/test_marks.py",
    ),
    Mutant(
        "a program composes no edits with different marks",
        "core/replica.py",
        "groupby(self._unconfirmed[start:end], _marks_of)",
        "[(NO_MARKS, self._unconfirmed[start:end])]",
        "tests/core/test_replica.py",
    ),
)
