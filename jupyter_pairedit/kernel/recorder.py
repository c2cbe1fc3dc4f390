"""What a run shows, recorded while it runs and read by another thread."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from ..core.collector import Collector
from ..core.limits import MIB, Limits
from ..core.outputs import Output

LIMITS = Limits(run_image=MIB)
"""Of an image, as much as fits into one message to the server."""

_WAITING = 256 * 1024
"""Characters that wait to be folded. With more, the thread that prints folds them."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed in the outputs of a run."""

    outputs: tuple[Output, ...]
    first: int
    """The number of the first output that is still shown."""
    left_out: int

    @property
    def mark(self) -> tuple[int, int]:
        """What a report has to say besides the outputs."""
        return self.first, self.left_out


class Recorder:
    """Records what one run shows.

    Printing only appends to a list: ``changes``, in another thread, folds it.
    """

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._lock = Lock()
        self._collector = Collector(LIMITS)
        self._waiting: list[tuple[str, Mapping[str, object]]] = []
        self._size = 0
        self._kept: dict[int, Output] = {}

    def print(self, stream: str, text: str) -> None:
        """Record a text of ``stdout`` or ``stderr``."""
        self._add("stream", {"name": stream, "text": text}, len(text))

    def take(self, kind: str, content: Mapping[str, object]) -> None:
        """Record the content of a message, such as ``display_data``."""
        self._add(kind, content, 0)

    def changes(self, *, everything: bool = False) -> Changes:
        """Return what has changed since the last call, or everything that is shown."""
        with self._lock:
            changed = self._fold()
            collector = self._collector
            outputs = self._kept.values() if everything else changed
            in_order = sorted(outputs, key=lambda each: each.number)
            return Changes(tuple(in_order), collector.first, collector.left_out)

    def _add(self, kind: str, content: Mapping[str, object], size: int) -> None:
        if os.getpid() != self._pid:
            return  # A forked process may have copied the lock while it was held.
        with self._lock:
            self._waiting.append((kind, content))
            self._size += size
            if self._size > _WAITING:
                self._take_waiting()

    def _take_waiting(self) -> None:
        waiting, self._waiting, self._size = self._waiting, [], 0
        for kind, content in _joined(waiting):
            self._collector.take(kind, content)

    def _fold(self) -> list[Output]:
        self._take_waiting()
        changed = self._collector.changed()
        self._kept.update((each.number, each) for each in changed)
        for number in [each for each in self._kept if each < self._collector.first]:
            del self._kept[number]
        return changed


def _joined(
    messages: list[tuple[str, Mapping[str, object]]],
) -> list[tuple[str, Mapping[str, object]]]:
    """Join consecutive texts of one stream: ``print`` writes each line in two parts."""
    joined: list[tuple[str, Mapping[str, object]]] = []
    texts: list[str] = []
    name: object = None

    def end_text() -> None:
        if texts:
            joined.append(("stream", {"name": name, "text": "".join(texts)}))
            texts.clear()

    for kind, content in messages:
        if kind != "stream":
            end_text()
            joined.append((kind, content))
            continue
        if content["name"] != name:
            end_text()
            name = content["name"]
        texts.append(str(content["text"]))
    end_text()
    return joined
