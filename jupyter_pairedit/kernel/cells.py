"""The cell that runs now, as the kernel knows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, NamedTuple

from IPython.core.getipython import get_ipython

_CONNECTION_FILE = re.compile(r"kernel-([0-9A-Za-z_-]{16,64})\.json")
"""Of a kernel without a server, the name has the number of its process."""


class Cell(NamedTuple):
    """A cell of a notebook, and the request that runs it."""

    id: str
    request: str

    def is_rerun_of(self, other: Cell | None) -> bool:
        """Return whether it is the same cell, run again."""
        return (
            other is not None and other.id == self.id and other.request != self.request
        )


def current_cell() -> Cell | None:
    """Return the cell that runs now; None where the page does not say which it is."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return None
    parent = kernel.get_parent("shell")
    cell = parent.get("metadata", {}).get("cellId")
    request = parent.get("header", {}).get("msg_id")
    return Cell(cell, request) if isinstance(cell, str) and cell else None


def after_each_cell(function: Callable[[Any], None]) -> None:
    """Call ``function`` at the end of each cell, in the cell's thread.

    What is registered already is not registered again.
    """
    shell = get_ipython()
    if shell is not None:
        shell.events.register("post_run_cell", function)


def current_page() -> str:
    """Return the id of the page that runs the current cell; "" if it is not known."""
    kernel = getattr(get_ipython(), "kernel", None)
    parent = kernel.get_parent("shell") if kernel is not None else {}
    return str(parent.get("header", {}).get("session", ""))


def current_request() -> str:
    """Return the id of the message that this thread carries out; "" if unknown."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return ""
    return str(kernel.get_parent("shell").get("header", {}).get("msg_id", ""))


def kernel_id() -> str:
    """Return Jupyter's id of this kernel; "" if no server has started it.

    A server names the connection file of a kernel after its id.
    """
    application = getattr(getattr(get_ipython(), "kernel", None), "parent", None)
    file = getattr(application, "connection_file", "")
    found = _CONNECTION_FILE.fullmatch(PurePath(str(file)).name)
    return found[1] if found else ""
