"""The key of a model's server: read when it is used, and shown nowhere."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping

from .trouble import BadCompleter

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(r"[!-~]{1,4000}")
_EXPECTED = (
    "PairEdit.completer_key: expected the name of an environment variable that has the "
    "key, or file: and the path of a file that has it"
)


def read_key(setting: str, environ: Mapping[str, str]) -> str:
    """Return the key that a setting names; empty for the empty setting.

    The setting is the name of a variable, or ``file:`` and a path. Raises
    ``BadCompleter``, whose message contains neither the key nor the setting: somebody
    may have written the key itself there.
    """
    if not setting:
        return ""
    if setting.startswith("file:"):
        key = _read_file(setting.removeprefix("file:"))
    elif not _NAME.fullmatch(setting):
        raise BadCompleter(f"{_EXPECTED}; found something else")
    elif setting not in environ:
        raise BadCompleter(f"{_EXPECTED}; found a name that no variable has")
    else:
        key = environ[setting].strip()
    if not _KEY.fullmatch(key):
        raise BadCompleter(
            f"{_EXPECTED}; found an empty key, or one with blanks or other characters "
            "than those of ASCII"
        )
    return key


def _read_file(path: str) -> str:
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    try:
        file = os.open(os.path.expanduser(path), flags)
    except (OSError, ValueError):
        raise BadCompleter(
            f"{_EXPECTED}; found a file that cannot be opened, or a link"
        ) from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise BadCompleter(f"{_EXPECTED}; found something else than a file")
        if status.st_uid != os.geteuid() or status.st_mode & 0o077:
            raise BadCompleter(
                f"{_EXPECTED}; found a file that others may read: its mode has to be "
                "0600, and its owner the user of the server"
            )
        return os.read(file, 4_096).decode("ascii", "replace").strip()
    finally:
        os.close(file)
