"""Parses the line of ``%pairedit`` (verbs, words, options) and completes it."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterable

from IPython.core.error import UsageError

from ..core.identifiers import LANGUAGES
from ..core.links import without_keys
from ..core.names import LONGEST_NAME
from ..core.roomnames import ROOM_NAME_LENGTH
from .share import ROLES

# For each verb: the least and most words that follow it, and its options.
VERBS: dict[str, tuple[tuple[int, int], set[str]]] = {
    "new": ((0, 0), {"title", "language", "limit"}),
    "open": ((1, ROOM_NAME_LENGTH), {"language", "limit"}),
    "join": ((0, 1), {"name", "ask"}),
    "share": ((0, 1), {"role", "expires", "label"}),
    "run": ((0, 1), {"unread"}),
    "list": ((0, 0), {"all"}),
    "use": ((1, 1), set()),
    "me": ((0, LONGEST_NAME), set()),
    "link": ((0, 1), set()),
    "save": ((1, 2), {"force"}),
    "close": ((0, 1), {"all"}),
}
_OPTIONS = sorted({name for _, options in VERBS.values() for name in options})
USES = {
    "new": "new [--title T] [--language L] [--limit N]",
    "open": "open <name> [--language L] [--limit N]",
    "join": "join <room id, URL or guest link> [--name N], or join --ask",
    "share": "share [room id] [--role edit|view] [--expires 24h] [--label L]",
    "run": "run [room id] [--unread]",
    "list": "list [--all]",
    "use": "use <URL of a Jupyter server>",
    "me": "me [your name]",
    "link": "link [room id]",
    "save": "save <file> [room id] [--force]",
    "close": "close [room id] [--all]",
}

SHORT_HELP = """\
%pairedit new [--title T] [--language L] [--limit N]   create a room and edit it here
%pairedit open <name> [--language L] [--limit N]       come back to a room, or create it
%pairedit join <room id, URL or guest link>            edit an existing room
%pairedit share [--role view] [--expires 7d]           create a link for guests
%pairedit run [room id]                                run its code in this cell
%pairedit list | link | save <file> | close            for the editors opened here
%pairedit list --all                                   all rooms of the server
%pairedit use <URL>                                    the Jupyter server to use
%pairedit me [name]                                    your name, where Jupyter has none
%%pairedit new | open <name>                           the cell is the first code
%pairedit?                                             full help\
"""

_FREE = ("--title", "-t", "--limit", "-n", "--name", "--label")
"""Options whose values are free text, which nothing completes."""

_LINE = re.compile(r"\s*(?:[^=%]+=\s*)?%%?pairedit\s+(.*)")
"""A line that starts with the magic or with ``ed = %pairedit``, up to the caret."""


def read_line(parser: argparse.ArgumentParser, line: str) -> argparse.Namespace:
    """Parse the text after ``%pairedit``. Raises ``UsageError`` with one sentence."""
    words = _split(line)
    try:
        # Intermixed, so that `save --force x.py` finds its file after the option.
        args, unknown = parser.parse_known_intermixed_args(words)
    except UsageError as error:
        raise UsageError(f"{error}; see %pairedit?") from None
    assert isinstance(args, argparse.Namespace)
    if unknown:
        raise UsageError(
            f"expected options among {', '.join(f'--{name}' for name in _OPTIONS)}, "
            f"found {unknown[0]}"
        )
    if args.verb is None:
        if given := _options(args):
            raise UsageError(f"expected a verb with --{min(given)}, found none")
        return args
    if args.verb not in VERBS:
        raise UsageError(f"expected one of {', '.join(VERBS)}, found {args.verb!r}")
    _check_use(args)
    return args


def _split(line: str) -> list[str]:
    """Split as a shell does, but keep backslashes, which Windows paths contain.

    IPython's ``parse_argstring`` does not remove the quote marks.
    """
    words = shlex.shlex(line.strip().removesuffix(";"), posix=True)
    words.whitespace_split = True
    words.commenters = words.escape = ""
    try:
        return list(words)
    except ValueError:
        raise UsageError(
            "expected a closing quote mark, found none in "
            f"{without_keys(line.strip())!r}"
        ) from None


def _options(args: argparse.Namespace) -> set[str]:
    return {name for name in _OPTIONS if getattr(args, name) not in (None, False)}


def _check_use(args: argparse.Namespace) -> None:
    (least, most), options = VERBS[args.verb]
    if foreign := _options(args) - options:
        found = f"--{min(foreign)}"
    elif len(args.words) < least:
        found = "none"
    elif len(args.words) > most:
        found = repr(without_keys(args.words[most]))
    else:
        return
    raise UsageError(f"expected %pairedit {USES[args.verb]}, found {found}")


def completions(typed: str, token: str, rooms: Iterable[str]) -> list[str]:
    """Return the words that may replace ``token``, the end of the line ``typed``.

    ``rooms`` has the ids of the rooms with an open editor.
    """
    line = _LINE.fullmatch(typed)
    if line is None:
        return []
    before = line[1].removesuffix(token).split()
    if not before:
        return list(VERBS)
    verb, last = before[0], before[-1]
    if verb not in VERBS or last in _FREE:
        return []
    if last in ("--language", "-l"):
        return list(LANGUAGES)
    if last in ("--role", "-r"):
        return list(ROLES)
    if last in ("--expires", "-e"):
        return ["30m", "24h", "7d", "30d"]
    options = [f"--{name}" for name in sorted(VERBS[verb][1])]
    if verb in ("new", "open", "list", "use"):
        return options
    if verb == "save" and len(before) == 1:
        return []  # a file name, which IPython completes
    return [*dict.fromkeys(rooms), *options]
