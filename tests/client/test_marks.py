"""Marks of changes, as programs set and read them."""

from __future__ import annotations

from jupyter_pairedit.client.outbox import next_push
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.marks import NO_MARKS, marks_of, names_of
from jupyter_pairedit.core.replica import Replica

from .conftest import Join, Place
from .test_room import SOON, wait_for_version


def test_the_changes_of_an_agent_have_its_mark_everywhere(
    place: Place, join: Join
) -> None:
    agent, person = join(place.url, agent=True), join(place.url)
    agent.replace("x = 1", "x = one")
    agent.saved(SOON)
    wait_for_version(person, 1)
    person.replace("y = 2", "y = two")
    person.saved(SOON)
    wait_for_version(agent, 2)
    agent.write("new\n")
    agent.saved(SOON)
    wait_for_version(person, 3)

    for room in (agent, person):
        changes = room.changes(after=0, timeout=0.1)
        assert [names_of(each.marks) for each in changes] == [["agent"], [], ["agent"]]
        history = room.history()
        assert [names_of(each.marks) for each in history] == [["agent"], [], ["agent"]]
        (line, *_) = room.blame()
        assert (line.kind, names_of(line.marks)) == ("write", ["agent"])


def test_a_program_with_a_link_has_the_mark_of_a_guest_also_on_its_own_changes(
    place: Place, join: Join
) -> None:
    guest, member = join(place.link(), agent=True), join(place.url)
    guest.replace("x = 1", "x = one")
    guest.saved(SOON)
    wait_for_version(member, 1)

    for room in (guest, member):
        (change,) = room.changes(after=0, timeout=0.1)
        assert names_of(change.marks) == ["guest", "agent"]
    (line, other, _) = member.blame()
    assert (names_of(line.marks), names_of(other.marks)) == (["guest", "agent"], [])


def test_a_push_has_edits_with_the_same_marks() -> None:
    room = Replica()
    suggested = marks_of(["suggested"])
    for at, marks in enumerate([NO_MARKS, NO_MARKS, suggested, NO_MARKS]):
        room.edit(ChangeSet.replacing(at, [(at, at, "x")]), marks)

    pushed = []
    while (push := next_push(room)) is not None:
        assert isinstance(push.updates, list)
        pushed.append((len(push.updates), push.marks))
        room.saved(room.version + len(push.updates))

    assert pushed == [(2, []), (1, ["suggested"]), (1, [])]
