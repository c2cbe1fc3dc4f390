"""Cells that tests of ``%pairedit`` run, and rooms that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

if TYPE_CHECKING:
    pass

ROOM = "Zx81Commodore64Amiga50"


OTHER = "AtariST1040AcornA3000x"


URL = f"http://localhost:8888/user/ann/pairedit/room/{ROOM}"


def execute(shell: InteractiveShell, cell: str) -> ExecutionResult:
    """Run a cell. Return its result object."""
    done = shell.run_cell(cell)
    assert isinstance(done, ExecutionResult)
    return done


def run(shell: InteractiveShell, cell: str) -> object:
    """Run a cell. Return its value."""
    done = execute(shell, cell)
    done.raise_error()
    return done.result


def refusal(
    shell: InteractiveShell, cell: str, capsys: pytest.CaptureFixture[str]
) -> str:
    """Run a cell that is refused. Return the line that it prints."""
    capsys.readouterr()
    done = execute(shell, cell)
    assert type(done.error_in_exec) is UsageError
    said = "".join(capsys.readouterr())
    assert said.startswith("UsageError: ")
    assert said.count("\n") == 1
    return said.removeprefix("UsageError: ").rstrip("\n")
