"""The traits that a widget shares with the pages that show it."""

from __future__ import annotations

from typing import Any, NamedTuple

from traitlets import Bool, Dict, Int, List, TraitError, Unicode, default

from ..core.storable import BadChange, storable
from .cells import kernel_id
from .given import last_given
from .guard import GuardedWidget
from .properties import RoomProperties

NOT_SHOWN = "not shown"
"""The status until a page or the kernel's own connection has reported one."""


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


class ByName(NamedTuple):
    """How a room was opened by its name."""

    name: str = ""
    outcome: str = ""
    reason: str = ""
    """Why a page has to find the room; "" if it is known."""


BY_ID = ByName()
"""Not by its name."""


class EditorTraits(RoomProperties, GuardedWidget):
    """What Python sets, and what is reported of the room.

    While ``_follows`` is set, the kernel's own connection reports, else a page does.
    """

    room_id = Unicode(
        read_only=True, help="Empty until the room of a name is known."
    ).tag(sync=True)
    room_name = Unicode(
        read_only=True, help="The name that opens the room; else empty."
    ).tag(sync=True)
    outcome = Unicode(
        read_only=True,
        help="Whether the room of the name was found, created, or recreated after a "
        "deletion; empty until that is known.",
    ).tag(sync=True)
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
        help="The room's code as it is now, if the kernel is connected itself (see "
        "``connection``); else as a page last reported it, when no cell ran. Setting "
        "it replaces the whole code in the room for everybody, once, however many "
        "pages show this notebook. While neither the kernel is connected nor a page "
        "shows the editor, the value waits here until a page writes it."
    ).tag(
        sync=True,
        # A late echo of typed text would move the caret back.
        echo_update=False,
    )

    # A notebook may be saved with it, so a page uses it only while the kernel that has
    # set it has this widget: later, another notebook may have that kernel.
    kernel_id = Unicode(
        read_only=True, help="Jupyter's id of this kernel; empty without a server."
    ).tag(sync=True)

    status = Unicode(NOT_SHOWN, read_only=True).tag(sync=True)
    message = Unicode(
        read_only=True, help="The problem, in a sentence; empty without one."
    ).tag(sync=True)
    participants = List(
        Unicode(), read_only=True, help="The names of the people here, in order."
    ).tag(sync=True)

    # Whether the kernel is connected itself. Pages then report no more than `_url`.
    _follows = Bool(False, read_only=True).tag(sync=True)

    # What `%pairedit me` has said, for the page that ran the cell.
    _me = Dict(allow_none=True, read_only=True).tag(sync=True)

    @default("_me")
    def _me_default(self) -> dict[str, str] | None:
        return last_given()

    # The URL of the room's page, as a page knows it; empty until one has shown it.
    _url = Unicode(read_only=True).tag(sync=True)

    # The room's version that `code` is of; None while it has what is not stored yet.
    _version = Int(None, allow_none=True, read_only=True).tag(sync=True)

    # The reply of the server's blame route. A page fetches it when Python asks, and
    # reports it when no cell runs.
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
    # and count identify the write, which the room carries out once. What the kernel
    # writes itself is done at once, and no page writes it.
    _writer = Unicode(read_only=True).tag(sync=True)
    _writes = Int(0).tag(sync=True)
    _writes_done = Int(None, allow_none=True).tag(sync=True)

    @default("kernel_id")
    def _kernel_id_default(self) -> str:
        return kernel_id()

    def _set_room(self, room_id: str, by_name: ByName) -> None:
        self.set_trait("room_id", room_id)
        self.set_trait("room_name", by_name.name)
        self.set_trait("outcome", by_name.outcome)
