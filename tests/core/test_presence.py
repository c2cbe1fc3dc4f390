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
def test_guests_never_take_a_seat_from_a_member(
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
