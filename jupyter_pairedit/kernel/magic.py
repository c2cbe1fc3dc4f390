"""``%pairedit`` and ``%%pairedit``, which call the functions of ``widget``.

Each mistake raises a ``UsageError`` of one line that names what was expected and found.
"""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable, Sequence

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments
from traitlets import TraitError

from ..client.errors import NotConnected, NotSaved, RoomError, Unread
from ..core.identifiers import LANGUAGES, PEOPLE_LIMIT
from ..core.links import without_keys_of
from .arguments import SHORT_HELP, USES, completions, read_line
from .cells import current_cell
from .listing import called, editor_table, not_stored, room_table
from .named import open_room
from .reruns import RoomsOfCells
from .saving import save
from .share import ROLES, NotShared, SharedLink
from .widget import (
    BundleNotBuilt,
    PairEditor,
    join_room,
    new_room,
    open_editors,
)

_rooms_of_cells = RoomsOfCells()


@magics_class
class PaireditMagics(Magics):
    """The line magic and the cell magic."""

    @magic_arguments()
    @argument("verb", nargs="?", help="What to do. Without a verb: a short help.")
    @argument("words", nargs="*", help="The room or the file of the verb: see above.")
    @argument("--title", "-t", help="new: the room's title.")
    @argument(
        "--language",
        "-l",
        help=f"new, open: {', '.join(LANGUAGES)}; default {LANGUAGES[0]}.",
    )
    @argument(
        "--limit", "-n", help=f"new, open: people at a time, 1 to {PEOPLE_LIMIT}."
    )
    @argument("--name", help="join by a guest link: your name, which others see.")
    @argument(
        "--ask", action="store_true", help="join: ask for the link outside the cell."
    )
    @argument("--role", "-r", help=f"share: {' or '.join(ROLES)}; default {ROLES[0]}.")
    @argument("--expires", "-e", help="share: such as 30m, 24h or 7d.")
    @argument("--label", help="share: a name for the link, in the list of links.")
    @argument("--force", "-f", action="store_true", help="save: overwrite a file.")
    @argument("--unread", action="store_true", help="run: also what you have not seen.")
    @argument(
        "--all", "-a", action="store_true", help="close: all editors; list: all rooms."
    )
    @line_cell_magic
    def pairedit(
        self, line: str, cell: str | None = None
    ) -> PairEditor | SharedLink | None:
        """Edit code together with other people, in a room of this Jupyter server.

        ed = %pairedit new     create a room and return its editor
        %pairedit open NAME    open the room of that name, which is made if need be
        %pairedit join ROOM    open a room by its id, its page's URL, or a guest link
        %pairedit share        create a link for guests, which opens this room only
        %pairedit run          run the code of the room in this cell
        %pairedit list         list the editors that are open in this kernel
        %pairedit list --all   list the rooms of the server
        %pairedit link         print the URL of a room's page, for any browser
        %pairedit save FILE    write the code to a file
        %pairedit close        close an editor; the room and its code stay
        %pairedit use URL      use that Jupyter server for the editors opened next
        %pairedit me           print the name that others see, and where it is from
        %pairedit me NAME      give your name, if Jupyter knows none; "" forgets it

        ``share``, ``run``, ``link``, ``save`` and ``close`` use the newest editor, or
        the editor of the room whose id, or the start of it, is the last word.
        ``%%pairedit new`` starts the room with the code of the cell. A guest link
        contains a key, and the notebook stores the text of its cells: ``%pairedit join
        --ask`` asks for the link outside the cell. The token for ``use`` is in the
        environment, as ``PAIREDIT_TOKEN_FILE`` or ``PAIREDIT_TOKEN``.
        """
        try:
            return self._dispatch(line, cell)
        except UsageError as mistake:
            # The notebook keeps the message, and not what {link} in the line was.
            message = without_keys_of(line, str(mistake))
            if message == str(mistake):
                raise
            raise UsageError(message) from None

    def _dispatch(self, line: str, cell: str | None) -> PairEditor | SharedLink | None:
        args = read_line(PaireditMagics.pairedit.parser, line)
        if cell is not None and args.verb not in ("new", "open"):
            raise UsageError(
                "expected %%pairedit new or open, which take a cell, found "
                f"%%pairedit {args.verb or ''}".rstrip()
            )
        match args.verb:
            case "new":
                return _new(args, cell)
            case "open":
                return _open(args, cell)
            case "join":
                return _join(args)
            case "share":
                return _share(args)
            case "run":
                _prepared_run(args)()
            case "list":
                print(_all_rooms() if args.all else editor_table(open_editors()))
            case "use":
                print(_use(args.words[0]))
            case "me":
                print(_me(args.words))
            case "link":
                print(_link(_choose(args.words)))
            case "save":
                print(save(_choose(args.words[1:]), args.words[0], args.force))
            case "close":
                _close(args)
            case _:
                print(f"{SHORT_HELP}\n\n{editor_table(open_editors())}")
        return None


