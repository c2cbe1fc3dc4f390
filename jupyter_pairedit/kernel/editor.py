"""The editor in a notebook: a widget whose ``code`` is the code of a room.

Where the kernel reaches the room's server, it enters the room itself. Else the page
that shows the notebook has the login: it creates the room, connects to it, and reports
its state here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Bunch, default

from ..client.errors import NotSaved
from ..core.identifiers import LANGUAGES
from ..core.links import GuestLink
from ..core.marks import names_of
from ..core.portable import InOneProcess, Portable
from .answering import AnsweringEditor
from .blame import BlameReport, NotReported
from .cells import current_cell
from .coauthors import addresses_of, co_author
from .passes import PassRequests
from .roomlist import RoomListRequests
from .share import LinkRequests, NotShared, SharedLink, made_link
from .traits import BY_ID, NOT_SHOWN, ByName

if TYPE_CHECKING:
    from .session import Session

STATIC = Path(__file__).parents[1] / "static"
WIDGET_JS = STATIC / "widget.js"
EDITOR_FILES = (
    "editor.js",
    "editor.css",
    "code.js",
    "runs.js",
    "names.js",
    "python.js",
    "languages.js",
    "vim.js",
    "emacs.js",
)
"""The files that a guest's editor needs; it has no history and no sharing."""

_open: list[PairEditor] = []
# In order of creation. ipywidgets keeps open widgets alive anyway, so this leaks none.


class BundleNotBuilt(Portable, RuntimeError):
    """The package runs from a source tree whose browser part is not built."""

    def __init__(self) -> None:
        super().__init__(
            "the editor's browser part is not built: run `npm ci && npm run build` in "
            "the folder js, or `pip install .`, which does it"
        )


class PairEditor(InOneProcess, AnsweringEditor):
    """An editor of one room, for everybody who looks at this notebook.

    Create one with ``new_room()`` or ``join_room()``, or with the magic ``%pairedit``.
    It is one participant, however often it is shown. ``close()`` leaves the room; the
    room and its code stay. Any thread may use it; observers are called in the thread
    that made the change, for what others type that is one of this package. A value of
    another type is refused, by a trait with ``TraitError``, by a method with
    ``TypeError``.
    """

    _instead = "send its code; or call connect() there, with a link of ed.share()"

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
        by_name: ByName = BY_ID,
        session: Session | None = None,
        reason: str = "It was made without a server.",
        **settings: Any,
    ) -> None:
        # Only the page may change these traits later, so they are read-only. They are
        # set before the base class sends the state to the page.
        self._set_room(room_id, by_name)
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
        self._cell = current_cell()
        self._bind(session, reason)
        super().__init__(**settings)
        self._counts = True
        self._may_pass = not self._is_guest
        self._receive_messages()
        self._follow()
        _open.append(self)

    def _receive_messages(self) -> None:
        """Receive what the pages send, from now on."""
        self._links = LinkRequests(self.send)
        self._blamed = BlameReport(partial(self.send, {"type": "blame"}))
        self.observe(self._receive_blame, "_blame")
        self._passes = PassRequests(self, self.send)
        self._room_list = RoomListRequests(self.send)
        self.on_msg(self._receive)

    def _receive_blame(self, change: Bunch) -> None:
        self._blamed.receive(change["new"])

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

    def share(
        self, role: str = "edit", expires: str = "", label: str = ""
    ) -> SharedLink:
        """Create a guest link, with which anyone can edit (or view) this room only.

        ``expires`` is a time such as ``30m``, ``24h`` or ``7d``; the default is 24
        hours for a link to edit, 7 days for a link to view. A page that displays the
        editor shows the link in the Share panel. Where the kernel is connected itself,
        ``url`` of the result has it at once; else in a later cell, as a page creates
        it.
        Raises ``ValueError`` for a bad argument, ``NotShared`` for a guest, and
        ``NotConnected`` if neither the kernel nor a page can do it.
        """
        if self._guest:
            raise NotShared("a guest cannot share a room of another server")
        if self._session is not None and not self._session.by_pass:
            return made_link(role, expires, label, self._create_link)
        if not self.has_page:
            raise self._not_connected("share()")
        return self._links.request(role, expires, label)

    @property
    def has_page(self) -> bool:
        """Whether a page with the login shows the editor, as far as it is known."""
        shown = self.comm is not None and self.status != NOT_SHOWN
        return shown and not self._is_guest

    def rooms_of_page(self) -> list[Any]:
        """Return the rooms of the page's server, as ``GET /rooms`` has them.

        Raises ``NotConnected``, or ``ServerError`` if the page gets no list.
        """
        return self._room_list.get()

    def _create_link(self, role: str, seconds: int, label: str) -> str:
        """Create a link, and show it in the Share panel of the pages."""
        assert self._session is not None
        link = self._session.invite(role, seconds, label)
        url = self._for_others(link["url"])
        if self.comm is not None:
            self.send({"type": "created", "link": {**link, "url": url}})
        return url

    def _receive(self, _: PairEditor, message: dict[str, Any], buffers: object) -> None:
        if message.get("type") == "enter" and self._guest:
            # The page takes the seat, as they are one person.
            try:
                self._unbind("The page is in the room by the guest link.")
            except NotSaved as problem:
                self.set_trait("message", str(problem))
            self._send_guest_key(self._guest, message.get("page"))
        else:
            self._links.receive(message)
            self._passes.receive(message)
            self._room_list.receive(message)

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
        was written, ``marks`` are as in ``client.BlameLine``. Where the kernel is
        connected itself, it asks the server. Else a page fetches it when it is asked
        for, and reports it when no cell runs: the first call raises ``NotReported``,
        and a later cell gets what it has asked for, which is up to a minute old while
        people type. Always raises ``NotReported`` for a guest.
        """
        if self._session is not None and not self._guest:
            return [
                {
                    "line": each.line,
                    "author": each.author,
                    "at": datetime.fromtimestamp(each.at, UTC),
                    "kind": each.kind,
                    "marks": names_of(each.marks),
                }
                for each in self._session.blame()
            ]
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
        Raises ``NotReported`` as ``blame()`` does; what one of them has asked a page
        for is there for both.
        """
        known = addresses_of(emails)
        if self._session is not None and not self._guest:
            authors = self._session.authors()
        else:
            authors = self._request_blame()["authors"]
        return [co_author(name, known.get(name)) for name in authors]

    def _request_blame(self) -> dict[str, Any]:
        if self._guest:
            raise NotReported(guest=True)
        return self._blamed.get(self._version)

    def close(self) -> None:
        """Leave the room and remove the editor from the page; the room stays.

        Raises ``NotSaved``, with the text, if the kernel cannot store what was written
        within two seconds, or if the room did not take the last assignment.
        """
        if self in _open:
            _open.remove(self)
        try:
            self._unbind("")
        finally:
            super().close()

    def __repr__(self) -> str:
        """Return the room, its status, and the number of people, on one line."""
        status = "closed" if self.comm is None else self.status
        people = len(self.participants)
        here = f", {people} {'person' if people == 1 else 'people'}" if people else ""
        room = self.room_name or f"{self.room_id[:6]}…"
        return f"PairEditor(room {room!r}, {status}{here})"


def open_editors() -> list[PairEditor]:
    """Return this kernel's open editors, the newest last."""
    return list(_open)
