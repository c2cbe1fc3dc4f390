"""REST: the kernel of a room, its runs, and what they have shown."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..connections.runaccess import Permission
from ..core.names import visible
from ..protocol import Digest, RunChanged, Version
from ..rooms.room import Room
from ..rooms.runs import run_changed, run_output
from ..runs.bindings import Binding
from ..runs.requests import Requester, RunRefusal, Wanted, part_of
from .base import APIHandler, allowed, expect_room_id
from .runrights import run_permission

KernelName = Annotated[str, Meta(max_length=200)]
"""The id of a kernel, or the name of its kind."""


class NewKernel(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The body that chooses a kernel: one of the server, or a new one of a kind."""

    kernel_id: KernelName | UnsetType = UNSET
    name: KernelName | UnsetType = UNSET


class NewRun(msgspec.Struct, forbid_unknown_fields=True):
    """The body that runs the code of a version."""

    epoch: str
    version: Version
    digest: Digest
    start: Version | UnsetType = msgspec.field(name="from", default=UNSET)
    end: Version | UnsetType = msgspec.field(name="to", default=UNSET)
    unread: bool = False
    """Whether to run text of guests that the person was not shown."""


class RunsHandler(APIHandler):
    """Base of the handlers about runs."""

    async def expect_permission(self) -> None:
        """Raise ``RunRefusal`` unless the person may run code here."""
        permission = await run_permission(self)
        if permission.may != "run":
            raise RunRefusal("forbidden", permission.why)

    async def room(self, room_id: str) -> Room:
        """Return the room of a path."""
        return await self.hub.open(expect_room_id(room_id))

    @property
    def requester(self) -> Requester:
        """The person of the request. No client: nothing of it can be withdrawn."""
        return Requester(self.person, self.person_name, "")


class KernelHandler(RunsHandler):
    """``/rooms/{roomId}/kernel``: which kernel executes the code of a room."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Reply with the kernel, and what else there is."""
        await self.room(room_id)
        await self._describe(room_id)

    @allowed("execute")
    async def put(self, room_id: str) -> None:
        """Choose a kernel, or start one."""
        await self.room(room_id)
        await self.expect_permission()
        wanted = self.body(NewKernel)
        bindings = self.context.runs.bindings
        match wanted:
            case NewKernel(kernel_id=str(), name=msgspec.UnsetType()):
                await bindings.bind(room_id, str(wanted.kernel_id), self.person)
            case NewKernel(kernel_id=msgspec.UnsetType(), name=str()):
                await bindings.start(room_id, str(wanted.name), self.person)
            case _:
                raise msgspec.ValidationError(
                    "Expected either kernelId or name, found both or neither."
                )
        await self._describe(room_id)

    @allowed("execute")
    async def delete(self, room_id: str) -> None:
        """Take the kernel from the room; shut it down if this person has started it."""
        await self.room(room_id)
        await self.expect_permission()
        await self.context.runs.bindings.unbind(room_id, self.person)
        self.set_status(204)
        self.finish()

    async def _describe(self, room_id: str) -> None:
        permission = await run_permission(self)
        bindings = self.context.runs.bindings
        specs = bindings.source.specs() if permission.may else {}
        self.reply(
            {
                "allowed": permission.may == "run",
                "why": permission.why,
                "kernel": _kernel_of(bindings.of(room_id)),
                "names": self._has_names(permission, bindings.of(room_id)),
                "specs": [
                    {"name": name, "displayName": visible(label)}
                    for name, label in specs.items()
                ],
            }
        )

    def _has_names(self, permission: Permission, binding: Binding | None) -> bool:
        """Whether the person may ask the kernel about names."""
        allowed = self.context.names_from_kernel and permission.may == "run"
        return allowed and binding is not None and binding.by == self.person


class RunListHandler(RunsHandler):
    """``/rooms/{roomId}/runs``: the runs of a room."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Reply with the runs that are kept, the oldest first."""
        await self.room(room_id)
        after = self.get_query_argument("after", "0")
        number = msgspec.convert(after, Version, strict=False)
        runs = await self.hub.store.runs.runs(room_id, number)
        self.reply({"runs": [run_to_json(run_changed(each)) for each in runs]})

    @allowed("execute")
    async def post(self, room_id: str) -> None:
        """Run the code of a version."""
        room = await self.room(room_id)
        await self.expect_permission()
        wanted = self.body(NewRun)
        part = part_of(wanted.start, wanted.end)
        run = await self.context.runs.request(
            room,
            self.requester,
            Wanted(wanted.epoch, wanted.version, wanted.digest, part),
            unread=wanted.unread,
        )
        self.set_status(202)
        self.reply({"run": run.number, "state": run.state})


class RunStopHandler(RunsHandler):
    """``/rooms/{roomId}/runs/{run}/stop``: interrupts a run."""

    @allowed("execute")
    async def post(self, room_id: str, run: str) -> None:
        """Interrupt a run, or take it out of the queue."""
        room = await self.room(room_id)
        await self.expect_permission()
        await self.context.runs.runner.stop(room, self.requester, int(run))
        self.set_status(202)
        self.reply({"run": int(run)})


class OutputsHandler(RunsHandler):
    """``/rooms/{roomId}/runs/{run}/outputs``: what a run has shown."""

    @allowed("read")
    async def get(self, room_id: str, run: str) -> None:
        """Reply with the outputs that are kept, in order."""
        await self.room(room_id)
        store, number = self.hub.store.runs, int(run)
        runs = await store.runs(room_id, number - 1)
        if not runs or runs[0].number != number:
            raise RunRefusal("gone", "There is no such run in this room.")
        after = self.get_query_argument("after", "")
        since = msgspec.convert(after, Version, strict=False) if after else -1
        found = await store.outputs(room_id, number, since)
        await self.reply_large(
            lambda: {"outputs": [run_output(each) for each in found]}
        )


def run_to_json(run: RunChanged) -> dict[str, Any]:
    """Return a run as in the message, without its type."""
    fields: dict[str, Any] = msgspec.to_builtins(run)
    del fields["type"]
    return fields


def _kernel_of(binding: Binding | None) -> dict[str, str] | None:
    if binding is None:
        return None
    state = binding.kernel.state
    return {"id": binding.kernel_id, "name": visible(binding.name), "state": state}
