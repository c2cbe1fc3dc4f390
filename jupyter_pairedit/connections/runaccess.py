"""What a connection may do with the runs of its room."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from ..runs.service import Runs


@dataclass(frozen=True, slots=True)
class Permission:
    """What a client may do with the kernel of its room."""

    may: Literal["run", "ask", ""]
    why: str = ""
    """If neither: a sentence, or empty."""


@dataclass(frozen=True, slots=True)
class RunAccess:
    """How a connection takes part in the runs of its room."""

    runs: Runs
    permission: Callable[[], Awaitable[Permission]] | None = None
    """What a person with a login may do now; None for guests."""
    decides: Callable[[str], bool] = lambda _: False
    """Whether the connection is that of a page of this server, whose hello has this
    value; see ``protocol.Hello.xsrf``."""
    names: bool = True
    """Whether kernels may be asked about names."""
