"""Recording a run: in the store first, then in memory, from which readers are sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..core.outputs import Output
from ..core.runs import Run, RunEnded, RunState
from ..rooms.hub import Hub
from ..running.execution import RunEnd
from ..stores.errors import StoreError

_log = logging.getLogger(__name__)


class Recorder:
    """Keeps one run up to date. It is the ``Sink`` of the run's execution."""

    def __init__(
        self, hub: Hub, room_id: str, run: Run, over: Callable[[], None]
    ) -> None:
        self._hub = hub
        self._room_id = room_id
        self.run = run
        self._over = over

    async def begun(self) -> None:
        """See ``Sink.begun``."""
        await self.move("running")

    async def outputs(
        self, outputs: Sequence[Output], first: int, left_out: int
    ) -> None:
        """See ``Sink.outputs``."""
        if self.run.ended and self._is_dropped():
            return
        await self._record(replace(self.run, first=first, left_out=left_out), outputs)

    async def ended(self, how: RunEnd, detail: str) -> None:
        """See ``Sink.ended``."""
        try:
            if self.run.state == "queued" and how in ("done", "error"):
                await self.move("running")
            await self.move(how, detail)
        finally:
            self._over()

    def _is_dropped(self) -> bool:
        """Whether newer runs have taken the place of this one."""
        room = self._hub.opened(self._room_id)
        return room is not None and self.run.number not in room.runs.runs

    async def move(self, state: RunState, detail: str = "") -> None:
        """Go on to a state. Raises ``RunEnded``."""
        await self._record(self.run.moved(state, self._hub.now(), detail))

    async def _record(self, run: Run, outputs: Sequence[Output] = ()) -> None:
        self.run = run
        try:
            await self._hub.store.runs.change(self._room_id, run, outputs)
        except (StoreError, RunEnded) as failure:
            # People still see what came out; after a restart it is missing.
            _log.warning("What a run has done was not stored: %s", failure)
        show(self._hub, self._room_id, run, outputs)


def show(
    hub: Hub, room_id: str, run: Run, outputs: Sequence[Output] = (), asker: str = ""
) -> None:
    """Send a run and outputs to the readers of its room, if it is in memory."""
    room = hub.opened(room_id)
    if room is None:
        return
    if asker:
        room.runs.set_asker(run.number, asker)
    room.runs.set(run, outputs)
    room.audience.wake()
