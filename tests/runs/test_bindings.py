"""Which kernel executes the code of which room, and who may end it."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.running.execution import KernelUnreachable
from jupyter_pairedit.runs.bindings import Bindings
from jupyter_pairedit.runs.requests import RunRefusal
from tests.handlers.probes import ProbeKernel
from tests.making import ROOM

from .rooms import Source

ROOMS = ["A" * 22, "B" * 22, "C" * 22, "D" * 22, "E" * 22]


class Kernels:
    """Bindings whose kernels are probes."""

    def __init__(self) -> None:
        self.source = Source()
        self.probes: list[ProbeKernel] = []
        self.changes: list[str] = []
        self.unreachable = False
        self.bindings = Bindings(
            self.source, Limits(), self.changes.append, self._connect
        )

    def _connect(self, *info: object, **how: object) -> Any:
        probe = ProbeKernel()
        if self.unreachable:
            probe.open = self._fail  # type: ignore[method-assign]
        self.probes.append(probe)
        return probe

    async def _fail(self) -> None:
        raise KernelUnreachable("The kernel did not answer.")

    async def refused(self, work: Any) -> str:
        """Await what is refused. Return the code."""
        with pytest.raises(RunRefusal) as raised:
            await work
        return raised.value.code


@pytest.fixture
def at() -> Kernels:
    return Kernels()


async def test_one_person_starts_four_kernels_for_rooms(at: Kernels) -> None:
    start = at.bindings.start
    for room_id in ROOMS[:4]:
        await start(room_id, "probe", "ann")

    assert await at.refused(start(ROOMS[4], "probe", "ann")) == "too_many"
    assert len(at.source.running) == 4
    await start(ROOMS[4], "probe", "ben")
    at.probes[0].state = "dead"
    await start(ROOMS[0], "probe", "ann")


async def test_a_kernel_that_was_started_and_does_not_answer_is_shut_down(
    at: Kernels,
) -> None:
    at.unreachable = True

    assert await at.refused(at.bindings.start(ROOM, "probe", "ann")) == "no_kernel"

    assert at.source.ended == at.source.running
    assert at.bindings.state(ROOM) is None
    with pytest.raises(RunRefusal, match="no kernel"):
        at.bindings.usable(ROOM)


@pytest.mark.parametrize(("by", "ended"), [("ann", True), ("ben", False)])
async def test_who_has_started_a_kernel_for_a_room_shuts_it_down(
    at: Kernels, by: str, ended: bool
) -> None:
    binding = await at.bindings.start(ROOM, "probe", "ann")

    await at.bindings.unbind(ROOM, by)

    assert (binding.kernel_id in at.source.ended) is ended
    assert at.bindings.of(ROOM) is None


async def test_a_kernel_of_a_notebook_is_never_shut_down(at: Kernels) -> None:
    await at.bindings.bind(ROOM, "notebook", "ann")

    await at.bindings.unbind(ROOM, "ann")

    assert at.source.ended == []


async def test_a_dead_kernel_runs_nothing_and_can_be_bound_again(at: Kernels) -> None:
    await at.bindings.bind(ROOM, "notebook", "ann")
    at.probes[0].state = "dead"

    with pytest.raises(RunRefusal, match="has ended"):
        at.bindings.usable(ROOM)
    await at.bindings.bind(ROOM, "notebook", "ann")

    assert len(at.probes) == 2
    kernel: object = at.bindings.usable(ROOM).kernel
    assert kernel is at.probes[1]


async def test_rooms_share_the_connection_to_a_kernel(at: Kernels) -> None:
    for room_id in ROOMS[:2]:
        await at.bindings.bind(room_id, "notebook", "ann")

    assert len(at.probes) == 1
    await at.bindings.unbind(ROOMS[0])
    assert at.bindings.usable(ROOMS[1])
    assert ROOMS[0] in at.changes
