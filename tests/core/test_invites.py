"""The keys of invites, and the end of invites."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from jupyter_pairedit.core.invites import (
    Invite,
    InviteExpired,
    InviteNotValid,
    InviteRevoked,
    digest_of,
    guest_link,
    lookup_id,
    resume_digest_of,
    verify,
)
from tests.making import ROOM, invite

ID = "I" * 22
DAY = 86_400.0


def test_the_digest_covers_purpose_id_and_secret() -> None:
    expected = hashlib.sha256(b"pairedit-invite-1" + ID.encode() + b"key").hexdigest()

    assert digest_of(ID, "key") == expected
    assert len({expected, digest_of("J" * 22, "key"), resume_digest_of(ID, "key")}) == 3


def test_the_key_of_an_invite_is_valid_for_its_room() -> None:
    made = invite(secret="key")

    found = verify(
        made, room_id=ROOM, known=made.digest, presented=digest_of(ID, "key")
    )

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
def test_an_invalid_key_costs_two_comparisons_whatever_the_reason(
    monkeypatch: pytest.MonkeyPatch, found: Invite | None, room_id: str, secret: str
) -> None:
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    known = None if found is None else found.digest

    with pytest.raises(InviteNotValid, match="This link is not valid"):
        verify(found, room_id=room_id, known=known, presented=digest_of(ID, secret))

    assert len(compared) == 2
    assert compared[0] == (64, 64)


def test_a_malformed_id_costs_the_same_lookup_as_an_unknown_one() -> None:
    assert lookup_id(ID) == ID
    for odd in ("", "../" * 9, "A" * 10_000, "\0" * 22, "ä" * 22):
        assert lookup_id(odd) == "0" * 22


def test_an_expired_invite_stays_expired_if_the_clock_is_set_back() -> None:
    made = invite(created_at=0.0, expires_at=DAY)

    assert made.checked_at(DAY - 1).refusal is None
    expired = made.checked_at(DAY).checked_at(0.0)

    assert isinstance(expired.refusal, InviteExpired)


@pytest.mark.parametrize("jump", [3_600.0, DAY, -3_600.0, -DAY, 2**31, -(2**31), 0.0])
def test_a_jump_of_the_clock_does_not_extend_an_invite(jump: float) -> None:
    made = invite(created_at=10 * DAY, expires_at=11 * DAY)
    seen = made.checked_at(10.5 * DAY).checked_at(10.5 * DAY + jump)

    after = seen.checked_at(11 * DAY)

    assert seen.seen_at >= 10.5 * DAY
    assert isinstance(after.refusal, InviteExpired)
    assert isinstance(after.checked_at(0.0).refusal, InviteExpired)


def test_an_invite_that_was_revoked_and_has_expired_is_refused_as_revoked() -> None:
    made = Invite(ID, ROOM, "edit", "", "", "Ann", 0.0, 1.0, 0.0, revoked_at=0.5)

    assert isinstance(made.checked_at(2.0).refusal, InviteRevoked)


def test_a_guest_link_has_its_key_in_the_fragment() -> None:
    made = invite(secret="key")

    assert guest_link("https://h/b/", made, "key") == (
        f"https://h/b/pairedit/guest#{ROOM}.{ID}.key"
    )
