"""Runs that are in the database already, or come from other servers."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable

from ..core.outputs import Output
from ..core.runs import Run
from ..rooms.room import Room
from ..stores.errors import StorageFailure
from .asking import Asking
from .recorder import Recorder
from .requests import RunRefusal, Wanted
from .runner import Runner
from .texts import noted_lines, wanted_code

_log = logging.getLogger(__name__)

_LEFT = "The server has ended meanwhile."


class Following:
    """Shows the stored runs of rooms. It executes nothing."""

    def __init__(self, runner: Runner, asking: Asking) -> None:
        self._runner = runner
        self._hub = runner.hub
        self._store = runner.hub.store
        self._asking = asking

    async def room_opened(self, room: Room) -> None:
        """Show the runs of a room that was opened, and the outputs of the last one.

        If they cannot be read, ``reload`` reads them later, and the room is open.
        """
        try:
            await self._show_stored(room)
        except StorageFailure as failure:
            _log.warning("The runs of a room cannot be read for now: %s.", failure)

    async def _show_stored(self, room: Room) -> None:
        room_id, store = room.record.room_id, self._store.runs
        runs = await store.runs(room_id)
        for run in runs:
            room.runs.set(run)
        left = [run for run in runs if not self._runner.is_here(room_id, run.number)]
        await self._end_left(room_id, left)
        if runs:
            last = runs[-1].number
            room.runs.set(room.runs.runs[last], await store.outputs(room_id, last))

    async def _end_left(self, room_id: str, runs: Iterable[Run]) -> None:
        """Record the end of those runs of other servers that have ended since."""
        unended = [run for run in runs if not run.ended]
        if not unended:
            return
        peers = self._store.peers
        living = () if peers.alone else await peers.living()
        for run in unended:
            await self._end_if_left(room_id, run, living)

    async def _end_if_left(
        self, room_id: str, run: Run, living: Collection[str]
    ) -> None:
        """Record the end of a run whose server has ended, or of an old question."""
        recorder = Recorder(self._hub, room_id, run, lambda: None)
        if run.state == "asked":
            if run.asked_at + self._hub.limits.question < self._hub.now():
                await recorder.move("expired")
        elif run.server == self._runner.server or run.server not in living:
            await recorder.move("died", _LEFT)

    async def reload(self, room_id: str) -> None:
        """Show what other servers have changed. Raises ``StorageFailure``."""
        room = self._hub.opened(room_id)
        if room is None:
            return
        feed = room.runs
        news = await self._store.runs.news(room_id, feed.stored)
        outputs: dict[int, list[Output]] = {}
        for number, output in news.outputs:
            outputs.setdefault(number, []).append(output)
        runs = {run.number: run for run in news.runs}
        if not runs and not outputs:
            # Else the servers of the runs may be alive.
            others = [
                each for each in feed.runs.values() if not self._is_own(room, each)
            ]
            await self._end_left(room_id, others)
        asked = list[Run]()
        for number in sorted(runs.keys() | outputs.keys()):
            run = runs.get(number) or feed.runs.get(number)
            if run is None or self._is_own(room, run):
                continue
            feed.set(run, outputs.get(number, ()))
            if run.state == "asked":
                asked.append(run)
            else:
                # It was answered, or taken back, on another server.
                self._asking.forget(room_id, number)
        room.audience.wake()
        for run in asked:
            await self._open_question(room, run)
        # Not before: what fails is read again with the next notice.
        feed.stored = max(feed.stored, news.change)

    def _is_own(self, room: Room, run: Run) -> bool:
        """Return whether this server knows more of a run than the database."""
        known = room.runs.runs.get(run.number, run)
        own = self._runner.server in (run.server, known.server)
        # A question of a client here, until another server answers it.
        return own or (run.state == "asked" and room.runs.has_asker(run.number))

    async def _open_question(self, room: Room, run: Run) -> None:
        """Ask here, if the room has a kernel here. Raises ``StorageFailure``."""
        room_id = room.record.room_id
        has_kernel = self._runner.bindings.of(room_id) is not None
        late = run.asked_at + self._hub.limits.question < self._hub.now()
        if not has_kernel or late or self._asking.is_open(room_id, run.number):
            return
        wanted = Wanted(run.epoch, run.version, run.digest, run.part)
        try:
            code = await wanted_code(self._store, room, wanted)
            lines = await noted_lines(self._store, room, wanted, code)
        except RunRefusal:
            # The row does not fit the log: it was not written by a server of ours.
            return
        # It may have been opened meanwhile, by another notice.
        if not self._asking.is_open(room_id, run.number):
            await self._asking.open_question(room_id, run, code, lines)
