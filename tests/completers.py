"""What all completers of tests have in common."""

from __future__ import annotations

from jupyter_pairedit.autocomplete.base import Origin


class FakeCompleter:
    """A completer without connections and without trouble."""

    origin = Origin("test")
    trouble = ""

    async def close(self) -> None:
        """See ``Completer.close``."""
