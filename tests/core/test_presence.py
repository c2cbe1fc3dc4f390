"""The people in a room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.presence import (
    COLORS,
    Participant,
    Presence,
    RoomFull,
    color,
    difference,
    over_limit,
)


def test_two_tabs_of_a_person_count_once() -> None:
    presence = Presence(limit=1)

    presence.join("ann", "Ann", "tab1")
    presence.join("ann", "Ann", "tab2")

    assert [each.clients for each in presence.people] == [("tab1", "tab2")]


def test_a_person_over_the_limit_is_refused() -> None:
    presence = Presence(limit=1)
    presence.join("ann", "Ann", "a")

    with pytest.raises(RoomFull) as refusal:
        presence.join("bob", "Bob", "b")

    assert refusal.value.limit == 1
    assert len(presence.people) == 1


def test_who_is_in_the_room_has_a_seat_when_the_limit_is_lowered() -> None:
    presence = Presence(limit=2)
    presence.join("ann", "Ann", "a")
    presence.join("bob", "Bob", "b")
    presence.limit = 1

    presence.join("bob", "Bob", "second tab")

    assert presence.has_seat_for("bob", is_guest=False)
    assert not presence.has_seat_for("cem", is_guest=False)
    assert len(presence.people) == 2


def test_the_name_of_who_was_refused_is_cleaned() -> None:
    presence = Presence(limit=1)

    presence.refuse(" Ada\u202e\n" + "x" * 100, is_guest=True)

    assert presence.refused == ("Ada " + "x" * 36, True)
    assert presence.refusals == 1


def test_a_person_leaves_with_the_last_tab() -> None:
    presence = Presence(limit=1)
    presence.join("ann", "Ann", "tab1")
    presence.join("ann", "Ann", "tab2")

    presence.leave("ann", "tab1")
    presence.leave("ann", "tab1")
    assert len(presence.people) == 1
    presence.leave("ann", "tab2")

    presence.join("bob", "Bob", "b")
    assert [each.name for each in presence.people] == ["Bob"]


def test_equal_names_are_numbered() -> None:
    presence = Presence(limit=3)
    for person in ("a", "b", "c"):
        presence.join(person, "Ann", person)

    assert [each.name for each in presence.people] == ["Ann", "Ann (2)", "Ann (3)"]


def test_the_generation_is_incremented_only_by_a_change() -> None:
    presence = Presence(limit=2)
    presence.join("a", "Ann", "a")
    before = presence.generation

    presence.leave("nobody", "x")

    assert presence.generation == before


def test_names_that_look_alike_are_numbered() -> None:
    presence = Presence(limit=3)
    presence.join("a", "Ann", "a")
    presence.join("b", "A\u200dnn", "b")

    assert [each.name for each in presence.people] == ["Ann", "A\u200dnn (2)"]


def test_a_name_always_has_the_same_colour() -> None:
    assert color("Ann") == color("Ann")
    assert {color(f"person {n}") for n in range(100)} == set(range(1, COLORS + 1))


def counted_again(arrivals: list[tuple[str, bool]], limit: int) -> list[str]:
    """Return the result of ``over_limit``, counting all people for each arrival."""
    seated: list[tuple[str, bool]] = []
    over: list[str] = []
    for person, is_guest in arrivals:
        against = [who for who, guest in seated if is_guest or not guest]
        if (person, is_guest) not in seated and len(against) >= limit:
            over.append(person)
        else:
            seated.append((person, is_guest))
            seated = list(dict.fromkeys(seated))
    return list(dict.fromkeys(over))


@given(
    st.lists(st.sampled_from([("a", False), ("b", False), ("g", True), ("h", True)])),
    st.integers(0, 4),
)
def test_guests_do_not_count_against_members(
    arrivals: list[tuple[str, bool]], limit: int
) -> None:
    assert over_limit(arrivals, limit) == counted_again(arrivals, limit)


def test_equal_names_of_other_servers_are_numbered() -> None:
    presence = Presence(limit=300)
    presence.join("a", "Ann", "a")
    others = [Participant(f"b{n}", "Ann", 1, (f"b{n}",)) for n in range(3)]

    presence.set_remote(others)

    names = [each.name for each in presence.people]
    assert names == ["Ann", "Ann (2)", "Ann (3)", "Ann (4)"]


@pytest.mark.parametrize("name", ["Ann", "Ann {}"])
def test_many_people_of_other_servers_are_named_in_one_pass(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    compared: list[str] = []

    def without_joiners(name: str) -> str:
        compared.append(name)
        return name

    monkeypatch.setattr(
        "jupyter_pairedit.core.presence.without_joiners", without_joiners
    )
    presence = Presence(limit=300)
    presence.set_remote(
        Participant(f"p{n}", name.format(n), 1, (f"c{n}",)) for n in range(300)
    )

    assert len({each.name for each in presence.people}) == 300
    assert len(compared) == 300


_PEOPLE = st.lists(
    st.builds(
        Participant,
        person=st.sampled_from("abcdef"),
        name=st.sampled_from(["Ann", "Bob", "Cem", "Dan", "Eve", "Fay"]),
        color=st.just(1),
        clients=st.sampled_from([("x",), ("y",), ("x", "y")]),
    ),
    unique_by=lambda each: each.name,
    max_size=6,
)


def _applied(before: list[Participant], after: list[Participant]) -> list[Participant]:
    """Return what a client makes of a list and of the message after it."""
    found = difference(before, after)
    if found is None:
        return after
    known = {each.name: each for each in before}
    for name in found.left:
        del known[name]
    known.update((each.name, each) for each in found.changed)
    return list(known.values())


@given(_PEOPLE, _PEOPLE)
def test_a_difference_leads_from_one_list_to_the_other(
    before: list[Participant], after: list[Participant]
) -> None:
    assert _applied(before, after) == after


@given(_PEOPLE, st.sets(st.integers(0, 5)), st.integers(0, 6))
def test_who_comes_and_who_leaves_is_a_difference(
    people: list[Participant], leaving: set[int], at_first: int
) -> None:
    before = people[:at_first]
    after = [each for place, each in enumerate(people) if place not in leaving]

    found = difference(before, after)

    assert found is not None
    assert list(found.changed) == [each for each in after if each not in before]
    assert list(found.left) == [each.name for each in before if each not in after]


def test_names_stay_unique_while_people_come_and_leave() -> None:
    presence = Presence(limit=300)
    for number in range(6):
        presence.join(f"p{number}", "Ann", f"c{number}")
    presence.leave("p1", "c1")
    presence.set_remote([Participant("r", "Ann", 1, ("r1",))])
    presence.join("p6", "Ann", "c6")
    presence.set_remote([])
    presence.join("p7", "Ann", "c7")

    names = [each.name for each in presence.people]
    assert len(set(names)) == len(names) == 7
