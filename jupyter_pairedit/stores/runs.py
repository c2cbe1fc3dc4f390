"""The interface of a store of runs and their outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..core.outputs import Output
from ..core.runs import Run


@dataclass(frozen=True, slots=True)
class RunNews:
    """What has changed in the runs of a room since another time."""

    change: int
    """The counter of the room's changes of runs and outputs; see ``RunStore.news``."""
    runs: Sequence[Run]
    outputs: Sequence[tuple[int, Output]]
    """Each with the number of its run."""


class RunStore(Protocol):
    """The runs of rooms. Every method may raise ``StorageFailure``.

    A stored run permits nothing: a server executes only what it was asked for by a
    person itself. Deleting a room deletes its runs. Writes raise ``RoomNotFound``.
    """

    async def add(self, room_id: str, run: Run, most: int, size: int) -> Run:
        """Store a new run and return it with its number, the next one of the room.

        Runs that have ended are deleted, with their outputs, while the room has more
        than ``most`` runs or more than ``size`` bytes of outputs: the oldest that never
        started, then the oldest. The other servers get a notice.
        """

    async def change(
        self, room_id: str, run: Run, outputs: Sequence[Output] = ()
    ) -> None:
        """Store the new state of a run, and outputs of it, in one transaction.

        An output replaces the one with its number; outputs before ``run.first`` are
        deleted. Raises ``RunEnded`` if the stored state is neither that of ``run`` nor
        one that it follows; then nothing is changed. Does nothing if the run was
        deleted. Returns when it is committed, as ``Store.append`` does: it survives the
        end of the process. Other servers get a notice.
        """

    async def runs(self, room_id: str, after: int = 0) -> list[Run]:
        """Return the runs with numbers greater than ``after``, in order."""

    async def outputs(self, room_id: str, number: int, after: int = -1) -> list[Output]:
        """Return the outputs of a run with numbers greater than ``after``, in order."""

    async def news(self, room_id: str, since: int) -> RunNews:
        """Return what has changed since the counter was ``since``; 0 for everything.

        The counter of a room increases with each ``add`` and ``change``.
        """

    async def import_run(
        self, room_id: str, run: Run, outputs: Sequence[Output], most: int, size: int
    ) -> bool:
        """Store an ended run with its number and outputs, unless the number exists.

        Runs that have ended are deleted then as by ``add``, but not the one with the
        greatest number. Returns False if the number exists. Raises
        ``ValueError`` if the run has not ended.
        """
