"""The thread that applies news to widgets, in a process that forks."""

from __future__ import annotations

import subprocess
import sys

FORK = """
import os, signal, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from jupyter_pairedit.kernel import follower
with follower._lock:
    child = os.fork()
    if not child:
        signal.alarm(20)
        follower.follower()
        os._exit(0)
print(os.waitpid(child, 0)[1])
"""


def test_a_process_forked_while_another_thread_has_the_lock_has_a_follower() -> None:
    printed = subprocess.run(
        [sys.executable, "-c", FORK],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert (printed.stdout, printed.stderr) == ("0\n", "")