def _new(args: argparse.Namespace, cell: str | None) -> PairEditor:
    title, limit = args.title or "", _limit(args)
    language = args.language or LANGUAGES[0]
    try:
        editor = new_room(cell, title=title, language=language, limit=limit)
    except (ValueError, TraitError, BundleNotBuilt) as error:
        raise UsageError(str(error)) from None
    if before := _rooms_of_cells.add(current_cell(), editor.room_id):
        print(
            f"This cell had the room {before}: %pairedit join {before} returns to it, "
            "and %pairedit open <name> returns to its room each time."
        )
    return editor


def _open(args: argparse.Namespace, cell: str | None) -> PairEditor:
    words, limit = " ".join(args.words), _limit(args)
    language = args.language or LANGUAGES[0]
    try:
        editor = open_room(words, cell, language=language, limit=limit)
    except (ValueError, TraitError, BundleNotBuilt) as error:
        raise UsageError(str(error)) from None
    if editor.outcome == "recreated":
        name = editor.room_name
        print(f"The room {name!r} was deleted: this is a new one of that name.")
    return editor


def _limit(args: argparse.Namespace) -> int | None:
    try:
        return None if args.limit is None else int(args.limit)
    except ValueError:
        raise UsageError(
            f"expected a limit from 1 to {PEOPLE_LIMIT} people, found {args.limit!r}"
        ) from None


def _join(args: argparse.Namespace) -> PairEditor:
    if args.ask == bool(args.words):
        found = "both" if args.ask else "none"
        raise UsageError(f"expected %pairedit {USES['join']}, found {found}")
    try:
        link = getpass.getpass("Link: ") if args.ask else args.words[0]
        return join_room(link, name=args.name or "")
    except StdinNotImplementedError:
        raise UsageError("this notebook does not support input in a cell") from None
    except (ValueError, BundleNotBuilt) as error:
        raise UsageError(str(error)) from None


def _share(args: argparse.Namespace) -> SharedLink:
    editor = _choose(args.words)
    try:
        return editor.share(args.role or ROLES[0], args.expires or "", args.label or "")
    except (ValueError, NotShared, RoomError) as error:
        raise UsageError(str(error)) from None


def _prepared_run(args: argparse.Namespace) -> Callable[[], None]:
    """Return what runs the code, whose own errors stay as they are."""
    try:
        return _choose(args.words).prepare_run(unread=args.unread)
    except Unread as refusal:
        text = str(refusal).replace("unread=True", "%pairedit run --unread")
        raise UsageError(text) from None
    except (RoomError, RuntimeError) as error:
        raise UsageError(str(error)) from None


def _all_rooms() -> str:
    from .asking import ask_for_rooms  # It loads the client.

    try:
        return room_table(ask_for_rooms())
    except (RoomError, ValueError) as error:
        raise UsageError(str(error)) from None


def _use(url: str) -> str:
    from .finding import use  # It loads the client.

    try:
        return f"Editors opened from now on use {use(url)}"
    except ValueError as error:
        raise UsageError(str(error)) from None


def _me(words: Sequence[str]) -> str:
    from .me import describe_name, give_name  # It loads the client.

    try:
        return give_name(" ".join(words)) if words else describe_name()
    except ValueError as error:
        raise UsageError(str(error)) from None


def _choose(words: Sequence[str]) -> PairEditor:
    """Return the newest editor, or that of the room whose id starts with a word."""
    editors = open_editors()
    if not editors:
        raise UsageError(
            "expected an open editor, found none: start with %pairedit new"
        )
    if not words:
        return editors[-1]
    for editor in reversed(editors):
        if editor.room_id.startswith(words[0]) or words[0] == editor.room_name:
            return editor
    rooms = ", ".join(dict.fromkeys(map(called, editors)))
    raise UsageError(f"expected the id of an open room ({rooms}), found {words[0]!r}")


def _link(editor: PairEditor) -> str:
    if editor.server:
        return f"Room {editor.room_id} has no page for you: use the guest link."
    try:
        return editor.url
    except NotConnected:
        return (
            f"The URL of room {called(editor)} appears once its editor is shown "
            f"({editor.connection})"
        )


def _close(args: argparse.Namespace) -> None:
    if args.all and args.words:
        raise UsageError(f"expected a room id or --all, found both: {args.words[0]!r}")
    problems = []
    for editor in open_editors() if args.all else [_choose(args.words)]:
        try:
            editor.close()
            print(f"Closed the editor of room {called(editor)}; the room stays.")
        except NotSaved as error:
            problems.append(f"room {not_stored(editor, error)}")
    if problems:
        raise UsageError("; ".join(problems))


def match(context: CompletionContext) -> SimpleMatcherResult:
    """Return the completions of a ``%pairedit`` line, and suppress those of Python."""
    rooms = [editor.room_id for editor in open_editors() if editor.room_id]
    words = completions(context.text_until_cursor, context.token, rooms)
    found = [
        SimpleCompletion(word, type="magic")
        for word in words
        if word.startswith(context.token)
    ]
    return SimpleMatcherResult(completions=found, suppress=bool(found))


def register(ipython: InteractiveShell) -> None:
    """Define the line magic, the cell magic, and their completion."""
    ipython.register_magics(PaireditMagics)
    ipython.Completer.custom_matchers.append(context_matcher()(match))
