"""The editor in a notebook: a widget whose ``code`` is the code of a room.

The kernel knows no server and holds no token. It mints the room's id; the page that
shows the notebook has the login, makes the room, talks to it and reports here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anywidget import AnyWidget
from traitlets import Bool, Bunch, Dict, Int, List, TraitError, Unicode, default

from ..core.identifiers import LANGUAGES, mint_room_id
from ..core.links import GuestLink, is_guest_link, parse_guest_link, parse_room_link
from ..core.storable import BadChange, storable
from .blame import BlameReport
from .blame import NotReported as NotReported
from .coauthors import co_author
from .properties import RoomProperties, check_language, check_limit, check_title
from .share import NotShared, SharedLink, Wishes

STATIC = Path(__file__).parents[1] / "static"
WIDGET_JS = STATIC / "widget.js"
EDITOR_FILES = (
    "editor.js",
    "editor.css",
    "code.js",
    "python.js",
    "languages.js",
    "vim.js",
    "emacs.js",
)
"""The files that a guest's editor needs; it has no history and no sharing."""

NOT_SHOWN = "not shown"
"""The status until a page has reported one."""

_open: list[PairEditor] = []
# A kernel is one process of one person, and ipywidgets keeps every open widget alive
# in a table of its own as well; this one is public and in the order of making.


class BundleNotBuilt(RuntimeError):
    """The package runs from a source tree whose browser part was never built."""

    def __init__(self) -> None:
        super().__init__(
            "the editor's browser part is not built: run `npm ci && npm run build` in "
            "the folder js, or `pip install .`, which does it"
        )


class Code(Unicode[str, str | bytes]):
    """Text that a room can hold.

    ``Unicode`` takes bytes as well, and text that no store can hold would only be
    refused later, far from who set it.
    """

    info_text = "a str"

    def validate(self, obj: Any, value: Any) -> str:
        """Give ``value``, or raise ``TraitError`` saying what was expected."""
        if not isinstance(value, str):
            self.error(obj, value)
        try:
            return storable(value)
        except BadChange as error:
            raise TraitError(f"The {self.name!r} of a PairEditor {error}.") from None


