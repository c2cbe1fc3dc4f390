"""Text of guests that a person was not shown is listed, and not run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_pairedit.core.runs import Part
from jupyter_pairedit.runs.requests import UnreadText
from jupyter_pairedit.runs.shown import ToldAudience
from tests.making import ROOM

from .rooms import ANN, BEN, EVE, GUS, RunRoom


async def test_the_lines_of_guests_are_listed_with_what_is_to_be_noted(
    at: RunRoom,
) -> None:
    await at.type("x = 1\n")
    await at.type("!rm\u202e x\n", GUS)

    (line,) = (await at.unread()).lines

    assert (line.line, line.text, line.author) == (2, "!rm\u202e x", "Gus")
    assert (line.command, line.invisible) == (True, ["U+202E"])


async def test_a_list_that_was_confirmed_is_run(at: RunRoom) -> None:
    await at.type("evil()\n", GUS)
    listed = await at.unread()
    listed.confirm()

    await at.run()

    assert at.probe.given == ["evil()\n"]
    assert (await at.unread(BEN)).numbers == [1]


@pytest.mark.parametrize(("request_id", "version"), [(2, 1), (1, 0), (1, 2)])
async def test_the_confirmation_of_another_list_does_not_count(
    at: RunRoom, request_id: int, version: int
) -> None:
    await at.type("evil()\n", GUS)
    (await at.unread()).confirm(request_id, version)

    assert (await at.unread()).numbers == [1]


async def test_a_list_is_confirmed_only_until_the_next_one(at: RunRoom) -> None:
    await at.type("evil()\n", GUS)
    listed = await at.unread()
    await at.type("more()\n", GUS)
    with pytest.raises(UnreadText):
        await at.run()  # The newer list is not sent yet.

    listed.confirm()

    assert (await at.unread()).numbers == [1, 2]


async def test_what_a_person_has_run_counts_as_shown_to_that_person(
    at: RunRoom,
) -> None:
    await at.type("evil()\n", GUS)
    await at.run(unread=True)
    await at.run()
    await at.type("more()\n", GUS)

    assert (await at.unread()).numbers == [2]
    assert (await at.unread(BEN)).numbers == [1, 2]


async def test_a_part_that_was_run_says_nothing_of_the_rest(at: RunRoom) -> None:
    await at.type("a\nevil()\n", GUS)

    await at.run(part=Part(0, 2), unread=True)

    assert (await at.unread()).numbers == [2]


async def test_after_an_older_version_nothing_counts_as_shown(at: RunRoom) -> None:
    await at.type("evil()\n", GUS)
    await at.edit(0, 6, "safe()", ANN)
    (await at.unread(version=2)).confirm()
    await at.run(version=2)

    assert (await at.unread(version=1)).numbers == [1]


async def test_trust_is_for_lines_of_that_guest_alone_and_one_person(
    at: RunRoom,
) -> None:
    at.runs.grants.trust(ROOM, GUS.client_id, ANN.person)
    await at.type("a()\n", GUS)
    await at.run()

    await at.type("b()\n", EVE)
    assert (await at.unread()).numbers == [2]
    assert (await at.unread(BEN)).numbers == [1, 2]


async def test_a_line_of_a_trusted_guest_and_another_one_is_listed(
    at: RunRoom,
) -> None:
    at.runs.grants.trust(ROOM, GUS.client_id, ANN.person)
    await at.type("x = ", EVE)
    await at.type("1 + ", ANN)
    await at.type("2\n", GUS)

    first, *_ = (await at.unread()).lines
    assert (first.text, first.author) == ("x = 1 + 2", "Eve, Gus")


async def test_a_line_of_two_trusted_guests_is_not_listed(at: RunRoom) -> None:
    for guest in (GUS, EVE):
        at.runs.grants.trust(ROOM, guest.client_id, ANN.person)
    await at.type("x = ", EVE)
    await at.type("2\n", GUS)

    await at.run()

    assert at.probe.given == ["x = 2\n"]


async def test_another_guest_of_the_same_name_is_not_trusted(at: RunRoom) -> None:
    other = replace(EVE, name=GUS.name)
    at.runs.grants.trust(ROOM, GUS.client_id, ANN.person)
    await at.type("a()\n", GUS)
    await at.type("b()\n", ANN)
    await at.type("evil()\n", other)

    listed = await at.unread()

    assert [(each.line, each.author, each.clients) for each in listed.lines] == [
        (1, "Gus", [GUS.client_id]),
        (3, "Gus", [EVE.client_id]),
    ]


async def test_in_one_line_another_guest_of_the_same_name_is_not_trusted(
    at: RunRoom,
) -> None:
    other = replace(EVE, name=GUS.name)
    at.runs.grants.trust(ROOM, GUS.client_id, ANN.person)
    await at.type("x = ", GUS)
    await at.type("2", other)

    (line,) = (await at.unread()).lines
    assert (line.author, line.clients) == ("Gus", [GUS.client_id, EVE.client_id])


async def test_what_another_guest_of_the_same_name_has_removed_is_listed(
    at: RunRoom,
) -> None:
    await at.type("check()\nrun()\n")
    at.runs.grants.trust(ROOM, GUS.client_id, ANN.person)
    await at.edit(0, 8, "", replace(EVE, name=GUS.name))

    (line,) = (await at.unread()).lines
    assert (line.removed, line.clients) == (True, [EVE.client_id])


async def test_who_confirms_a_list_was_shown_the_trusted_lines_too(
    at: RunRoom,
) -> None:
    at.runs.grants.trust(ROOM, GUS.client_id, ANN.person)
    await at.type("a()\n", GUS)
    await at.type("b()\n", EVE)

    listed = await at.unread()
    listed.confirm()
    at.clock.seconds += at.limits.grant

    assert listed.numbers == [1, 2]
    await at.run()


async def test_what_a_guest_has_removed_is_listed_with_the_line_that_stays(
    at: RunRoom,
) -> None:
    await at.type("check()\nrun()\n")
    await at.edit(0, 8, "!", GUS)
    await at.edit(0, 1, "", GUS)

    (line,) = (await at.unread()).lines

    assert (line.line, line.text, line.removed) == (1, "run()", True)


def test_who_sees_the_output_is_shown_again_for_a_room_that_was_made_again() -> None:
    told = ToldAudience()
    told.confirm(ROOM, "first", "ann")

    assert told.has(ROOM, "first", "ann")
    assert not told.has(ROOM, "first", "ben")
    assert not told.has("another", "first", "ann")
    assert not told.has(ROOM, "second", "ann")
