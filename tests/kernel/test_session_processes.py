"""Editors of a process that forks, is interrupted, or ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.jupyter import Server

FORK = """
import os, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from jupyter_pairedit import new_room
ed = new_room("x = 1\\n")
child = os.fork()
if not child:
    print(ed.code)
    try:
        ed.code = "y"
    except RuntimeError as error:
        print(error)
    print(repr(ed.code))
    ed.close()
    sys.exit()
os.waitpid(child, 0)
ed.code = "x = 2\\n"
print(ed.wait_for(lambda ed: ed._version == 1, 20), ed.status)
"""

EXIT = """
from jupyter_pairedit import new_room
ed = new_room("")
print(ed.room_id)
for number in range(50):
    ed.code = f"x = {number}\\n"
"""

WAIT = """
from jupyter_pairedit import new_room
ed = new_room("")
try:
    ed.wait_for(lambda ed: print("waits", flush=True))
except KeyboardInterrupt:
    ed.code = "interrupted"
    print(ed.wait_for(lambda ed: ed._version == 1, 20))
"""


def start(program: str, server: Server) -> subprocess.Popen[str]:
    named = {"PAIREDIT_SERVER": server.url, "PAIREDIT_TOKEN": server.token}
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, **named},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_forked_process_cannot_write_and_the_parent_still_can(
    jupyter: Server,
) -> None:
    printed, errors = start(FORK, jupyter).communicate(timeout=60)

    assert errors == ""
    code, _, refusal, kept, end = printed.splitlines()
    assert (code, kept) == ("x = 1", "'x = 1\\n'")
    assert "opened in another process" in refusal
    assert end == "True live"


def test_what_was_set_last_is_stored_when_the_process_ends(jupyter: Server) -> None:
    printed, errors = start(EXIT, jupyter).communicate(timeout=60)

    assert errors == ""
    code = jupyter.call(f"pairedit/rooms/{printed.strip()}/code")["code"]
    assert code == "x = 49\n"


def test_a_process_that_ends_gives_its_pass_back(jupyter: Server) -> None:
    printed, errors = start(EXIT, jupyter).communicate(timeout=60)

    assert errors == ""
    kept = jupyter.call(f"pairedit/rooms/{printed.strip()}/invites")["passes"]
    assert kept == []


def test_an_interrupt_ends_waiting_and_nothing_else(jupyter: Server) -> None:
    process = start(WAIT, jupyter)
    assert process.stdout is not None
    assert process.stdout.readline() == "waits\n"

    process.send_signal(signal.SIGINT)

    printed, errors = process.communicate(timeout=60)
    assert (printed.replace("waits\n", ""), errors) == ("True\n", "")
