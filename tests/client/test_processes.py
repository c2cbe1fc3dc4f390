"""Rooms in a process that forks, is interrupted, or ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .conftest import CODE, Place

FORK = """
import os, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from jupyter_pairedit import connect
room = connect(os.environ["PAIREDIT_LINK"], name="Parent")
child = os.fork()
if not child:
    try:
        room.code
    except RuntimeError as error:
        print(error)
    print(repr(room)[-20:])
    room.close()
    with connect(os.environ["PAIREDIT_LINK"], name="Child") as own:
        own.replace("y = 2", "y = 3")
        own.saved(10)
    sys.exit()
os.waitpid(child, 0)
next(room.changes(after=0, timeout=10))
room.replace("x = 1", "x = 2")
print(room.saved(10), room.status)
room.close()
"""

EXIT = """
import os
from jupyter_pairedit import connect
room = connect(os.environ["PAIREDIT_LINK"])
for number in range(50):
    room.replace("y = 2", f"{number}\\ny = 2")
"""

LOST = """
import os
from jupyter_pairedit import connect
room = connect(os.environ["PAIREDIT_LINK"])
room._thread.call(room._room._participant.restart)
room.replace("y = 2", "y = 3")
"""

WAIT = """
import os
from jupyter_pairedit import connect
with connect(os.environ["PAIREDIT_LINK"]) as room:
    try:
        print("waits", flush=True)
        next(room.changes())
    except KeyboardInterrupt:
        room.replace("x", "z")
        print(room.saved(10), flush=True)
"""

IMPORTS = """
import sys
import jupyter_pairedit
print([name for name in sys.modules if name.startswith("jupyter_pairedit.")])
jupyter_pairedit.load_ipython_extension
from jupyter_pairedit.kernel import magic
print([name for name in sys.modules if name.startswith("jupyter_pairedit.client")])
jupyter_pairedit.connect
print([name for name in sys.modules if name.startswith(("jupyter_server", "sqlite"))])
"""


def start(program: str, place: Place) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PAIREDIT_LINK": place.link()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_forked_process_cannot_use_the_room_and_the_parent_still_can(
    place: Place,
) -> None:
    printed, errors = start(FORK, place).communicate(timeout=60)

    assert errors == ""
    refusal, shown, end = printed.splitlines()
    assert refusal.startswith("This room was opened in another process.")
    assert shown.endswith("of another process)")
    assert end == "2 live"
    assert place.code() == "x = 2\ny = 3\n"


def test_a_program_that_ends_sends_what_is_not_stored_yet(place: Place) -> None:
    _, errors = start(EXIT, place).communicate(timeout=60)

    assert errors == ""
    added = "".join(f"{number}\n" for number in range(50))
    assert place.code() == CODE.replace("y", f"{added}y")


def test_a_program_that_ends_without_a_connection_connects_again(place: Place) -> None:
    _, errors = start(LOST, place).communicate(timeout=60)

    assert errors == ""
    assert place.code() == CODE.replace("y = 2", "y = 3")


def test_ctrl_c_ends_what_waits_and_not_the_room(place: Place) -> None:
    process = start(WAIT, place)
    assert process.stdout is not None
    assert process.stdout.readline() == "waits\n"
    # It prints before it waits.
    asleep = 0
    while asleep < 10:
        state = Path(f"/proc/{process.pid}/stat").read_text("ascii").split()[2]
        asleep = asleep + 1 if state == "S" else 0
        time.sleep(0.01)  # between two checks

    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=60)

    assert (printed, errors) == ("1\n", "")
    assert place.code() == "z = 1\ny = 2\n"


def test_the_client_is_imported_on_first_use_and_needs_no_server() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True
    )

    errors = ["jupyter_pairedit.client", "jupyter_pairedit.client.errors"]
    assert done.stdout.splitlines() == ["[]", str(errors), "[]"]
