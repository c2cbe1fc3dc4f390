"""Executes code in the middle of a cell, as if the cell contained it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from IPython.core.getipython import get_ipython
from IPython.core.interactiveshell import InteractiveShell

from .capture import Capture
from .recorder import Recorder

_running: list[str] = []
"""The thread that executes a room's code, if there is one."""


def shell_of_cell() -> InteractiveShell:
    """Return the shell of the cell that calls.

    Raises ``RuntimeError`` with a sentence where a room's code cannot be executed.
    """
    shell = get_ipython()
    if shell is None:
        raise RuntimeError(
            "expected a cell of a notebook, found a program: see connect() for running "
            "code in the kernel of a room"
        )
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("expected a cell, found another thread than that of cells")
    if _running:
        raise RuntimeError("expected one run at a time, found a run inside a run")
    return shell


def expect_sync(shell: InteractiveShell, code: str) -> None:
    """Raise ``RuntimeError`` for code that a running cell cannot wait for."""
    try:
        asyncio.get_running_loop()
        cell = shell.transform_cell(code)  # type: ignore[no-untyped-call]
    except Exception:
        return  # It can wait; or the code is wrong, as its run will say.
    if shell.should_run_async(code, transformed_cell=cell):
        raise RuntimeError(
            "expected code without await outside of functions, which a running cell "
            "cannot wait for: run it with the button Run, or from a cell of its own"
        )


def execute(
    shell: InteractiveShell, code: str, recorder: Recorder
) -> BaseException | None:
    """Execute code and record what it shows. Return the exception that has ended it.

    That one is not shown in the cell, as the caller raises it.
    """
    _running.append(code)
    capture = Capture(shell, recorder)
    try:
        with _kept_results(shell), capture.recording():
            result = shell.run_cell(code, store_history=False)  # type: ignore[no-untyped-call]
            error: BaseException | None = result.error_before_exec
            error = error or result.error_in_exec
            capture.release(error)
            return error
    except KeyboardInterrupt as interrupt:
        return interrupt  # Between two statements of IPython's own.
    finally:
        _running.clear()


@contextmanager
def _kept_results(shell: InteractiveShell) -> Iterator[None]:
    """Keep ``Out``, ``_`` and the result of the cell as the notebook has them."""
    names, hook = shell.user_ns, shell.displayhook
    out = names["_oh"]
    outs, result = dict(out), hook.exec_result
    unders = {name: names.get(name) for name in ("_", "__", "___")}
    own = hook._, hook.__, hook.___
    try:
        yield
    finally:
        for number in [each for each in out if each not in outs]:
            names.pop(f"_{number}", None)
        out.clear()
        out.update(outs)
        names.update((name, value) for name, value in unders.items() if name in names)
        hook._, hook.__, hook.___ = own
        hook.exec_result = result
