"""What one connection may do with the runs of its room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import msgspec
import pytest

from jupyter_pairedit.connections.runaccess import Permission, RunAccess
from jupyter_pairedit.connections.runs import RunSession
from jupyter_pairedit.core.roles import Role
from jupyter_pairedit.core.runs import digest_of
from jupyter_pairedit.protocol import (
    Approve,
    AskRun,
    BeginRun,
    Grant,
    Refuse,
    ReportOutputs,
    RunMessage,
    RunRefused,
    ServerMessage,
    Shown,
    StopRun,
    Unread,
)
from tests.making import ROOM
from tests.runs.rooms import EVE, GUS, RunRoom

XSRF = "value"


@dataclass
class Person:
    """See ``Identity``: what runs need of it."""

    person: str = "person-ann"
    name: str = "Ann"
    author: str = "Ann"
    label: str | None = None
    role: Role = "edit"
    kernel: bool = False


class Client:
    """A connection that records what it is sent at once."""

    def __init__(
        self,
        at: RunRoom,
        client_id: str,
        identity: Person,
        permission: Permission | None,
        xsrf: str = XSRF,
    ) -> None:
        self.at, self.identity = at, identity
        self.permission = permission
        self.sent: list[ServerMessage] = []

        async def allowed() -> Permission:
            assert self.permission is not None
            return self.permission

        access = RunAccess(
            at.runs, allowed if permission else None, lambda value: value == XSRF
        )
        if identity.label is not None:
            access = RunAccess(at.runs)
        who = cast("Any", identity), client_id, cast("Any", self)
        self.session = RunSession(access, at.room, *who, xsrf)

    def send_message(self, message: ServerMessage) -> None:
        """See ``Transport.send_message``."""
        self.sent.append(message)

    async def send(self, message: RunMessage) -> list[ServerMessage]:
        """Send a message to the server; return the answers."""
        self.sent.clear()
        await self.session.receive(message)
        return self.sent

    async def refusal(self, message: RunMessage) -> str:
        """Send a message that is refused; return the code."""
        given = [*self.at.probe.given]
        (answer,) = await self.send(message)
        assert isinstance(answer, RunRefused)
        assert self.at.probe.given == given
        return answer.code

    async def ask(self, id: int = 1) -> AskRun:
        """Return the message that asks for the newest version."""
        wanted = await self.at.wanted()
        return AskRun(id, wanted.epoch, wanted.version, wanted.digest)

    async def frames(self) -> list[bytes]:
        """Return what waits for this client alone."""
        await self.session._tasks.settle()
        found = []
        while (frame := self.session.next()) is not None:
            found.append(frame)
        return found


def page(at: RunRoom, xsrf: str = XSRF, client_id: str = "page") -> Client:
    """Open the page of a member, or with another value a connection of a program."""
    return Client(at, client_id, Person(), Permission("run"), xsrf)


def visitor(at: RunRoom, role: Role = "edit", client_id: str = "gus") -> Client:
    """Let a guest come in."""
    who = Person("guest-gus", "Gus", "Gus (guest)", "Gus", role)
    return Client(at, client_id, who, None)


DECISIONS: list[RunMessage] = [
    Approve(1, digest_of("")),
    Refuse(1),
    Grant("gus"),
    Grant("gus", "trust"),
    Shown(1, 1),
]


@pytest.mark.parametrize("message", DECISIONS, ids=lambda each: type(each).__name__)
async def test_only_a_page_of_the_server_decides(
    at: RunRoom, message: RunMessage
) -> None:
    program, gus = page(at, xsrf=""), visitor(at)
    await gus.send(await gus.ask())

    for client in (program, gus):
        assert await client.refusal(message) == "forbidden"

    assert at.runs.asking.is_open(ROOM, 1)
    assert not at.runs.grants.permits_runs(ROOM, "gus")
    assert not at.runs.grants.trusted(ROOM, "person-ann")


@pytest.mark.parametrize("message", DECISIONS, ids=lambda each: type(each).__name__)
async def test_a_person_who_may_run_no_longer_decides_nothing(
    at: RunRoom, message: RunMessage
) -> None:
    ann, gus = page(at), visitor(at)
    await gus.send(await gus.ask())
    ann.permission = Permission("", "It was switched off.")

    assert await ann.refusal(message) == "forbidden"
    assert await ann.refusal(await ann.ask()) == "forbidden"
    assert await ann.refusal(StopRun(1)) == "forbidden"
    assert at.runs.asking.is_open(ROOM, 1)


async def test_only_a_kernel_begins_and_reports_runs(at: RunRoom) -> None:
    wanted = await at.wanted()
    begin = BeginRun(1, wanted.epoch, wanted.version, wanted.digest)
    for client in (page(at), visitor(at)):
        assert await client.refusal(begin) == "forbidden"
        assert await client.refusal(ReportOutputs(1)) == "forbidden"

    kernel = Client(at, "kernel", Person(kernel=True), Permission("run"), "")
    await kernel.send(begin)
    assert at.room.runs.runs[1].in_cell
    assert await kernel.refusal(Approve(1, wanted.digest)) == "forbidden"


async def test_a_list_counts_when_the_page_has_confirmed_it(at: RunRoom) -> None:
    await at.type("evil()\n", GUS)
    ann = page(at)

    (unread,) = await ann.send(await ann.ask(7))
    assert isinstance(unread, Unread)
    assert (unread.id, unread.version, len(unread.lines)) == (7, 1, 1)
    for other in (Shown(6, 1), Shown(7, 0)):
        await ann.send(other)
        assert isinstance((await ann.send(await ann.ask(7)))[0], Unread)
    await ann.send(Shown(7, 1))
    await ann.send(await ann.ask(8))

    assert at.probe.given == ["evil()\n"]


async def test_a_question_is_sent_to_pages_that_decide_alone(at: RunRoom) -> None:
    ann, program, gus = page(at), page(at, "", "program"), visitor(at)
    others = visitor(at, client_id="eve")
    for client in (ann, program, gus, others):
        await client.frames()

    await gus.send(await gus.ask())

    assert any(b'"question"' in each for each in await ann.frames())
    for client in (program, gus, others):
        assert not any(b'"question"' in each for each in await client.frames())


async def test_a_permission_is_for_a_guest_who_is_here_and_ends_with_the_role(
    at: RunRoom,
) -> None:
    ann, gus = page(at), visitor(at)
    assert await ann.refusal(Grant("nobody")) == "gone"
    assert await ann.refusal(Grant("page")) == "gone"

    await ann.send(Grant("gus"))
    assert any(b'"may":"run"' in each for each in await gus.frames())
    await gus.send(await gus.ask())
    assert at.probe.given == [""]
    gus.session.role_changed()

    assert any(b'"may":"ask"' in each for each in await gus.frames())
    await gus.send(await gus.ask(2))
    assert at.probe.given == [""]


async def test_trust_is_that_of_the_person_who_has_said_it(at: RunRoom) -> None:
    ann, gus = page(at), visitor(at)

    await ann.send(Grant("gus", "trust"))
    assert at.runs.grants.trusted(ROOM, "person-ann") == {"gus"}
    assert not at.runs.grants.trusted(ROOM, "person-ben")
    assert not at.runs.grants.permits_runs(ROOM, "gus")
    await ann.send(Grant("gus", "trust", off=True))

    assert not at.runs.grants.trusted(ROOM, "person-ann")
    gus.session.close()
    assert await ann.refusal(Grant("gus")) == "gone"


async def test_a_view_guest_gets_a_reply_that_nothing_is_permitted(at: RunRoom) -> None:
    vic = visitor(at, "view", EVE.client_id)
    at.runs.grants.permit_runs(ROOM, EVE.client_id, "Ann")

    (kernel,) = await vic.frames()

    assert b'"may"' not in kernel and b'"id"' not in kernel


async def told(client: Client) -> bool:
    """Return whether the newest state of the kernel says that the person was told."""
    *_, kernel = await client.frames()
    return bool(msgspec.json.decode(kernel[kernel.index(b"{") :]).get("told", False))


async def test_who_was_shown_on_one_page_that_guests_see_the_output_knows_it_on_all(
    at: RunRoom,
) -> None:
    ann, gus = page(at), visitor(at)
    again = page(at, client_id="again")
    ben = Client(at, "ben", Person("person-ben"), Permission("run"))
    clients = [ann, again, ben, gus]
    assert [await told(each) for each in clients] == [False] * 4

    assert await ann.send(Shown(0, 0, audience=True)) == []

    assert [await told(each) for each in (ann, again)] == [True, True]
    assert [await each.frames() for each in (ben, gus)] == [[], []]
    assert await told(page(at, client_id="reloaded"))
    later = Client(at, "later", Person("person-ben"), Permission("run"))
    assert not await told(later)


async def test_only_a_page_says_that_the_person_was_shown_who_sees_the_output(
    at: RunRoom,
) -> None:
    for client in (page(at, xsrf=""), visitor(at)):
        assert await client.refusal(Shown(0, 0, audience=True)) == "forbidden"
    assert not await told(page(at))
