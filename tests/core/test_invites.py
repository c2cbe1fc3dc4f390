"""Keys of invites, and when an invite ends."""

from __future__ import annotations

import hashlib
import hmac
import secrets

import pytest

from jupyter_pairedit.core.invites import (
    Invite,
    InviteExpired,
    InviteNotValid,
    InviteRevoked,
    asked_for,
    checked,
    digest_of,
    link,
    mint_invite_id,
    resume_digest_of,
)
from tests.making import ROOM, invite

ID = "I" * 22
DAY = 86_400.0


def test_the_digest_is_of_its_purpose_the_id_and_the_secret() -> None:
    expected = hashlib.sha256(b"pairedit-invite-1" + ID.encode() + b"key").hexdigest()

    assert digest_of(ID, "key") == expected
    assert len({expected, digest_of("J" * 22, "key"), resume_digest_of(ID, "key")}) == 3


def test_an_id_is_hard_to_guess() -> None:
    assert len(mint_invite_id(secrets.choice)) == 22


def test_the_key_of_an_invite_opens_its_room() -> None:
    made = invite(secret="key")

    found = checked(made, room_id=ROOM, known=made.digest, shown=digest_of(ID, "key"))

    assert found is made


@pytest.mark.parametrize(
    ("found", "room_id", "secret"),
    [
        (invite(secret="key"), ROOM, "another"),
        (invite(secret="key"), ROOM, ""),
        (invite(secret="key"), "S" * 22, "key"),
        (invite(secret="key"), "", "key"),
        (None, ROOM, "key"),
        (None, "", "key"),
    ],
)
def test_m16_whatever_does_not_fit_costs_the_same_two_comparisons(
    monkeypatch: pytest.MonkeyPatch, found: Invite | None, room_id: str, secret: str
) -> None:
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    known = None if found is None else found.digest

    with pytest.raises(InviteNotValid, match="This link is not valid"):
        checked(found, room_id=room_id, known=known, shown=digest_of(ID, secret))

    assert len(compared) == 2
    assert compared[0] == (64, 64)


def test_what_cannot_be_an_id_is_looked_up_like_any_other() -> None:
    assert asked_for(ID) == ID
    for odd in ("", "../" * 9, "A" * 10_000, "\0" * 22, "ä" * 22):
        assert asked_for(odd) == "0" * 22


def test_an_invite_ends_when_it_expires_and_stays_so_when_clocks_go_back() -> None:
    made = invite(created_at=0.0, expires_at=DAY)

    assert made.seen(DAY - 1).refusal is None
    dead = made.seen(DAY).seen(0.0)

    assert isinstance(dead.refusal, InviteExpired)


@pytest.mark.parametrize("jump", [3_600.0, DAY, -3_600.0, -DAY, 2**31, -(2**31), 0.0])
def test_t17_a_jump_of_the_clock_gives_no_time_to_an_invite(jump: float) -> None:
    made = invite(created_at=10 * DAY, expires_at=11 * DAY)
    seen = made.seen(10.5 * DAY).seen(10.5 * DAY + jump)

    after = seen.seen(11 * DAY)

    assert seen.seen_at >= 10.5 * DAY
    assert isinstance(after.refusal, InviteExpired)
    assert isinstance(after.seen(0.0).refusal, InviteExpired)


def test_what_was_revoked_is_said_to_be_so_when_it_has_expired_too() -> None:
    made = Invite(ID, ROOM, "edit", "", "", "Ann", 0.0, 1.0, 0.0, revoked_at=0.5)

    assert isinstance(made.seen(2.0).refusal, InviteRevoked)


def test_a_link_has_its_key_in_the_fragment_alone() -> None:
    made = invite(secret="key")

    assert link("https://h/b/", made, "key") == (
        f"https://h/b/pairedit/guest#{ROOM}.{ID}.key"
    )
