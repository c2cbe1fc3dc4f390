"""The runs of an exported room with their outputs, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import msgspec

from ..core.bundles import is_shown
from ..core.outputs import Output
from ..core.runs import Part, Run
from .badexport import expect_storable, refuse
from .lines import OutputEntry, RunLine


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run and its outputs, in the order of their numbers."""

    run: Run
    outputs: Sequence[Output]

    def within(self, size: int) -> RunEntry:
        """Leave out the last outputs, if all together exceed ``size`` bytes."""
        count = total = 0
        for output in self.outputs:
            total += output.size
            if total > size:
                break
            count += 1
        left_out = self.run.left_out + len(self.outputs) - count
        return RunEntry(replace(self.run, left_out=left_out), self.outputs[:count])


def run_line(entry: RunEntry) -> RunLine:
    """Return the line of a run."""
    fields = asdict(entry.run)
    part = fields.pop("part")
    # The server had the kernel. Nobody else can use its id.
    del fields["server"]
    outputs = [OutputEntry(**asdict(each)) for each in entry.outputs]
    return RunLine(**fields, **(part or {}), outputs=outputs)


def run_of(line: RunLine, after: int, version: int) -> RunEntry:
    """Return the run of a line in a log up to ``version``. Raises ``BadExport``.

    ``after`` is the number of the run before it.
    """
    if line.number <= after:
        refuse(f"a run with a number after {after}", str(line.number))
    if line.version > version:
        refuse(f"a run of a version up to {version}", str(line.version))
    expect_storable(line.epoch, line.by, line.approver, line.detail)
    fields = msgspec.structs.asdict(line)
    start, end, outputs = (fields.pop(each) for each in ("start", "end", "outputs"))
    fields["part"] = _part(start, end)
    return RunEntry(Run(**fields), _outputs(outputs))


def _part(start: int | None, end: int | None) -> Part | None:
    if start is None and end is None:
        return None
    if start is None or end is None or start > end:
        refuse("a part with from and to, in this order", f"from {start} to {end}")
    return Part(start, end)


def _outputs(entries: Sequence[OutputEntry]) -> list[Output]:
    outputs = list[Output]()
    for entry in entries:
        last = outputs[-1].number if outputs else -1
        if entry.number <= last:
            refuse(f"an output with a number after {last}", str(entry.number))
        expect_storable(entry.text, entry.mime, entry.data)
        if not is_shown(entry.mime, entry.data):
            refuse(
                "an output with data of a type that pages show",
                f"other data as {entry.mime[:40]!r}",
            )
        outputs.append(Output(**msgspec.structs.asdict(entry)))
    return outputs
