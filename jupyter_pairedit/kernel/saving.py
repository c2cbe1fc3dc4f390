"""``%pairedit save``: the code of an editor as a file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from IPython.core.error import UsageError

from .editor import PairEditor
from .listing import called
from .traits import NOT_SHOWN


def save(editor: PairEditor, name: str, force: bool) -> str:
    """Save the code of an editor; return a line about it. Raises ``UsageError``."""
    if editor.status == NOT_SHOWN and not editor.code:
        raise UsageError(
            f"expected the code of room {called(editor)}, found none yet: "
            "show the editor, and save it in a later cell"
        )
    path = Path(name).expanduser()
    try:
        _write(path, editor.code, force)
    except FileExistsError:
        raise UsageError(
            f"expected a new file, found {name}; --force overwrites it"
        ) from None
    except OSError as error:
        raise UsageError(f"cannot save {name}: {error.strerror or error}") from None
    lines = len(editor.code.splitlines())
    return f"Saved {lines} {'line' if lines == 1 else 'lines'} to {name}"


def _write(path: Path, code: str, force: bool) -> None:
    if not force:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(code)
        return
    # Write a new file and rename it, so that a full disk does not destroy the old one.
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(code, encoding="utf-8", newline="\n")
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
