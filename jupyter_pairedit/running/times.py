"""Times of a connection to a kernel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """All in seconds, except ``tries``."""

    tries: int = 10
    """How often a kernel is asked whether it is there, at first. One that has just been
    started needs more."""
    between: float = 0.2
    """From one of these to the next."""
    lost: float = 10.0
    """Without a message after the reply to a request, or after the end of its outputs,
    until the other one of the two is taken to be lost. A kernel may reply before it has
    sent a long output: ipykernel waits 10 seconds for that."""
    fresh: float = 2.0
    """After the first answer, in which a kernel may still publish that it starts."""
    beat: float = 1.0
    """Between two heartbeats."""
    silence: float = 15.0
    """Without an answer to them until the kernel is taken to be dead. The end of its
    process ends its connections, which is noticed at once."""
