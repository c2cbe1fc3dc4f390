"""A kernel whose shell channel is connected after everything else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import zmq
from jupyter_client.session import Session

from jupyter_pairedit.running.kernel import Kernel

from .kernels import PATIENT, tiny

KEY = b"key"


class LateShell(threading.Thread):
    """Answers on control, publishes that, and binds shell at the third request."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        kinds = {"control": zmq.ROUTER, "iopub": zmq.PUB, "hb": zmq.REP}
        self._sockets = {
            name: self._context.socket(kind) for name, kind in kinds.items()
        }
        self.info: dict[str, Any] = {"transport": "tcp", "ip": "127.0.0.1", "key": KEY}
        for name, socket in self._sockets.items():
            self.info[f"{name}_port"] = socket.bind_to_random_port("tcp://127.0.0.1")
        # The port of shell is known, and nobody listens on it.
        taken = self._context.socket(zmq.ROUTER)
        self.info["shell_port"] = taken.bind_to_random_port("tcp://127.0.0.1")
        taken.close(linger=0)
        self.asked = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Answer until ``end``."""
        session = Session(key=KEY)
        control, iopub = self._sockets["control"], self._sockets["iopub"]
        while not self._ended.is_set():
            if not control.poll(20):
                continue
            identities, frames = session.feed_identities(control.recv_multipart())
            parent = session.deserialize(frames)
            self.asked += 1
            state = {"execution_state": "idle"}
            session.send(iopub, "status", state, parent=parent, ident=b"status")
            reply = {"language_info": {"name": "sum"}}
            session.send(
                control, "kernel_info_reply", reply, parent=parent, ident=identities
            )
            if self.asked == 3:
                shell = self._sockets["shell"] = self._context.socket(zmq.ROUTER)
                shell.bind(f"tcp://127.0.0.1:{self.info['shell_port']}")

    def end(self) -> None:
        """End the thread."""
        self._ended.set()
        self.join()
        self._context.destroy(linger=0)


@pytest.fixture
def late() -> Iterator[LateShell]:
    kernel = LateShell()
    kernel.start()
    yield kernel
    kernel.end()


async def test_code_can_be_sent_when_the_shell_is_connected_last(
    late: LateShell,
) -> None:
    async def interrupt() -> None:
        raise AssertionError

    kernel = Kernel(late.info, tiny(), interrupt=interrupt, times=PATIENT)
    async with asyncio.timeout(60):
        await kernel.open()

    assert (kernel.language, late.asked >= 3) == ("sum", True)
    await kernel.close()
