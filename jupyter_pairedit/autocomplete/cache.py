"""The last suggestions of a model, so that equal questions are sent once."""

from __future__ import annotations

from collections import OrderedDict

from ..core.prompts import Prompt

_ENTRIES = 256
_BEFORE, _AFTER = 512, 128
"""Characters around the caret by which questions are compared."""
_TYPED = 64
"""The most characters of a suggestion that were typed since it was given."""

_Key = tuple[str, str, str, int]


class Cache:
    """Suggestions by the code around the caret, the least recently used first."""

    def __init__(self) -> None:
        self._texts: OrderedDict[_Key, str] = OrderedDict()

    def get(self, prompt: Prompt) -> str | None:
        """Return the suggestion for a prompt, or None.

        If somebody has typed the beginning of a suggestion, its rest is returned.
        """
        before = prompt.before
        for typed in range(min(_TYPED, len(before)) + 1):
            end = len(before) - typed
            key = _key(prompt, before[:end])
            text = self._texts.get(key)
            if text is None or not (typed == 0 or text.startswith(before[end:])):
                continue
            if typed == 0 or len(text) > typed:
                self._texts.move_to_end(key)
                return text[typed:]
        return None

    def put(self, prompt: Prompt, text: str) -> None:
        """Keep the suggestion for a prompt. Empty ones are kept as well."""
        self._texts[_key(prompt, prompt.before)] = text
        if len(self._texts) > _ENTRIES:
            self._texts.popitem(last=False)


def _key(prompt: Prompt, before: str) -> _Key:
    after = prompt.after[:_AFTER]
    return prompt.language, before[-_BEFORE:], after, prompt.variant
