"""An argument of another type is refused by name, and changes nothing."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jupyter_pairedit import aconnect, connect
from jupyter_pairedit.client import AsyncRoom, Edit, Room, Run, View
from jupyter_pairedit.client.asyncruns import AsyncRun

from .conftest import CODE, Join, NewPlace, Place

GIVEN: dict[str, object] = {
    "after": 0,
    "code": "# other\n",
    "end": 1,
    "first": 1,
    "line": 1,
    "listener": lambda view: None,
    "new": "x = 2",
    "old": "x = 1",
    "start": 0,
    "text": "x = 1",
    "timeout": 1.0,
    "version": 0,
}
"""Arguments of the right types, for those that have no default."""
BESIDE: dict[str, dict[str, object]] = {"column": {"line": 1}}
"""What has to be given beside an argument."""
INTERNAL = {"apply", "open"}


class Wrong:
    """Of no type that any argument has."""


def calls(owner: type) -> Iterator[tuple[str, str]]:
    """Return the arguments of each public method: (method, argument)."""
    for name, method in inspect.getmembers(owner, inspect.isfunction):
        if not name.startswith("_") and name not in INTERNAL:
            for argument in [*inspect.signature(method).parameters][1:]:
                # The id of a write is the kernel's.
                if (name, argument) != ("write", "id"):
                    yield name, argument


def call(of: Any, name: str, argument: str) -> Any:
    """Call a method with one argument of another type."""
    method = getattr(of, name)
    parameters = inspect.signature(method).parameters
    given = {
        each: GIVEN[each]
        for each, parameter in parameters.items()
        if parameter.default is parameter.empty
    }
    return method(**{**given, **BESIDE.get(argument, {}), argument: Wrong()})


def expect_refusal(begin: Callable[[], object], where: str, argument: str) -> None:
    """Expect an error that names the argument, what was expected and what is found."""
    with pytest.raises(TypeError) as refusal:
        begin()
        pytest.fail(f"{where}({argument}=…) takes anything")
    message = str(refusal.value)
    assert message.startswith("expected "), (where, argument, message)
    assert message.endswith(f" for {argument}, found a Wrong"), (where, message)


def expect_unchanged(place: Place, room: Room | AsyncRoom) -> None:
    assert (place.code(), room.code, room.version) == (CODE, CODE, 0)
    assert (room.status, room.view().unsent) == ("live", 0)


@pytest.mark.parametrize("way", ["link", "url"])
def test_no_method_of_a_room_takes_another_type(
    new_place: NewPlace, join: Join, way: str
) -> None:
    place = new_place()
    room = join(place.link() if way == "link" else place.url)
    run = Run(AsyncRun(room._room, 1, "asked"), room._thread)
    found = 0

    for owner in (Room, View, Run):
        of: Any = {Room: room, View: room.view(), Run: run}[owner]
        for name, argument in calls(owner):
            if (way, name) == ("link", "run"):
                continue  # A guest may not.
            found += 1
            where = f"{owner.__name__}.{name}"
            expect_refusal(lambda: call(of, name, argument), where, argument)  # noqa: B023

    assert found > 20
    expect_unchanged(place, room)
    room.replace("x = 1", "x = one")
    room.saved(10)


def test_no_edit_takes_another_type(place: Place, join: Join) -> None:
    room = join(place.link())

    for name, argument in calls(Edit):
        edit = room.edit()
        where = f"Edit.{name}"
        expect_refusal(lambda: call(edit, name, argument), where, argument)  # noqa: B023
        with edit:
            pass

    with pytest.raises(TypeError, match="a str for text, found an int"):  # noqa: SIM117
        with room.edit() as edit:
            edit.insert("# first\n", line=1)
            edit.insert(0, "text")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a View for at, found an int"):
        room.edit(at=0)  # type: ignore[arg-type]
    expect_unchanged(place, room)


async def test_no_method_of_a_room_for_asyncio_takes_another_type(
    place: Place,
) -> None:
    url = await asyncio.to_thread(lambda: place.url)
    async with aconnect(url) as room:
        for of in (room, AsyncRun(room, 1, "asked"), room.reader()):
            for name, argument in calls(type(of)):
                where = f"{type(of).__name__}.{name}"
                with pytest.raises(TypeError) as refusal:
                    answer = call(of, name, argument)
                    assert inspect.isawaitable(answer), (where, argument)
                    await answer
                end = f" for {argument}, found a Wrong"
                assert str(refusal.value).endswith(end), (where, refusal.value)
        assert (room.code, room.version, room.status) == (CODE, 0, "live")


@pytest.mark.parametrize("argument", [*inspect.signature(connect).parameters])
def test_nobody_connects_with_an_argument_of_another_type(argument: str) -> None:
    given = {"where": "https://host/pairedit/room/" + "R" * 22, "token": "t"}
    with_wrong: Any = {**given, argument: Wrong()}

    for way in (connect, aconnect):
        expect_refusal(lambda: way(**with_wrong), way.__name__, argument)  # noqa: B023


def test_positions_of_numpy_are_positions(place: Place, join: Join) -> None:
    numpy = pytest.importorskip("numpy")
    room = join(place.link())

    with room.edit() as edit:
        edit.insert("# ", at=numpy.int64(6))
    assert room.saved(numpy.float32(10)) == 1

    assert place.code() == "x = 1\n# y = 2\n"
