"""Runs that a kernel executes by itself, in a cell, and reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..core.bundles import shown
from ..core.limits import Limits
from ..core.outputs import STREAM, Output
from ..core.runs import Run
from ..core.storable import made_storable
from ..protocol import ReportOutputs, RunOutput
from ..rooms.hub import Hub
from ..running.execution import RunEnd
from .recorder import Recorder
from .requests import RunRefusal
from .sessions import Session

_ENDS: dict[str, RunEnd] = {"done": "done", "error": "error", "stopped": "stopped"}


@dataclass(slots=True)
class _Reported:
    session: Session
    recorder: Recorder
    sizes: dict[int, int] = field(default_factory=dict)
    """Bytes of each output."""
    left_out: int = 0


class ReportedRuns:
    """The runs that kernels have begun and not ended."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._runs: dict[tuple[str, int], _Reported] = {}

    async def begin(self, room_id: str, session: Session, run: Run) -> None:
        """Expect outputs of a stored run from this connection, and no other."""
        key = room_id, run.number
        recorder = Recorder(self._hub, room_id, run, lambda: self._end(key))
        self._runs[key] = _Reported(session, recorder)
        await recorder.begun()

    def has(self, room_id: str, number: int) -> bool:
        """Return whether a connected kernel executes this run."""
        return (room_id, number) in self._runs

    @property
    def count(self) -> int:
        """The number of these runs."""
        return len(self._runs)

    async def report(
        self, room_id: str, session: Session, message: ReportOutputs
    ) -> None:
        """Take outputs, and perhaps the end. Raises ``RunRefusal``."""
        found = self._runs.get((room_id, message.run))
        if found is None or found.session is not session:
            raise RunRefusal(
                "forbidden", "Expected outputs of a run that this kernel has begun."
            )
        outputs = self._kept(found, message)
        left_out = found.left_out + message.left_out
        if outputs or message.first or left_out:
            await found.recorder.outputs(outputs, message.first, left_out)
        if message.state in _ENDS:
            await found.recorder.ended(_ENDS[message.state], "")

    def _kept(self, found: _Reported, message: ReportOutputs) -> list[Output]:
        limits, sizes = self._hub.limits, found.sizes
        for number in [each for each in sizes if each < message.first]:
            del sizes[number]
        kept: dict[int, Output] = {}
        for each in message.outputs:
            output = checked(each, limits)
            total = sum(sizes.values()) - sizes.get(output.number, 0) + _text(output)
            full = output.number not in sizes and len(sizes) >= limits.run_outputs
            if full or total > limits.run_size:
                found.left_out += 1
                continue
            sizes[output.number] = _text(output)
            kept[output.number] = output
        return [kept[number] for number in sorted(kept)]

    def leave(self, room_id: str, session: Session) -> Sequence[Recorder]:
        """Return the runs of a connection that has ended: they are to end as well."""
        keys = [
            key
            for key, each in self._runs.items()
            if key[0] == room_id and each.session is session
        ]
        return [self._runs.pop(key).recorder for key in keys]

    def _end(self, key: tuple[str, int]) -> None:
        self._runs.pop(key, None)


def checked(found: RunOutput, limits: Limits) -> Output:
    """Return an output that a client has sent, as it would be kept of a kernel's."""
    if found.kind in ("stdout", "stderr"):
        text = made_storable(
            found.text.encode(errors="replace")[:STREAM].decode("utf-8", "ignore")
        )
        return Output(found.number, found.kind, text)
    if not found.mime:
        text = made_storable(found.text[: limits.run_size])
        return Output(found.number, found.kind, text)
    bundle = {found.mime: found.data, "text/plain": found.text}
    size = {"width": found.width, "height": found.height}
    kept = shown(bundle, limits, {found.mime: size})
    assert kept is not None
    what = kept.text, kept.mime, kept.data, kept.width, kept.height
    return Output(found.number, found.kind, *what)


def _text(output: Output) -> int:
    """Return the size that counts as ``Limits.run_size``: images have their own."""
    return output.size if not output.mime.startswith("image/") else len(output.text)
