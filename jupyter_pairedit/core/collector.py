"""The outputs of a run, collected from the messages of a kernel within the limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .bundles import error_text, shown
from .limits import Limits
from .outputs import STREAM, Output, OutputKind
from .streams import Stream

_SLICE = 16 * 1024
"""Characters of a stream between two looks at the limits."""
_SHOWN = frozenset({"display_data", "execute_result", "update_display_data", "error"})


class Collector:
    """Collects the outputs of one run. No content makes it raise.

    What exceeds ``run_size`` or ``run_outputs`` is counted and dropped, except for the
    first error. Images and markup have ``runs_size`` in all.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._next = 0
        self._changed: dict[int, Output] = {}
        self._clear_next = False
        self._clear()

    def _clear(self) -> None:
        self.first = self._next
        """The number of the first output to show."""
        self._sizes: dict[int, int] = {}
        self._data_sizes: dict[int, int] = {}
        self._changed.clear()
        self._displays: dict[str, dict[int, OutputKind]] = {}
        self._dropped = self._dropped_bytes = 0
        self._streams: dict[OutputKind, Stream] = {
            "stdout": Stream(),
            "stderr": Stream(),
        }
        self._open: OutputKind | None = None
        """The stream to whose open part the last output belongs."""
        self._opened = -1
        """The number of that output."""
        self._touched = False
        """Whether that output has changed."""
        self._returned: Output | None = None
        """That output as ``changed`` has last returned it."""
        self._has_error = False
        self._clear_next = False

    @property
    def left_out(self) -> int:
        """The number of outputs that were not kept."""
        return self._dropped + -(-self._dropped_bytes // STREAM)

    def take(self, kind: str, content: Mapping[str, object]) -> None:
        """Take the content of a message of type ``kind`` on iopub."""
        if kind == "clear_output":
            if content.get("wait"):
                self._clear_next = True
            else:
                self._clear()
        elif kind == "update_display_data":
            self._update(content)
        elif kind == "stream" or kind in _SHOWN:
            if self._clear_next:
                self._clear()
            if kind == "stream":
                self._print(content.get("name"), content.get("text"))
            elif kind == "error":
                self._raise(content)
            else:
                self._show("display" if kind == "display_data" else "result", content)

    def show(self, bundle: object) -> None:
        """Take what a reply shows, such as the help of ``name?``."""
        self.take("display_data", {"data": bundle})

    @property
    def displays(self) -> bool:
        """Whether it has outputs that can be updated."""
        return bool(self._displays)

    def drop(self, kind: str, size: int) -> None:
        """Count a message of ``size`` bytes that is not decoded."""
        if kind == "stream":
            self._dropped_bytes += size
        elif kind in _SHOWN:
            self._dropped += 1

    def keeps(self, kind: str) -> bool:
        """Whether a message of this type may change what is kept."""
        if kind == "stream":
            fits = self._open is not None or self._fits(STREAM)
        elif kind in ("display_data", "execute_result"):
            fits = self._fits(0)
        else:
            return kind == "clear_output" or kind in _SHOWN
        return fits or self._clear_next

    def changed(self) -> list[Output]:
        """Return the outputs that are new or have changed since the last call."""
        if self._open and self._touched:
            text = self._streams[self._open].text
            self._returned = Output(self._opened, self._open, text)
            self._changed[self._opened] = self._returned
        self._touched = False
        changed, self._changed = self._changed, {}
        return [changed[number] for number in sorted(changed)]

    def _fits(self, size: int, replaced: int | None = None) -> bool:
        """Whether an output of this size may be kept, perhaps in place of another.

        The open part of a stream is not counted; it has been allowed ``STREAM``.
        """
        if replaced is None and len(self._sizes) >= self._limits.run_outputs:
            return False
        others = sum(size for number, size in self._sizes.items() if number != replaced)
        return others + size <= self._limits.run_size

    def _put(self, output: Output) -> None:
        self._sizes[output.number] = len(output.text.encode())
        self._data_sizes[output.number] = len(output.data)
        self._changed[output.number] = output

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def _print(self, name: object, text: object) -> None:
        if not isinstance(text, str) or not text:
            return
        kind: OutputKind = "stderr" if name == "stderr" else "stdout"
        for start in range(0, len(text), _SLICE):
            if self._open != kind:
                self._close()
                if not self._fits(STREAM):
                    self._dropped_bytes += len(text) - start
                    return
                self._open, self._opened = kind, self._number()
            self._print_slice(kind, text[start : start + _SLICE])

    def _print_slice(self, kind: OutputKind, text: str) -> None:
        stream = self._streams[kind]
        self._touched = True
        parts = stream.write(text)
        for index, part in enumerate(parts):
            self._put(Output(self._opened, kind, part))
            if not self._fits(STREAM):
                rest = [*parts[index + 1 :], stream.close()]
                self._dropped_bytes += sum(len(each.encode()) for each in rest)
                self._open = None
                return
            self._opened = self._number()

    def _close(self) -> None:
        """Close the open part of the stream, before another output."""
        if self._open:
            text = self._streams[self._open].close()
            output = Output(self._opened, self._open, text)
            self._put(output)
            if output == self._returned:
                del self._changed[output.number]
        self._open = None

    def _show(self, kind: OutputKind, content: Mapping[str, object]) -> None:
        self._close()
        if not self._fits(0):
            self._dropped += 1
            return
        output = self._output(self._next, kind, content)
        if output is None:
            return
        if not self._fits(len(output.text.encode())):
            self._dropped += 1
            return
        self._put(replace(output, number=self._number()))
        transient = content.get("transient")
        display = transient.get("display_id") if isinstance(transient, dict) else None
        if isinstance(display, str):
            self._displays.setdefault(display, {})[output.number] = kind

    def _update(self, content: Mapping[str, object]) -> None:
        transient = content.get("transient")
        display = transient.get("display_id") if isinstance(transient, dict) else None
        if not isinstance(display, str):
            return
        for number, kind in self._displays.get(display, {}).items():
            output = self._output(number, kind, content) or Output(number, kind, "")
            size = len(output.text.encode())
            if self._fits(size, replaced=number):
                self._put(output)
            else:
                self._dropped += 1

    def _output(
        self, number: int, kind: OutputKind, content: Mapping[str, object]
    ) -> Output | None:
        found = shown(content.get("data"), self._limits, content.get("metadata"))
        if found is None:
            return None
        others = sum(self._data_sizes.values()) - self._data_sizes.get(number, 0)
        if others + len(found.data) > self._limits.runs_size:
            note = "Not shown: the run shows more images than are kept."
            return Output(number, kind, f"{found.text}\n{note}".lstrip())
        size = found.width, found.height
        return Output(number, kind, found.text, found.mime, found.data, *size)

    def _raise(self, content: Mapping[str, object]) -> None:
        self._close()
        text = error_text(content)
        if self._has_error and not self._fits(len(text.encode())):
            self._dropped += 1
            return
        self._has_error = True
        self._put(Output(self._number(), "error", text))
