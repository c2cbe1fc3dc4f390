"""The runs of a room in messages, and who is sent them."""

from __future__ import annotations

import json

import pytest

from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.properties import RoomSettings
from jupyter_pairedit.core.runs import Run, RunState
from jupyter_pairedit.protocol import RunOutput
from jupyter_pairedit.rooms.runreader import RunReader
from jupyter_pairedit.rooms.runs import RunFeed, run_output


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml"])
def test_without_markup_only_its_type_and_text_are_sent(mime: str) -> None:
    output = Output(3, "display", "alpha 1", mime, "<p>alpha")
    sent = RunOutput(3, "display", "alpha 1", mime)
    assert run_output(output, markup=False) == sent
    assert run_output(output).data == "<p>alpha"


def test_images_of_pixels_are_no_markup() -> None:
    output = Output(0, "display", "a plot", "image/png", "aGk=")
    assert run_output(output, markup=False) == run_output(output)


def run(number: int, state: RunState = "done") -> Run:
    return Run(number, "epoch", 0, None, "digest", "Ann", False, state, 1.0)


def sent(feed: RunFeed, reader: RunReader) -> set[int]:
    """Return the runs that a reader is sent."""
    numbers = set()
    while frame := reader.next(feed, RoomSettings()):
        numbers.add(int(json.loads(frame[frame.index(b"{") :])["run"]))
    return numbers


def reader(feed: RunFeed) -> RunReader:
    return RunReader("gus", feed, lambda: "edit")


@pytest.mark.parametrize("returns", ["asked", "running"])
def test_a_question_that_was_approved_while_a_guest_was_away_is_not_sent(
    returns: RunState,
) -> None:
    feed = RunFeed()
    reader(feed)
    feed.set(run(1, "asked"))
    feed.leave("gus")
    feed.set(run(1, returns))

    back = reader(feed)
    feed.set(run(1, "done"))
    feed.set(run(2))

    assert sent(feed, back) == ({1, 2} if returns == "asked" else {2})


def test_what_a_guest_has_missed_stays_missed_when_the_client_follows_no_runs() -> None:
    feed = RunFeed()
    reader(feed)
    feed.leave("gus")
    feed.set(run(1))
    # It came with a client that follows no runs, and left.
    feed.leave("gus")

    assert sent(feed, reader(feed)) == set()


def test_a_guest_is_sent_what_the_guest_has_asked_for_wherever_it_was() -> None:
    feed = RunFeed()
    reader(feed)
    feed.leave("gus")
    feed.set_asker(1, "gus")
    feed.set(run(1))

    assert sent(feed, reader(feed)) == {1}
