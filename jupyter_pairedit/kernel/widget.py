"""The editor in a notebook: a widget whose ``code`` is the code of a room.

The kernel has no token of a server. It creates the room's id. The page that shows the
notebook has the login: it creates the room, connects to it, and reports its state here.
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
from .share import LinkRequests, NotShared, SharedLink

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
# In order of creation. ipywidgets keeps open widgets alive anyway, so this leaks none.


class BundleNotBuilt(RuntimeError):
    """The package runs from a source tree whose browser part is not built."""

    def __init__(self) -> None:
        super().__init__(
            "the editor's browser part is not built: run `npm ci && npm run build` in "
            "the folder js, or `pip install .`, which does it"
        )


class Code(Unicode[str, str | bytes]):
    """Text that a room can store.

    ``Unicode`` also accepts bytes, and text that no store accepts. The server would
    refuse both, but later, when the cell that set them has ended.
    """

    info_text = "a str"

    def validate(self, obj: Any, value: Any) -> str:
        """Return ``value``. Raises ``TraitError`` with what was expected."""
        if not isinstance(value, str):
            self.error(obj, value)
        try:
            return storable(value)
        except BadChange as error:
            raise TraitError(f"The {self.name!r} of a PairEditor {error}.") from None


class PairEditor(RoomProperties, AnyWidget):
    """An editor of one room, for everybody who looks at this notebook.

    Create one with ``new_room()`` or ``join_room()``, or with the magic ``%pairedit``.
    It is one participant, however often it is shown. ``close()`` leaves the room; the
    room and its code stay.
    """

    room_id = Unicode(read_only=True).tag(sync=True)
    create = Bool(read_only=True, help="Whether the page creates the room.").tag(
        sync=True
    )
    first_code = Code(
        None,
        allow_none=True,
        read_only=True,
        help="The first code of a new room; None: the server's default.",
    ).tag(sync=True)
    server = Unicode(
        read_only=True,
        help="For a guest, the base URL of the room's server; else empty.",
    ).tag(sync=True)

    code = Code(
        help="The room's code, as a page last reported it. Pages report when no cell "
        "runs: within a cell, it is the code from before the cell, or what the cell "
        "has set. Setting it replaces the whole code in the room for everybody, once, "
        "however many pages show this notebook. While no page shows the editor, the "
        "value waits here until a page writes it."
    ).tag(
        sync=True,
        # A late echo of typed text would move the caret back.
        echo_update=False,
    )

    url = Unicode(read_only=True, help="The room's page; empty until shown.").tag(
        sync=True
    )
    status = Unicode(NOT_SHOWN, read_only=True).tag(sync=True)
    message = Unicode(
        read_only=True, help="The problem, in a sentence; empty without one."
    ).tag(sync=True)
    participants = List(
        Unicode(), read_only=True, help="The names of the people here, in order."
    ).tag(sync=True)

    # The room's version that `code` is of; None while it has what is not stored yet.
    _version = Int(None, allow_none=True, read_only=True).tag(sync=True)

    # The reply of the server's blame route. A page fetches it when Python asks, and
    # reports it when no cell runs: a cell cannot wait for what it asks itself.
    _blame = Dict(default_value=None, allow_none=True, read_only=True).tag(
        sync=True, echo_update=False
    )

    disabled = Bool(False, help="Whether this notebook may only read.").tag(sync=True)
    autocomplete = Bool(True, help="Whether a pause brings a suggestion.").tag(
        sync=True
    )
    autocomplete_delay = Int(
        600, min=0, help="The pause before a suggestion, in milliseconds."
    ).tag(sync=True)

    # Which side has the newer code: ``_writes`` counts how often Python has set it, and
    # the page reports in ``_writes_done`` which of these the room has. Without them, a
    # report that a page sent before it knew of an assignment would undo it here, and
    # an assignment without an open page would be lost. Every page writes it; writer
    # and count identify the write, which the room carries out once.
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
        # Only the page may change these traits later, so they are read-only. They are
        # set before the base class sends the state to the page.
        self.set_trait("room_id", room_id)
        self.set_trait("create", create)
        self.set_trait("first_code", first_code)
        self.set_trait("title", title)
        self.set_trait("language", language)
        self.set_trait("limit", limit)
        self.set_trait("server", guest.server if guest else "")
        self.set_trait("_writer", secrets.token_hex(8))
        # Not in a trait: the state of a widget may be saved, and this contains a key.
        self._guest = guest
        self._is_guest = guest is not None
        self._name = name
        super().__init__(**settings)
        self._counts = True
        self._links = LinkRequests(self.send)
        self._blamed = BlameReport(lambda: self.send({"type": "blame"}))
        self.observe(lambda change: self._blamed.receive(change["new"]), "_blame")
        self.on_msg(self._receive)
        _open.append(self)

    @property
    def _esm(self) -> str:
        """The loader of the editor. A property, so that an import needs no bundle."""
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
        """Apply a report of the page, without code older than what Python has set."""
        done = sync_data.get("_writes_done", self._writes_done)
        if done is not None and done < self._writes:
            sync_data = {k: v for k, v in sync_data.items() if k != "code"}
        super().set_state(self._without_older(sync_data))

    def share(
        self, role: str = "edit", expires: str = "", label: str = ""
    ) -> SharedLink:
        """Request a guest link, with which anyone can edit (or view) this room only.

        ``expires`` is a time such as ``30m``, ``24h`` or ``7d``; the default is 24
        hours for a link to edit, 7 days for a link to view. The page creates the link
        and shows it in the Share panel; ``url`` of the result has it in a later cell.
        Raises ``ValueError`` for a bad argument, ``NotShared`` if no page can do it.
        """
        if self._guest:
            raise NotShared("a guest cannot share a room of another server")
        if self.comm is None or self.status == NOT_SHOWN:
            raise NotShared(
                "a page creates the link, and none shows this editor: show the "
                "editor first"
            )
        return self._links.request(role, expires, label)

    def _receive(self, _: PairEditor, message: dict[str, Any], buffers: object) -> None:
        if message.get("type") == "enter" and self._guest:
            self._send_guest_key(self._guest, message.get("page"))
        else:
            self._links.receive(message)

    def _send_guest_key(self, guest: GuestLink, page: object) -> None:
        """Send a page the guest's key, and the files of the editor.

        The files are the kernel's own: the notebook's server may have none, and code
        from the room's server must not run in the page that has the notebook.
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
        """Return the author of the last change of each line.

        A list of ``{"line": 1, "author": "Ann", "at": datetime, "kind": "edit",
        "marks": ["suggested"]}``, in order; ``kind`` is ``"write"`` where a whole file
        was written, ``marks`` are as in ``client.BlameLine``. A page fetches it when it
        is asked for, and reports it when no cell runs. So the first call raises
        ``NotReported``, and a later cell gets what it has asked for. While people type,
        that is up to a minute old. Always raises ``NotReported`` for a guest.
        """
        return [
            {
                "line": line,
                "author": run["author"],
                "at": datetime.fromtimestamp(run["at"], UTC),
                "kind": run["kind"],
                "marks": run.get("marks", []),
            }
            for run in self._request_blame()["lines"]
            for line in range(run["line"], run["line"] + run["count"])
        ]

    def coauthors(self, emails: Mapping[str, str] | None = None) -> list[str]:
        """Return the ``Co-authored-by`` lines for a commit of this code.

        One for everybody who has changed the code since the room was made, and for who
        made it as long as a line of that is left. ``emails`` maps names to addresses;
        who is not in it gets ``<name>@noreply.invalid``, which is nobody's address.
        Raises ``NotReported`` as ``blame()`` does; what one of them has asked for is
        there for both.
        """
        known = emails or {}
        authors = self._request_blame()["authors"]
        return [co_author(name, known.get(name)) for name in authors]

    def _request_blame(self) -> dict[str, Any]:
        if self._guest:
            raise NotReported(guest=True)
        return self._blamed.get(self._version)

    def close(self) -> None:
        """Leave the room and remove the editor from the page; the room stays."""
        if self in _open:
            _open.remove(self)
        super().close()

    def __repr__(self) -> str:
        """Return the room, its status, and the number of people, on one line."""
        status = "closed" if self.comm is None else self.status
        people = len(self.participants)
        here = f", {people} {'person' if people == 1 else 'people'}" if people else ""
        return f"PairEditor(room {self.room_id[:6] + '…'!r}, {status}{here})"


def open_editors() -> list[PairEditor]:
    """Return this kernel's open editors, the newest last."""
    return list(_open)


def new_room(
    code: str | None = None,
    *,
    title: str = "",
    language: str = LANGUAGES[0],
    limit: int | None = None,
) -> PairEditor:
    """Return an editor for a new room that starts with ``code``.

    The page that shows the editor creates the room. Raises ``ValueError`` with a
    sentence if the server would refuse the room.
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
    """Return an editor for an existing room.

    ``link`` is the room's id, the URL of its page, or a guest link, which may lead to
    another Jupyter server. ``name`` is the guest's name, which others see; the default
    is the name from this notebook's server. Raises ``BadLink``, a ``ValueError``, if
    ``link`` is none of these.
    """
    if not is_guest_link(link):
        return PairEditor(parse_room_link(link))
    guest = parse_guest_link(link)
    return PairEditor(guest.room, guest=guest, name=name)
