"""No message is missing from the lists, and no name from the package."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from jupyter_pairedit import protocol
from jupyter_pairedit.protocol import ClientMessage, Message, ServerMessage

FOLDER = Path(protocol.__file__).parent
PREFIX = f"{protocol.__name__}."


def public_names() -> Iterator[str]:
    """Return the names that the files of the package define for others."""
    for file in FOLDER.glob("*.py"):
        for statement in ast.parse(file.read_text("utf-8")).body:
            match statement:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                    names = [name]
                case ast.Assign(targets=targets):
                    names = [each.id for each in targets if isinstance(each, ast.Name)]
                case _:
                    names = []
            yield from (each for each in names if each[0] != "_" and len(each) > 1)


def test_the_package_exports_each_public_name_of_its_files() -> None:
    assert sorted(public_names()) == sorted(protocol.__all__)


def test_each_message_is_in_the_list_of_its_direction() -> None:
    listed = [*get_args(ClientMessage), *get_args(ServerMessage)]
    # These have the type of ``Hello``, and are decoded on the socket of guests alone.
    other_hellos = {protocol.GuestHello, protocol.PassHello}

    assert len(set(listed)) == len(listed)
    assert {*listed, *other_hellos} == {
        each for each in Message.__subclasses__() if each.__module__.startswith(PREFIX)
    }