class PairEditor(RoomProperties, AnyWidget):
    """An editor of one room, for everybody who looks at this notebook.

    Make one with ``new_room()`` or ``join_room()``, or with the magic ``%pairedit``.
    Shown several times it is still one participant. ``close()`` leaves the room; the
    room and its code stay.
    """

    room_id = Unicode(read_only=True).tag(sync=True)
    create = Bool(read_only=True, help="Whether the page makes the room.").tag(
        sync=True
    )
    first_code = Code(
        None,
        allow_none=True,
        read_only=True,
        help="What a room that is made starts with; None: the server's own beginning.",
    ).tag(sync=True)
    server = Unicode(
        read_only=True,
        help="The base URL of the room's server, for a guest; else that of the page.",
    ).tag(sync=True)

    code = Code(
        help="The room's code, as a page last reported it. Pages report when no cell "
        "runs: within a cell, it is the code from before the cell, or what the cell "
        "has set. Setting it replaces the whole code in the room for everybody, once, "
        "however many pages show this notebook. While no page shows the editor, it "
        "waits here, and the next page that does writes it."
    ).tag(
        sync=True,
        # A late echo of what was typed would put the caret back.
        echo_update=False,
    )

    url = Unicode(read_only=True, help="The room's page; empty until shown.").tag(
        sync=True
    )
    status = Unicode(NOT_SHOWN, read_only=True).tag(sync=True)
    message = Unicode(
        read_only=True, help="What is the matter, in a sentence; mostly empty."
    ).tag(sync=True)
    participants = List(
        Unicode(), read_only=True, help="The names of who is here, first come first."
    ).tag(sync=True)

    # The room's version that `code` is of; None while it has what is not stored yet.
    _version = Int(None, allow_none=True, read_only=True).tag(sync=True)

    # The reply of the server's blame route. A page fetches it when Python asks, and
    # reports it when no cell runs: a cell cannot wait for what it asks itself.
    _blame = Dict(default_value=None, allow_none=True, read_only=True).tag(
        sync=True, echo_update=False
    )

    disabled = Bool(False, help="Whether this notebook may only read.").tag(sync=True)
    autocomplete = Bool(True, help="Whether pauses bring suggestions.").tag(sync=True)
    autocomplete_delay = Int(
        600, min=0, help="The pause before a suggestion, in milliseconds."
    ).tag(sync=True)

    # Which of the two sides holds the newer code: Python counts what it set, and the
    # page answers with the count up to which it has written to the room. Without it, a
    # report of the page that was under way when Python set the code would undo it
    # here, and what was set while no page was open would be lost. Every page writes
    # what was set; writer and count identify the write, which the room does once.
    _writer = Unicode(read_only=True).tag(sync=True)
    _writes = Int(0).tag(sync=True)
    _writes_done = Int(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        room_id: str,
        *,
        create: bool = False,
        first_code: str | None = None,
        title: str = "",
        language: str = LANGUAGES[0],
        limit: int | None = None,
        guest: GuestLink | None = None,
        name: str = "",
        **settings: Any,
    ) -> None:
        # The traits that only the page may change later are set around read_only,
        # and before the base class sends the state to the page.
        self.set_trait("room_id", room_id)
        self.set_trait("create", create)
        self.set_trait("first_code", first_code)
        self.set_trait("title", title)
        self.set_trait("language", language)
        self.set_trait("limit", limit)
        self.set_trait("server", guest.server if guest else "")
        self.set_trait("_writer", secrets.token_hex(8))
        # Not in a trait: the state of a widget may be saved, and this is a key.
        self._guest = guest
        self._is_guest = guest is not None
        self._name = name
        super().__init__(**settings)
        self._counts = True
        self._wishes = Wishes(self.send)
        self._blamed = BlameReport(lambda: self.send({"type": "blame"}))
        self.observe(lambda change: self._blamed.receive(change["new"]), "_blame")
        self.on_msg(self._hear)
        _open.append(self)

    @property
    def _esm(self) -> str:
        """The loader of the editor, a property so that importing needs no bundle."""
        try:
            return WIDGET_JS.read_text("utf-8")
        except FileNotFoundError:
            raise BundleNotBuilt from None

    @default("code")
    def _code_default(self) -> str:
        return self.first_code or ""

    def notify_change(self, change: Bunch) -> None:
        """Tell the page and the observers; count the code that Python has set."""
        wish = self._is_wish(change)
        code = change["name"] == "code" and not self._is_reported("code", change["new"])
        if not code and not wish:
            super().notify_change(change)
            return
        with self.hold_sync():  # what was set and its count arrive as one message
            if wish:
                self._want(change)
            else:
                self._writes += 1
            super().notify_change(change)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the page reports, but no code older than what Python has set."""
        done = sync_data.get("_writes_done", self._writes_done)
        if done is not None and done < self._writes:
            sync_data = {k: v for k, v in sync_data.items() if k != "code"}
        super().set_state(self._without_older(sync_data))

    def share(
        self, role: str = "edit", expires: str = "", label: str = ""
    ) -> SharedLink:
        """Ask for a guest link: whoever has it can edit (or view) this room, only.

        ``expires`` is a time such as ``30m``, ``24h`` or ``7d``; without it a link to
        edit lives for 24 hours, one to view for 7 days. The page makes the link, shows
        it in the Share panel, and gives it to the result's ``url`` for a later cell.
        Raises ``ValueError`` about an argument, ``NotShared`` where no page can do it.
        """
        if self._guest:
            raise NotShared("a guest cannot share a room of another server")
        if self.comm is None or self.status == NOT_SHOWN:
            raise NotShared(
                "no page shows this editor, and a page makes the link: show the "
                "editor first"
            )
        return self._wishes.wish(role, expires, label)

    def _hear(self, _: PairEditor, message: dict[str, Any], buffers: object) -> None:
        if message.get("type") == "enter" and self._guest:
            self._let_in(self._guest, message.get("page"))
        else:
            self._wishes.heard(message)

    def _let_in(self, guest: GuestLink, page: object) -> None:
        """Give a page the key, and the editor.

        The editor is the kernel's own: the notebook's server may have none, and what
        the room's server would send must not run in the page that has the notebook.
        """
        key = {"room": guest.room, "invite": guest.invite, "secret": guest.secret}
        answer = {
            "type": "enter",
            "page": page,
            "name": self._name,
            "guest": {"baseUrl": guest.server, **key},
            "files": EDITOR_FILES,
        }
        self.send(answer, [(STATIC / name).read_bytes() for name in EDITOR_FILES])

    def blame(self) -> list[dict[str, Any]]:
        """Say of each line who last changed it.

        A list of ``{"line": 1, "author": "Ann", "at": datetime, "kind": "edit"}``, in
        order; ``kind`` is ``"write"`` where a whole file was written. A page fetches it
        when it is asked for, and reports it when no cell runs. So the first call raises
        ``NotReported``, and a later cell gets what it has asked for. While people type,
        that is up to a minute old. Always raises ``NotReported`` for a guest.
        """
        return [
            {
                "line": line,
                "author": run["author"],
                "at": datetime.fromtimestamp(run["at"], UTC),
                "kind": run["kind"],
            }
            for run in self._ask_who_wrote()["lines"]
            for line in range(run["line"], run["line"] + run["count"])
        ]

    def coauthors(self, emails: Mapping[str, str] | None = None) -> list[str]:
        """Give the ``Co-authored-by`` lines for a commit of this code.

        One for everybody who has changed the code since the room was made, and for who
        made it as long as a line of that is left. ``emails`` maps names to addresses;
        who is not in it gets ``<name>@noreply.invalid``, which is nobody's address.
        Raises ``NotReported`` as ``blame()`` does; what one of them has asked for is
        there for both.
        """
        known = emails or {}
        authors = self._ask_who_wrote()["authors"]
        return [co_author(name, known.get(name)) for name in authors]

    def _ask_who_wrote(self) -> dict[str, Any]:
        if self._guest:
            raise NotReported(guest=True)
        return self._blamed.get(self._version)

    def close(self) -> None:
        """Leave the room and take the editor from the page; the room stays."""
        if self in _open:
            _open.remove(self)
        super().close()

    def __repr__(self) -> str:
        """Say which room, how it is, and how many are in it, on one line."""
        status = "closed" if self.comm is None else self.status
        people = len(self.participants)
        here = f", {people} {'person' if people == 1 else 'people'}" if people else ""
        return f"PairEditor(room {self.room_id[:6] + '…'!r}, {status}{here})"


def open_editors() -> list[PairEditor]:
    """List this kernel's editors that are not closed, the newest last."""
    return list(_open)


def new_room(
    code: str | None = None,
    *,
    title: str = "",
    language: str = LANGUAGES[0],
    limit: int | None = None,
) -> PairEditor:
    """Make a room that starts with ``code``, and an editor for it.

    The room is made by the page that shows the editor. Raises ``ValueError`` with a
    sentence when the server would refuse such a room.
    """
    check_language(language)
    check_title(title)
    if limit is not None:
        check_limit(limit)
    return PairEditor(
        mint_room_id(secrets.choice),
        create=True,
        first_code=code,
        title=title,
        language=language,
        limit=limit,
    )


def join_room(link: str, *, name: str = "") -> PairEditor:
    """Make an editor for a room that is there.

    ``link`` is the room's id, the URL of its page, or a guest link, which may lead to
    another Jupyter server; there ``name`` is what the others see, or else the name that
    this notebook's server knows. Raises ``BadLink``, which is a ``ValueError``, when
    it is none of them.
    """
    if not is_guest_link(link):
        return PairEditor(parse_room_link(link))
    guest = parse_guest_link(link)
    return PairEditor(guest.room, guest=guest, name=name)
