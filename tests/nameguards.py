"""The guards of rooms that are opened by a name."""

from __future__ import annotations

from .mutant import Mutant

NAMES = (
    Mutant(
        "a name leads to a room of its owner alone",
        "stores/sql/names.py",
        '_ROOM_OF = "select room from room_name where owner = $1 and key = $2"',
        '_ROOM_OF = "select room from room_name where $1 <> key and key = $2"',
        "tests/stores/test_names_contract.py",
    ),
    Mutant(
        "a name is not taken from a room that has it",
        "rooms/names.py",
        "    if room_id not in (None, opened.room_id):\n",
        "    if False:\n",
        "tests/handlers/test_names.py",
    ),
    Mutant(
        "a room has one name",
        "stores/sql/names.py",
        "    if other:\n",
        "    if False:\n",
        "tests/stores/test_names_contract.py",
    ),
    Mutant(
        "a request that was too late for a name leaves no room behind",
        "stores/sql/names.py",
        "    if created:\n",
        "    if False:\n",
        "tests/stores/test_names_contract.py",
    ),
    Mutant(
        "names that differ in case alone are one name",
        "core/roomnames.py",
        "shown.casefold()",
        "shown",
        "tests/core/test_roomnames.py",
    ),
    Mutant(
        "servers that start at once have one owner",
        "stores/owner.py",
        "        os.link(new, path)\n",
        "        os.replace(new, path)\n",
        "tests/stores/test_owner.py",
    ),
)
