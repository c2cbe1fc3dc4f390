"""Joining a room and leaving it, in either dialect, as a member or a guest."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import UNSET, UnsetType

from ..core.presence import RoomFull
from ..core.roles import Role
from ..protocol import (
    Close,
    Ending,
    Error,
    GuestHello,
    Hello,
    PassHello,
    RoleChange,
    SuggestionSource,
    encode,
    framed,
)
from ..rooms.endings import ServerFull
from ..rooms.hub import Hub
from ..rooms.readers import EditReader, FileReader
from ..rooms.room import Room
from .identity import Identity, edit_reader, welcome
from .runaccess import RunAccess
from .runs import RunSession, run_reader
from .sender import Sender, Transport
from .suggestions import Questions, Suggestions
from .throttle import ConnectionLimits
from .violations import Violations


class Membership:
    """Joins one client to a room, sends it what is new, and leaves.

    ``on_leave`` is called once, when a connection that may have joined has ended.
    """

    confirms_login = False  # whether the client can be asked for its login

    def __init__(
        self,
        hub: Hub,
        throttle: ConnectionLimits,
        room: Room,
        identity: Identity,
        transport: Transport,
        suggestions: Suggestions | None = None,
        on_leave: Callable[[], None] = lambda: None,
        source: SuggestionSource | UnsetType = UNSET,
        runs: RunAccess | None = None,
    ) -> None:
        self._hub = hub
        self._throttle = throttle
        self._identity = identity
        self._is_guest = identity.label is not None
        self._is_member = not self._is_guest and not identity.kernel
        self._transport = transport
        self._questions = (
            None if suggestions is None else Questions(suggestions, room, transport)
        )
        self._on_leave = on_leave
        self._source = source
        self._run_access = runs
        self._runs: RunSession | None = None
        self._follow(room)
        self._sent_role: Role = identity.role
        self._reader: EditReader | FileReader | None = None
        self._sender: Sender | None = None
        self._ended = False
        self._violations = Violations(
            hub.limits,
            throttle,
            transport,
            room_id=room.record.room_id,
            name=identity.name,
        )

    @property
    def joined(self) -> bool:
        """Whether the client has joined the room, and the connection has not ended."""
        return self._reader is not None and not self._ended

    def _follow(self, room: Room) -> None:
        self._room = room
        if self._runs is not None:
            self._runs.follow(room)

    def begin_edits(
        self, client_id: str, hello: Hello | GuestHello | PassHello
    ) -> None:
        """Join in the edit dialect, at a version that the client may have."""
        reader = edit_reader(self._room, self._identity, client_id, hello)
        self._join(reader, self._welcome(client_id, reader))
        xsrf = hello.xsrf if isinstance(hello, Hello) else ""
        self._join_runs(client_id, xsrf, follows=hello.runs)
        if hello.runs and self._runs is not None:
            reader.runs = run_reader(self._room, self._identity, client_id)

    def begin_files(self, client_id: str) -> None:
        """Join in the whole-file dialect. Guests get ``welcome`` there as well."""
        identity = self._identity
        reader = FileReader(client_id, identity.person, identity.name, identity.label)
        first = [self._welcome(client_id, reader)] if self._is_guest else []
        self._join(reader, *first)
        self._join_runs(client_id)

    def _join_runs(
        self, client_id: str, xsrf: str = "", *, follows: bool = False
    ) -> None:
        """Take part in the runs of the room, after joining it."""
        if self._run_access is not None and self.joined:
            who = self._identity, client_id, self._transport, xsrf
            self._runs = RunSession(self._run_access, self._room, *who, follows=follows)

    def _welcome(self, client_id: str, reader: EditReader | FileReader) -> bytes:
        offers = self._questions is not None, self._source
        reader.begin(self._room)
        message = welcome(self._room, self._identity, client_id, reader, *offers)
        return framed(encode(message))

    def _join(self, reader: EditReader | FileReader, *first: bytes) -> None:
        if self._hub.opened(self._room.record.room_id) is not self._room:
            # It was deleted or evicted meanwhile and would never wake the reader.
            reason = "The room was closed meanwhile: connect again."
            return self.end(Close.RESTARTING, reason)
        try:
            self._hub.expect_space()
            self._room.audience.join(reader)
        except ServerFull as full:
            return self.end(Close.TRY_LATER, str(full))
        except RoomFull as full:
            takes = f"It takes {full.limit} at a time."
            cure = "Raise it in the menu Room or by PAIREDIT_MAX_CONNECTIONS_PER_ROOM."
            reason = takes if self._is_guest else f"{takes} {cure}"
            self._send_room_full(reader, reason)
            if self._throttle.may_report_refusal(self._room.record.room_id):
                self._room.audience.refuse(self._identity.name, self._is_guest)
            return self.end(Close.ROOM_FULL, f"Room full. {reason}")
        self._reader = reader
        if self._is_member:
            self._hub.activity.member_joined()
        limits = self._hub.limits
        self._transport.set_frame_limit(
            limits.guest_frame if self._sent_role == "view" else limits.frame
        )
        self._sender = Sender(
            self._room,
            reader,
            self._transport,
            self._hub.counters,
            aside=self._aside,
            over=self._sender_ended,
        )
        self._sender.start(*first)

    def _send_room_full(self, reader: EditReader | FileReader, message: str) -> None:
        """Send ``room_full``; the whole-file dialect only has the close code for it."""
        if isinstance(reader, EditReader):
            limit = self._room.audience.presence.limit
            error = Error("room_full", message, fatal=True, limit=limit)
            self._transport.send_message(error)

    def _sender_ended(self, ending: Ending | None) -> None:
        if self._reader and ending and ending.code == Close.ROOM_FULL:
            self._send_room_full(self._reader, ending.reason)
        self._end_if(ending)
        self._leave()

    def _aside(self) -> bytes | None:
        """Return a frame for this client alone, or None."""
        if self._identity.role != self._sent_role:
            return self._role_change()
        reader, runs = self._reader, self._runs
        if runs is None or reader is None or reader.version is None:
            return None
        return runs.next()

    def _role_change(self) -> bytes:
        """Return the frame that tells the client of its new role."""
        self._sent_role = self._identity.role
        if self._sent_role != "view":
            # Only raise the frame limit. Lowering it would close the connection over
            # a frame sent before the role changed.
            self._transport.set_frame_limit(self._hub.limits.frame)
        return framed(encode(RoleChange(self._sent_role)))

    def role_changed(self) -> None:
        """End at once what the guest was permitted; the sender tells the client.

        It may tell nothing: until a client reads, the role may be the same again.
        """
        if self._runs is not None:
            self._runs.role_changed()

    def dismiss(self, ending: Ending) -> None:
        """End the connection at once: nothing more is sent or received."""
        if self._reader is not None:
            self._reader.ending = ending
        self.end(ending.code, ending.reason)
        # Unsent frames may keep the close frame from being sent.
        self._transport.abort_soon()

    def end(self, code: int, reason: str) -> None:
        """Close the connection and leave the room. May be called again."""
        if not self._ended:
            self._transport.end(code, reason)
            self._leave()

    def close(self) -> None:
        """Leave the room, as the transport is closed. May be called again."""
        if self._questions is not None:
            self._questions.close()
        self._leave()

    def _leave(self) -> None:
        ended, self._ended = self._ended, True
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.stop()
        if ended:
            return
        if self._runs is not None:
            self._runs.close()
        if self._reader is not None:
            self._room.audience.leave(self._reader)
            if self._is_member:
                self._hub.activity.member_left()
        self._on_leave()

    def _end_if(self, ending: Ending | None) -> None:
        if ending is not None:
            self.end(ending.code, ending.reason)
