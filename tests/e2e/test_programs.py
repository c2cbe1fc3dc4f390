"""A Python program and a person in a browser write in one room."""

from __future__ import annotations

import json
import subprocess
import sys

from playwright.sync_api import expect

from tests.jupyter import Server

from .editing import RoomPage, stored_code

WORDS = 70
"""About ten seconds of typing."""
WRITTEN = 60_000  # milliseconds in which the words are written, on any machine

PROGRAM = r"""
import json
from jupyter_pairedit import connect

with connect(input(), name="Linter") as room:
    print("joined", flush=True)
    lines = []
    for number, change in enumerate(room.changes(timeout=5)):
        # So few lines that the page displays all of them.
        if not change.own and number >= 12 * len(lines):
            lines.append(f"# line {len(lines)}\n")
            with room.edit(at=room.view()) as edit:
                edit.insert(lines[-1], line=1)
    room.saved(timeout=10)
    print(json.dumps([lines, room.code]))
"""


def test_a_program_with_a_guest_link_edits_while_a_person_types(
    ann: RoomPage, lab: Server
) -> None:
    ann.ready()
    room_id = ann.page.url.rpartition("/")[2]
    invites = f"pairedit/rooms/{room_id}/invites"
    link = lab.call(invites, "POST", {"role": "edit"})["url"]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdin and program.stdout
        # A link in the arguments could be read by other users.
        print(link, file=program.stdin, flush=True)
        assert program.stdout.readline() == "joined\n"
        expect(ann.people).to_have_count(2)
        ann.click().write_by_itself("ann", words=WORDS)
        typed = ann.finish(WRITTEN)
        lines, code = json.loads(program.stdout.readline())

    ann.ready()
    text = stored_code(lab, room_id)
    ann.shows(text)
    assert code == text
    assert len(lines) > 10
    assert all(text.count(line) == 1 for line in lines)
    for line in lines:
        text = text.replace(line, "")
    assert text == typed
