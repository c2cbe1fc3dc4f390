"""What the thread of a kernel calls on the event loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .execution import Execution

KernelState = Literal["starting", "idle", "busy", "dead"]
REQUEST: dict[str, object] = {
    "silent": False,
    "store_history": False,
    "user_expressions": {},
    # Nobody answers input(), and an error does not skip the cells that wait.
    "allow_stdin": False,
    "stop_on_error": False,
}
"""What an execution asks for, besides its code."""


@dataclass(frozen=True, slots=True)
class Calls:
    """What the thread calls on the event loop."""

    opened: Callable[[str, bool], None]
    """The kernel has answered; with the name of its language, and whether it is that of
    IPython."""
    failed: Callable[[Exception], None]
    """The kernel has not answered, and the thread ends."""
    state: Callable[[KernelState], None]
    interrupt: Callable[[Execution], None]
    """Interrupt the kernel if it still executes this."""
