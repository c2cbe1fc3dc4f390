"""Running the code of this server's rooms.

Only what is in memory here is executed: a person's own request, or the approval of a
question, that has reached this server. What another server, or anybody else, writes
into the database is shown, and at most asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..core.runs import Run
from ..rooms.background import BackgroundTasks
from ..rooms.hub import Hub
from ..rooms.room import Room
from .asking import Asking
from .bindings import Bindings
from .following import Following
from .grants import Grants
from .lookups import Lookups
from .recorder import Recorder
from .requests import Requester, Wanted, new_run
from .runner import Runner
from .sessions import Session, Sessions
from .shown import ShownText, ToldAudience
from .source import KernelSource
from .texts import wanted_code


class Runs:
    """The runs of a hub. ``clock`` is monotonic, in seconds."""

    def __init__(
        self, hub: Hub, source: KernelSource, clock: Callable[[], float]
    ) -> None:
        self.hub = hub
        self.sessions = Sessions()
        self.bindings = Bindings(source, hub.limits, self._kernel_changed)
        self.lookups = Lookups(self.bindings, hub.limits, clock)
        self.grants = Grants(hub.limits.grant, clock)
        self.shown = ShownText(hub.store)
        self.told = ToldAudience()
        self.runner = Runner(hub, self.bindings)
        self.asking = Asking(self.runner, clock, self._question_changed)
        self.following = Following(self.runner, self.asking)
        self._tasks = BackgroundTasks()
        hub.add_open_listener(self.following.room_opened)

    async def request(
        self, room: Room, who: Requester, wanted: Wanted, *, unread: bool = False
    ) -> Run:
        """Run the code of a version, or ask for it; return the new run.

        A guest asks unless a member permits runs; ``unread`` runs text of guests that
        the person was not shown. Raises ``RunRefusal`` and ``UnreadText``.
        """
        room_id = room.record.room_id
        code = await wanted_code(self.hub.store, room, wanted)
        permitted_by = ""
        if who.guest:
            permitted_by = self.grants.permits_runs(room_id, who.client_id)
            if not permitted_by:
                return await self._ask(room, who, wanted, code)
        elif not unread:
            await self._check_shown(room, who, wanted)
        binding = self.bindings.usable(room_id)
        new = new_run(who, wanted, self.hub.now(), self.runner.server)
        new = replace(new, approver=permitted_by)
        asker = who.client_id
        run = await self.runner.execute(room_id, new, code, binding, asker)
        if not who.guest:
            await self.shown.ran(room, who.person, wanted)
        return run

    async def _ask(self, room: Room, who: Requester, wanted: Wanted, code: str) -> Run:
        run = await self.asking.ask(room, who, wanted, code)
        room_id = room.record.room_id
        session = self.sessions.find(room_id, who.client_id)
        if session is None or session.role != "edit":
            # The guest has left, or the role has changed, while it was stored.
            self.asking.leave(room_id, who.client_id)
        return run

    async def begin(
        self,
        room: Room,
        session: Session,
        who: Requester,
        wanted: Wanted,
        *,
        unread: bool,
    ) -> Run:
        """Record a run that a kernel executes by itself. Raises as ``request`` does."""
        if not unread:
            await self._check_shown(room, who, wanted)
        run = await self.runner.begin(room, session, who, wanted)
        room_id = room.record.room_id
        if self.sessions.find(room_id, session.client_id) is not session:
            # The connection has ended while the run was stored.
            self._end_reported(room_id, session)
        await self.shown.ran(room, who.person, wanted)
        return run

    async def _check_shown(self, room: Room, who: Requester, wanted: Wanted) -> None:
        """Raise ``UnreadText`` if the code has text of guests that was not shown."""
        trusted = self.grants.trusted(room.record.room_id, who.person)
        await self.shown.check(room, who.person, wanted, trusted)

    def tell_audience(self, room: Room, person: str) -> None:
        """Record that a person was shown that guests see the output of this room."""
        room_id = room.record.room_id
        self.told.confirm(room_id, room.record.epoch, person)
        for session in self.sessions.of(room_id):
            if session.person == person:
                session.kernel_changed()

    def enter(self, room_id: str, session: Session) -> None:
        """Add a connection. One of the same client before it has ended by this."""
        before = self.sessions.find(room_id, session.client_id)
        if before is not None:
            # The client may have come by another link: nothing is handed over.
            self.end_permissions(room_id, before)
        self.sessions.add(room_id, session)

    def leave(self, room_id: str, session: Session) -> None:
        """End what a connection was permitted, its question, and a kernel's runs."""
        if self.sessions.remove(room_id, session):
            room = self.hub.opened(room_id)
            if room is not None:
                room.runs.leave(session.client_id)
            self.end_permissions(room_id, session)
        # Also of a connection that was replaced: the new one reports none of them.
        self._end_reported(room_id, session)

    def _end_reported(self, room_id: str, session: Session) -> None:
        for recorder in self.runner.reported.leave(room_id, session):
            self._tasks.start(self._end(recorder))

    async def _end(self, recorder: Recorder) -> None:
        await recorder.ended("died", "The kernel has disconnected.")

    def end_permissions(self, room_id: str, session: Session) -> None:
        """End what a guest was permitted and has asked."""
        self.grants.end(room_id, session.client_id)
        self.asking.leave(room_id, session.client_id)

    async def room_deleted(self, room_id: str) -> None:
        """Shut down the kernel that was started for a room; another one goes on."""
        self.runner.room_deleted(room_id)
        binding = self.bindings.of(room_id)
        if binding is not None:
            await self.bindings.unbind(room_id, binding.by)

    def _kernel_changed(self, room_id: str) -> None:
        for session in self.sessions.of(room_id):
            session.kernel_changed()

    def _question_changed(self, room_id: str) -> None:
        for session in self.sessions.of(room_id):
            session.question_changed()

    async def close(self) -> None:
        """Disconnect from all kernels, and record what has ended by that."""
        await self.asking.close()
        await self.bindings.close()
        await self._tasks.settle()
