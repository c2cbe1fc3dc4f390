"""The contents of a room in a database, read as a new server does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jupyter_pairedit.core.revisions import Revision, replay
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.stores import open_store


async def read_stored(
    database: Path | str, room_id: str
) -> tuple[Sequence[Revision], str]:
    """Return the log, and the code that loading gives; of a file, or of a URL."""
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    store = open_store(url)
    try:
        stored = await store.load(room_id)
        code = str(replay(Text.of(stored.code), stored.revisions))
        return await store.revisions(room_id, 0, -1), code
    finally:
        await store.close()
