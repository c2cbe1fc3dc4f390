"""Giving code to kernels, and recording what comes of it."""

from __future__ import annotations

from dataclasses import replace

from ..core.runs import Run, deletion_order
from ..rooms.hub import Hub
from ..rooms.room import Room
from ..running.execution import Execution
from .bindings import Binding, Bindings
from .recorder import Recorder, show
from .reported import ReportedRuns
from .requests import Requester, RunRefusal, Wanted, new_run
from .sessions import Session
from .texts import wanted_code

ENDED = "This run has ended, or was decided, already."


class Runner:
    """The runs that this server executes, or that kernels report to it."""

    def __init__(self, hub: Hub, bindings: Bindings) -> None:
        self.hub = hub
        self.bindings = bindings
        self.reported = ReportedRuns(hub)
        self._executions: dict[tuple[str, int], tuple[Execution, Binding]] = {}

    @property
    def server(self) -> str:
        """The id of this server."""
        return self.hub.store.peers.server

    def is_here(self, room_id: str, number: int) -> bool:
        """Return whether this server executes a run, or a kernel reports it here."""
        key = room_id, number
        return key in self._executions or self.reported.has(*key)

    def is_running(self) -> bool:
        """Return whether there is any run that ``is_here``."""
        return bool(self._executions or self.reported.count)

    async def add(self, room_id: str, run: Run, asker: str = "") -> Run:
        """Store a new run, and show it. ``asker`` is the client of who asked for it."""
        limits = self.hub.limits
        if run.server:
            # So no other server takes it for a run of a server that has ended.
            await self.hub.store.peers.heartbeat()
        stored = await self.hub.store.runs.add(
            room_id, run, limits.runs, limits.runs_size
        )
        show(self.hub, room_id, stored, asker=asker)
        self._drop_old(room_id)
        return stored

    def _drop_old(self, room_id: str) -> None:
        room = self.hub.opened(room_id)
        if room is not None:
            runs = room.runs.runs
            ended = [each for each in runs.values() if each.ended]
            ended.sort(key=lambda each: deletion_order(each.number, each.started_at))
            old = ended[: max(0, len(runs) - self.hub.limits.runs)]
            room.runs.drop([each.number for each in old])

    async def execute(
        self, room_id: str, run: Run, code: str, binding: Binding, asker: str = ""
    ) -> Run:
        """Store a run that was permitted here, and give its code to the kernel."""
        # The room may get another kernel while the run is stored, or executed.
        self.bindings.hold(binding.kernel)
        try:
            if run.number:
                await self.hub.store.peers.heartbeat()
                await self.hub.store.runs.change(room_id, run)
                show(self.hub, room_id, run)
            else:
                run = await self.add(room_id, run, asker)
        except BaseException:
            self.bindings.release(binding.kernel)
            raise
        key = room_id, run.number
        recorder = Recorder(self.hub, room_id, run, lambda: self._over(key))
        execution = binding.kernel.execute(code, recorder)
        self._executions[key] = execution, binding
        return run

    async def begin(
        self, room: Room, session: Session, who: Requester, wanted: Wanted
    ) -> Run:
        """Record a run that a kernel executes by itself. Raises ``RunRefusal``."""
        room_id = room.record.room_id
        await wanted_code(self.hub.store, room, wanted)
        new = new_run(who, wanted, self.hub.now(), self.server)
        run = await self.add(room_id, replace(new, in_cell=True))
        await self.reported.begin(room_id, session, run)
        return run

    def _over(self, key: tuple[str, int]) -> None:
        found = self._executions.pop(key, None)
        if found is not None:
            self.bindings.release(found[1].kernel)

    def room_deleted(self, room_id: str) -> None:
        """Follow the runs of a room no longer, so that its kernel can be closed."""
        for key in [key for key in self._executions if key[0] == room_id]:
            self._over(key)

    async def stop(self, room: Room, who: Requester, number: int) -> None:
        """Interrupt a run, or take it out of the queue. Raises ``RunRefusal``.

        A guest may stop the guest's own runs.
        """
        room_id = room.record.room_id
        run = room.runs.runs.get(number)
        if run is None:
            raise RunRefusal("gone", "There is no such run in this room.")
        if who.guest and not room.runs.is_asker(number, who.client_id):
            raise RunRefusal("forbidden", "This is the run of somebody else.")
        found = self._executions.get((room_id, number))
        if found is None:
            if run.ended:
                raise RunRefusal("ended", ENDED)
            raise RunRefusal(
                "no_kernel", "This run belongs to another server, or to a cell."
            )
        execution, binding = found
        await binding.kernel.stop(execution)
