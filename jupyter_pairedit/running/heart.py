"""The heartbeat of a kernel, which it returns even while it executes."""

from __future__ import annotations

import zmq

from .channels import Channels
from .times import Times


class Heart:
    """Sends a heartbeat when the one before has returned."""

    def __init__(self, channels: Channels, times: Times) -> None:
        self._socket, self._times = channels.heartbeat, times
        self._sent_at: float | None = None
        """When the one was sent that has not returned."""
        self.due = 0.0
        """When ``beat`` is to be called."""

    def beat(self, now: float) -> bool:
        """Send one if it is time. Return False if the kernel is silent for too long."""
        if now < self.due:
            return True
        if self._sent_at is not None:
            return now < self._sent_at + self._times.silence
        self.due = now + self._times.beat
        self._socket.send_multipart([b"", b"ping"])
        self._sent_at = now
        return True

    def returned(self) -> None:
        """Take what has returned."""
        self._socket.recv_multipart(zmq.NOBLOCK)
        self._sent_at = None
