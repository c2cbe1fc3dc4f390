"""The code that a run executes, and the states of a run."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.runs import (
    NEXT,
    OtherText,
    OutsideText,
    Part,
    RunEnded,
    RunState,
    code_of,
    digest_of,
)
from jupyter_pairedit.core.text import Text
from tests.making import run

TEXT = Text.of("a😀b\n")


def test_a_part_with_an_astral_character_is_code_of_whole_characters() -> None:
    assert code_of(TEXT, Part(1, 4), digest_of("😀b")) == "😀b"


def test_a_part_that_splits_a_character_or_is_outside_is_refused() -> None:
    for part in (Part(0, 2), Part(2, 4), Part(0, 6), Part(3, 1)):
        with pytest.raises(OutsideText):
            code_of(TEXT, part, digest_of("a"))


def test_code_with_another_digest_is_refused() -> None:
    with pytest.raises(OtherText):
        code_of(TEXT, None, digest_of("a😀b"))


@pytest.mark.parametrize("state", NEXT)
def test_a_run_goes_on_to_the_states_that_follow_alone(state: RunState) -> None:
    found = run(state)
    assert found.ended is (state not in {"asked", "queued", "running"})
    for other in NEXT:
        if other in NEXT[state]:
            assert found.moved(other, 7.0, "so").state == other
        else:
            with pytest.raises(RunEnded, match=f"can be {other}, found one {state}"):
                found.moved(other, 7.0)


def test_only_a_permitted_run_is_executed_and_only_one_that_began_is_done() -> None:
    assert [state for state in NEXT if "running" in NEXT[state]] == ["queued"]
    assert [state for state in NEXT if "queued" in NEXT[state]] == ["asked"]
    assert [state for state in NEXT if "done" in NEXT[state]] == ["running"]


def test_a_run_has_the_times_at_which_it_began_and_ended() -> None:
    running = run("queued").moved("running", 2.0)
    assert (running.started_at, running.ended_at) == (2.0, None)
    done = running.moved("done", 3.0, "A sentence.")
    assert (done.started_at, done.ended_at, done.detail) == (2.0, 3.0, "A sentence.")
    expired = run("asked").moved("expired", 4.0)
    assert (expired.started_at, expired.ended_at) == (None, 4.0)
