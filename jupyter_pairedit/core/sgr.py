"""SGR: the escape sequences that set colours and weight (ECMA-48, section 8.3.117).

A style is written in one form, whatever sequences have led to it: the codes that are
on, with semicolons, and colours as 30 to 37, 90 to 97, ``38;5;n`` or ``38;2;r;g;b``.
Hidden and blinking text is shown as other text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

_ON = {1: 1, 2: 2, 3: 3, 4: 4, 7: 7, 9: 9, 21: 4}
"""Bold, faint, italic, underlined, inverse, crossed out; 21 underlines twice."""
_OFF = {22: {1, 2}, 23: {3}, 24: {4}, 27: {7}, 29: {9}}


@dataclass(frozen=True, slots=True)
class Style:
    """The codes that are on. An empty colour is the default one."""

    weights: frozenset[int] = frozenset()
    foreground: str = ""
    background: str = ""

    @property
    def codes(self) -> str:
        """The parameters of the sequence that sets this style from the default one."""
        weights = map(str, sorted(self.weights))
        return ";".join(filter(None, [*weights, self.foreground, self.background]))

    def after(self, parameters: str) -> Style:
        """Return the style after a sequence with these parameters."""
        style, values = self, iter(parameters.split(";"))
        for value in values:
            first, *parts = value.split(":")
            code = _number(first)
            if code in (38, 48):
                colour = _colour(code, _without_space(parts) if parts else values)
                style = style._colored(code, colour) if colour else style
            elif code is not None and parts != ["0"]:
                style = style._after_code(code)
            elif code == 4:  # 4:0 is not underlined
                style = style._after_code(24)
        return style

    def _after_code(self, code: int) -> Style:
        if code == 0:
            return Style()
        if code in _ON:
            return replace(self, weights=self.weights | {_ON[code]})
        if code in _OFF:
            return replace(self, weights=self.weights - _OFF[code])
        if 30 <= code <= 37 or 90 <= code <= 97:
            return replace(self, foreground=str(code))
        if 40 <= code <= 47 or 100 <= code <= 107:
            return replace(self, background=str(code))
        return self._colored(code - 1, "") if code in (39, 49) else self

    def _colored(self, code: int, colour: str) -> Style:
        if code == 38:
            return replace(self, foreground=colour)
        return replace(self, background=colour)


DEFAULT = Style()


def transition(before: str, after: str) -> str:
    """Return the sequence that changes a style into another; both are ``codes``."""
    if before == after:
        return ""
    return f"\x1b[0;{after}m" if before and after else f"\x1b[{after or 0}m"


def _number(value: str) -> int | None:
    if not value:
        return 0
    return int(value) if value.isascii() and value.isdigit() else None


def _without_space(parts: list[str]) -> Iterator[str]:
    """Leave out the colour space, as in ``38:2::1:2:3``, which few programs write."""
    return iter([parts[0], *parts[2:5]] if len(parts) > 4 else parts)


def _colour(code: int, values: Iterator[str]) -> str:
    """Read a colour of 256, or of 24 bits. An invalid one is empty."""
    kind = _number(next(values, ""))
    if kind not in (2, 5):
        return ""
    numbers = [_number(next(values, "x")) for _ in range(3 if kind == 2 else 1)]
    if any(number is None or number > 255 for number in numbers):
        return ""
    return ";".join(map(str, [code, kind, *numbers]))
