"""The messages of one connection about runs."""

from __future__ import annotations

from ..core.roles import Role
from ..protocol import (
    Approve,
    AskRun,
    BeginRun,
    Grant,
    Refuse,
    ReportOutputs,
    RunKernel,
    RunMessage,
    RunRefused,
    RunTaken,
    Shown,
    StopRun,
    Unread,
    Withdraw,
    encode,
    framed,
)
from ..rooms.background import BackgroundTasks
from ..rooms.room import Room
from ..rooms.runreader import RunReader
from ..runs.requests import Requester, RunRefusal, UnreadText, Wanted, part_of
from .identity import Identity
from .runaccess import Permission, RunAccess
from .sender import Transport

OF_KERNELS = (BeginRun, ReportOutputs)
DECISIONS = (Approve, Refuse, Grant, Shown)
"""The messages that only a page of this server may send."""

NOT_EXPECTED = "Expected hello with runs in the edit dialect before such a message."


class RunSession:
    """The part of a connection that is about runs. ``xsrf`` is that of its hello.

    A client that does not follow runs, such as an older one, sends and gets nothing of
    them. If it is a guest's, the guest can be trusted all the same.
    """

    def __init__(
        self,
        access: RunAccess,
        room: Room,
        identity: Identity,
        client_id: str,
        transport: Transport,
        xsrf: str,
        *,
        follows: bool = True,
    ) -> None:
        self.client_id = client_id
        self.follows = follows
        self._runs = access.runs
        self._room = room
        self._identity = identity
        self._transport = transport
        self._permission = access.permission
        self._decides = follows and access.decides(xsrf)
        self._names = access.names
        self._changes = room.record.changes
        self._frames: dict[str, bytes] = {}
        """The newest messages that only this client is sent, by their type."""
        self._tasks = BackgroundTasks()
        self._sent_question: object = None
        """The marker of the question that the client was sent last."""
        self._runs.enter(self._room_id, self)
        self.kernel_changed()
        self.question_changed()

    @property
    def _room_id(self) -> str:
        return self._room.record.room_id

    @property
    def person(self) -> str:
        """See ``Session.person``."""
        return self._identity.person

    @property
    def is_guest(self) -> bool:
        """See ``Session.is_guest``."""
        return self._identity.label is not None

    @property
    def role(self) -> Role:
        """See ``Session.role``."""
        return self._identity.role

    def follow(self, room: Room) -> None:
        """Go on with the room, which was loaded again."""
        self._room = room

    def next(self) -> bytes | None:
        """Return the next frame for this client alone, or None."""
        if self._changes != self._room.record.changes:
            # The switches of the room decide what guests may do.
            self._changes = self._room.record.changes
            self.kernel_changed()
        frames = self._frames
        return frames.pop(next(iter(frames))) if frames else None

    def close(self) -> None:
        """End what the connection was permitted. May be called again."""
        self._runs.leave(self._room_id, self)

    def role_changed(self) -> None:
        """End what the guest was permitted, and say what may be done now."""
        self._runs.end_permissions(self._room_id, self)
        self.kernel_changed()

    # --- what is sent -----------------------------------------------------------------

    def kernel_changed(self) -> None:
        """See ``Session.kernel_changed``."""
        if not self.follows:
            return
        self._tasks.start(self._send_kernel())

    async def _send_kernel(self) -> None:
        permission = await self._permission_now()
        bindings = self._runs.bindings
        binding = bindings.of(self._room_id)
        is_member, epoch = self._permission is not None, self._room.record.epoch
        message = RunKernel(
            bindings.state(self._room_id) or "none",
            name="" if binding is None else binding.name,
            id=binding.kernel_id if binding and is_member else "",
            may=permission.may,
            why=permission.why,
            decides=self._decides and permission.may == "run",
            told=is_member and self._runs.told.has(self._room_id, epoch, self.person),
            names=self._names,
        )
        self._put("kernel", framed(encode(message)))

    async def _permission_now(self) -> Permission:
        if self._permission is not None:
            return await self._permission()
        asks = self._room.record.settings.guests_may_ask and self.role == "edit"
        if self._runs.grants.permits_runs(self._room_id, self.client_id):
            return Permission("run" if self.role == "edit" else "")
        return Permission("ask" if asks else "")

    def question_changed(self) -> None:
        """See ``Session.question_changed``."""
        if self._decides:
            self._tasks.start(self._send_question())

    async def _send_question(self) -> None:
        asking = self._runs.asking
        question = asking.questions.of(self._room_id)
        if question is None:
            # Its end is sent as the new state of its run.
            self._frames.pop("question", None)
        elif question.marker is not self._sent_question:
            message = await asking.question_message(self._room)
            may_decide = (await self._permission_now()).may == "run"
            # It may have ended meanwhile, and another one may have been opened.
            if may_decide and asking.questions.of(self._room_id) is question:
                assert message is not None
                self._sent_question = question.marker
                self._put("question", framed(encode(message)))

    def _put(self, kind: str, frame: bytes) -> None:
        self._frames[kind] = frame
        self._room.wake(self.client_id)

    # --- what is received -------------------------------------------------------------

    async def receive(self, message: RunMessage) -> None:
        """Carry out a message that this person may send, and answer it."""
        request = getattr(message, "id", 0)
        number = getattr(message, "run", 0)
        try:
            await self._carry_out(message)
        except RunRefusal as refusal:
            answer = RunRefused(refusal.code, str(refusal), request, number)
            self._transport.send_message(answer)
        except UnreadText as unread:
            self._runs.shown.listed(self._room_id, self.person, request, unread)
            lines = list(unread.lines)
            self._transport.send_message(Unread(request, unread.version, lines))

    async def _carry_out(self, message: RunMessage) -> None:
        if isinstance(message, DECISIONS) and not self._decides:
            raise RunRefusal(
                "forbidden", "Only a page of this server that you opened may do this."
            )
        if isinstance(message, OF_KERNELS) and not self._identity.kernel:
            raise RunRefusal("forbidden", "Only a kernel may do this.")
        if self._permission is not None:
            await self._expect_permission()
        runs, room, room_id = self._runs, self._room, self._room_id
        match message:
            case AskRun():
                await self._ask(message)
            case BeginRun():
                await self._begin(message)
            case ReportOutputs():
                await runs.runner.reported.report(self._room_id, self, message)
            case StopRun():
                await runs.runner.stop(room, self._who, message.run)
            case Withdraw():
                await runs.asking.withdraw(room, self._who, message.run)
            case Approve():
                await runs.asking.approve(room, self._who, message.run, message.digest)
            case Refuse():
                await runs.asking.refuse(room, message.run)
            case Grant():
                self._grant(message)
            case Shown(audience=True):
                runs.tell_audience(room, self.person)
            case Shown():
                runs.shown.confirm(room_id, self.person, message.id, message.version)

    async def _expect_permission(self) -> None:
        permission = await self._permission_now()
        if permission.may != "run":
            why = permission.why or "You may not run code on this server."
            raise RunRefusal("forbidden", why)

    @property
    def _who(self) -> Requester:
        identity = self._identity
        # The author of a member has a number where somebody else has the name.
        name = identity.name if self.is_guest else identity.author
        who = identity.person, name, self.client_id
        return Requester(*who, self.is_guest)

    async def _ask(self, ask: AskRun) -> None:
        wanted = Wanted(ask.epoch, ask.version, ask.digest, part_of(ask.start, ask.end))
        run = await self._runs.request(self._room, self._who, wanted)
        self._transport.send_message(RunTaken(ask.id, run.number, run.state))

    async def _begin(self, begin: BeginRun) -> None:
        part = part_of(begin.start, begin.end)
        wanted = Wanted(begin.epoch, begin.version, begin.digest, part)
        who = self._room, self, self._who
        run = await self._runs.begin(*who, wanted, unread=begin.unread)
        self._transport.send_message(RunTaken(begin.id, run.number, run.state))

    def _grant(self, grant: Grant) -> None:
        runs, room_id = self._runs, self._room_id
        guest = runs.sessions.find(room_id, grant.client)
        if guest is None or not guest.is_guest:
            raise RunRefusal("gone", "There is no such guest in this room now.")
        if grant.off:
            runs.grants.end(room_id, grant.client)
        elif grant.what == "run":
            runs.grants.permit_runs(room_id, grant.client, self._who.name)
        elif grant.what == "trust":
            runs.grants.trust(room_id, grant.client, self.person)
        else:
            runs.asking.questions.accepted(room_id, guest.person)
        guest.kernel_changed()


def run_reader(room: Room, identity: Identity, client_id: str) -> RunReader:
    """Return what sends a client the runs of its room."""
    if identity.label is None:
        return RunReader(client_id, room.runs, None)
    return RunReader(client_id, room.runs, lambda: identity.role)
