"""Rooms of ``connect`` on a real server."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from jupyter_pairedit import aconnect, connect
from jupyter_pairedit.client import (
    Ambiguous,
    Forbidden,
    Moved,
    NotConnected,
    NotSaved,
    Room,
    ServerError,
    TextNotFound,
    TooOld,
)
from jupyter_pairedit.client.entry import MemberEntry
from jupyter_pairedit.core.limits import MIB

from .conftest import CODE, Join, NewPlace, Place

SOON = 10.0
"""Seconds after which a test that waits in vain fails."""


def wait_for_version(room: Room, version: int) -> None:
    """Wait until a room has a version."""
    changes = room.changes(timeout=SOON)
    while room.version < version:
        next(changes)


def refusal_of(where: str, **arguments: Any) -> str:
    """Return the status with which a participant is refused."""
    with pytest.raises(NotConnected) as refusal:
        connect(where, **arguments)
    return refusal.value.status


# --- editing --------------------------------------------------------------------------


def test_two_participants_see_the_edits_of_each_other(place: Place, join: Join) -> None:
    ann, bob = join(place.link(), name="Ann"), join(place.url)

    ann.replace("x = 1", "x = 'ä😀'")
    ann.saved(SOON)
    wait_for_version(bob, 1)
    with bob.edit(at=bob.view()) as edit:
        edit.insert("!", line=1, column=8)
    bob.saved(SOON)
    wait_for_version(ann, 2)

    assert ann.code == bob.code == place.code() == "x = 'ä😀'!\ny = 2\n"


def test_edits_of_both_sides_stay_when_they_cross(place: Place, join: Join) -> None:
    ann, bob = join(place.link()), join(place.link())
    views = ann.view(), bob.view()

    for room, view, line in zip((ann, bob), views, (1, 2), strict=True):
        with room.edit(at=view) as edit:
            edit.insert("# here\n", line=line)
    ann.saved(SOON)
    bob.saved(SOON)
    wait_for_version(ann, 2)
    wait_for_version(bob, 2)

    assert ann.code == bob.code == "# here\nx = 1\n# here\ny = 2\n"


def test_a_hundred_stale_edits_are_refused_and_change_nothing(
    new_place: NewPlace, join: Join
) -> None:
    place = new_place("".join(f"line {n}\n" for n in range(100)))
    room = join(place.link())
    view = room.view()
    changed = "".join(f"LINE {n}\n" for n in range(100))
    wait_for_version(room, place.put(changed))

    for number in range(100):
        with pytest.raises(Moved):
            room.replace(f"line {number}\n", "", at=view)

    assert room.code == place.code() == changed


def test_an_edit_beside_what_others_changed_is_made(place: Place, join: Join) -> None:
    room = join(place.link())
    view = room.view()
    wait_for_version(room, place.put("# new\nx = 1\ny = 3\n"))

    room.replace("x = 1", "x = one", at=view)

    room.saved(SOON)
    assert place.code() == "# new\nx = one\ny = 3\n"


def test_a_text_that_occurs_twice_is_not_replaced(
    new_place: NewPlace, join: Join
) -> None:
    room = join(new_place("a\nfoo\nb\nfoofoo\n").link())

    with pytest.raises(Ambiguous) as refusal:
        room.replace("foo", "bar")
    with pytest.raises(TextNotFound):
        room.replace("Foo", "bar")

    assert refusal.value.lines == (2, 4, 4)
    assert room.code == "a\nfoo\nb\nfoofoo\n"


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_text_that_cannot_be_stored_is_refused(
    place: Place, join: Join, text: str
) -> None:
    room = join(place.link())

    with pytest.raises(ValueError, match="expected"):
        room.replace("x", text)
    with pytest.raises(ValueError, match="expected"):
        room.write(text)

    assert room.code == CODE


def test_a_view_of_another_participant_is_refused(place: Place, join: Join) -> None:
    ann, bob = join(place.link()), join(place.link())

    with pytest.raises(ValueError, match="expected a view of this room"):
        ann.replace("x", "y", at=bob.view())

    assert ann.code == CODE


def test_an_edit_whose_block_raises_changes_nothing(place: Place, join: Join) -> None:
    room = join(place.link())

    with pytest.raises(KeyError), room.edit() as edit:
        edit.delete(0, 5)
        raise KeyError

    assert room.code == CODE


def test_a_write_replaces_the_whole_code_with_its_line_ends_unified(
    place: Place, join: Join
) -> None:
    room = join(place.link())

    room.write("a\r\nb\r")
    assert room.saved(SOON) == 1

    assert room.code == place.code() == "a\nb\n"


def test_code_that_is_too_large_is_not_saved_and_returned(
    place: Place, join: Join
) -> None:
    room = join(place.link())
    large = "x" * (MIB + 1)

    room.write(large)
    with pytest.raises(NotSaved) as refusal:
        room.saved(SOON)

    assert refusal.value.text == large
    assert room.saved(SOON) == 0
    assert room.code == place.code() == CODE


def test_an_edit_that_is_too_large_is_held_until_the_code_is_shorter(
    place: Place, join: Join
) -> None:
    room = join(place.link())

    room.replace("x", "x" * MIB)
    with pytest.raises(NotSaved):
        room.saved(SOON)
    assert room.status == "unsaved"
    room.replace("x" * MIB, "z")
    room.saved(SOON)

    assert place.code() == "z = 1\ny = 2\n"


# --- rights ---------------------------------------------------------------------------


def test_a_view_link_gives_one_clear_error_and_stays_connected(
    place: Place, join: Join
) -> None:
    room = join(place.link("view"))

    with pytest.raises(Forbidden, match="read this room and not to change it"):
        room.replace("x", "y")
    with pytest.raises(Forbidden):
        room.write("")
    with pytest.raises(Forbidden), room.edit() as collected:
        collected.delete(0, 1)

    assert room.role == "view"
    wait_for_version(room, place.put("new\n"))
    assert (room.code, room.status) == ("new\n", "live")


def test_a_guest_link_gives_no_history(place: Place, join: Join) -> None:
    room = join(place.link())

    for ask in (room.blame, room.history, lambda: room.restore(0)):
        with pytest.raises(Forbidden, match="no access to the history"):
            ask()


def test_a_member_reads_who_wrote_what_and_restores_a_version(
    place: Place, join: Join
) -> None:
    room = join(place.url)
    (me,) = (person.name for person in room.people if person.own)
    room.replace("y = 2", "y = 3")
    room.saved(SOON)

    lines = room.blame()
    history = room.history()

    assert (lines[1].line, lines[1].author, lines[1].kind) == (2, me, "edit")
    assert [(each.version, each.author) for each in history] == [(1, me)]
    assert room.history(after=1) == []
    assert room.restore(0, timeout=SOON) == 2
    assert place.code() == CODE
    with pytest.raises(ServerError) as error:
        room.restore(99)
    assert error.value.code == "version_not_found"


def test_a_link_that_is_revoked_ends_the_participant(place: Place, join: Join) -> None:
    link = place.link()
    room = join(link)
    invite = link.partition("#")[2].split(".")[1]
    changes = room.changes(timeout=SOON)

    place.server.call(f"pairedit/rooms/{place.id}/invites/{invite}", "DELETE")

    with pytest.raises(NotConnected) as refusal:
        next(changes)
    assert refusal.value.status == room.status == "revoked"
    with pytest.raises(NotConnected):
        room.replace("x", "y")
    assert room.code == CODE
    assert refusal_of(link) == "revoked"


def test_each_reason_not_to_be_admitted_has_a_status(
    place: Place, new_place: NewPlace, join: Join
) -> None:
    link, url = place.link(), place.url
    full = new_place(limit=1)
    join(full.link())

    assert refusal_of(full.link()) == "full"
    assert refusal_of(link[:-4] + "AAAA") == "invalid"
    assert refusal_of(url.replace(place.id, "A" * 22)) == "missing"
    assert refusal_of(url.partition("?")[0], token="wrong") == "refused"
    elsewhere = place.server.origin + "/elsewhere/"
    assert refusal_of(place.id, server=elsewhere, token="wrong") == "refused"
    assert refusal_of(
        place.id, server="http://127.0.0.1:1", token="a", timeout=0.2
    ) == ("connecting")


# --- following ------------------------------------------------------------------------


def test_changes_have_their_authors_versions_and_texts(
    place: Place, join: Join
) -> None:
    ann, bob = join(place.link(), name="Ann"), join(place.link(), name="Bob")
    ann.replace("x = 1", "x = one")
    ann.saved(SOON)
    wait_for_version(bob, 1)
    bob.write("new\n")
    bob.saved(SOON)
    wait_for_version(bob, place.put("newer\n"))

    first, second, third = list(bob.changes(after=0, timeout=0.1))

    assert (first.version, first.author, first.kind, first.own) == (
        *(1, "Ann", "edit", False),
    )
    assert (first.before, first.after) == (CODE, "x = one\ny = 2\n")
    assert (second.author, second.kind, second.own) == ("Bob", "write", True)
    assert (third.version, third.author, third.after) == (3, "", "newer\n")
    with pytest.raises(ValueError, match="expected a version up to 3"):
        bob.changes(after=4)


def test_changes_of_before_the_connection_are_not_known(
    place: Place, join: Join
) -> None:
    place.put("new\n")
    room = join(place.link())

    with pytest.raises(TooOld):
        room.changes(after=0)


def test_a_reader_of_changes_ends_when_the_room_is_closed(
    place: Place, join: Join
) -> None:
    room = join(place.link())
    read: list[object] = []
    changes = room.changes()
    reader = threading.Thread(target=lambda: read.extend(changes))
    reader.start()

    room.replace("x", "z")
    room.saved(SOON)
    room.close()

    reader.join(SOON)
    assert not reader.is_alive() and len(read) == 1


def test_people_have_their_names_labels_and_which_one_is_oneself(
    place: Place, join: Join
) -> None:
    ann, bob = join(place.url), join(place.link(), name="Bob")

    me, other = sorted(bob.people, key=lambda person: not person.own)

    assert (me.name, me.guest, me.own) == ("Bob", True, True)
    assert not other.guest and not other.own
    assert [person.own for person in ann.people].count(True) == 1


# --- threads, loops, leaving ----------------------------------------------------------


async def test_a_room_can_be_used_where_a_loop_runs(place: Place) -> None:
    with connect(place.link()) as room:
        room.replace("x", "z")
        room.saved(SOON)

    assert place.code() == "z = 1\ny = 2\n"


async def test_a_room_of_asyncio_has_the_same_names(place: Place) -> None:
    async with aconnect(place.link(), name="Ann") as room:
        view = room.view()
        with room.edit(at=view) as edit:
            edit.delete(*view.lines(1))
        assert await room.saved(SOON) == 1
        found = [change async for change in room.changes(after=0, timeout=0.1)]
        room.caret(1, 1)

    public = {name for name in dir(Room) if not name.startswith("_")}
    assert public <= set(dir(room))
    assert [(change.version, change.author) for change in found] == [(1, "Ann")]
    assert place.code() == "y = 2\n"
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_many_threads_use_one_room(place: Place, join: Join) -> None:
    room = join(place.link())

    def insert(number: int) -> None:
        for _ in range(10):
            with room.edit() as edit:
                edit.insert(chr(0x100 + number), at=0)

    threads = [threading.Thread(target=insert, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    room.saved(SOON)

    typed = "".join(chr(0x100 + number) * 10 for number in range(5))
    assert sorted(place.code()) == sorted(CODE + typed)


def test_closing_sends_what_is_not_stored_yet_and_may_be_done_again(
    place: Place,
) -> None:
    room = connect(place.link())
    for number in range(100):
        room.replace(CODE[-4:], f"{number}{CODE[-4:]}")
    text = room.code
    room.close()
    room.close()

    assert place.code() == text
    assert room.status == "closed"
    with pytest.raises(NotConnected):
        room.write("")


# --- connections ----------------------------------------------------------------------


@pytest.mark.parametrize("way", ["link", "url"])
def test_who_connects_again_is_the_same_person_and_each_edit_is_made_once(
    place: Place, join: Join, way: str
) -> None:
    room = join(place.link() if way == "link" else place.url, name="Ann")
    people = room.people

    def restart_and_edit() -> None:
        participant = room._room._participant
        participant.restart()
        participant.replace("y = 2", "y = 3")
        participant.replace("x = 1", "x = 2")

    for _ in range(3):
        room.write(CODE)
        room.saved(SOON)
        room._thread.call(restart_and_edit)
        assert room.status == "reconnecting"
        room.saved(SOON)

    assert place.code() == "x = 2\ny = 3\n"
    changes = room.changes(after=room.version - 1, timeout=SOON)
    place.put("end\n")
    assert "end\n" in (next(changes).after, next(changes).after)
    # The list of people may come later than the code.
    room._thread.run(lambda: room._room._until(lambda: room._room._participant.ready))
    assert room.people == people


def test_edits_that_could_not_be_sent_are_returned_when_the_room_is_closed(
    place: Place,
) -> None:
    room = connect(place.url)
    entry = room._room._entry
    assert isinstance(entry, MemberEntry)
    entry.server = "http://127.0.0.1:1/"
    room._thread.call(room._room._participant.restart)
    room.replace("x = 1", "x = 2")

    with pytest.raises(TimeoutError):
        room.saved(timeout=0.01)
    with pytest.raises(NotSaved) as refusal:
        room.close(timeout=0.01)

    assert refusal.value.text == "x = 2\ny = 2\n"
    assert (room.status, place.code()) == ("closed", CODE)


def test_a_room_that_is_locked_is_read_only_until_it_is_unlocked(
    place: Place, join: Join
) -> None:
    room = join(place.link())
    lock = f"pairedit/rooms/{place.id}/lock"

    place.server.call(lock, "PUT", {"locked": True})
    wait_for_version(room, place.put("locked\n"))
    assert room.role == "view"
    with pytest.raises(Forbidden):
        room.write("")

    place.server.call(lock, "PUT", {"locked": False})
    wait_for_version(room, place.put("open\n"))
    room.replace("open", "mine")
    room.saved(SOON)
    assert place.code() == "mine\n"


async def test_an_attempt_that_is_cancelled_leaves_nothing_behind() -> None:
    joining = asyncio.ensure_future(
        _join(aconnect("A" * 22, server="http://127.0.0.1:1/", token="t"))
    )
    await asyncio.sleep(0)
    joining.cancel()

    with pytest.raises(asyncio.CancelledError):
        await joining
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def _join(joining: aconnect) -> None:
    async with joining:
        pass
