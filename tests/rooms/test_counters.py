"""What is counted for the operator."""

from __future__ import annotations

from jupyter_pairedit.rooms.counters import BOUNDS, Counters, Durations


def test_a_duration_counts_in_each_bucket_that_is_large_enough_for_it() -> None:
    durations = Durations()
    for seconds in (0.0005, 0.0006, 7.0):
        durations.add(seconds)

    buckets = dict(durations.buckets)

    assert list(buckets) == [*BOUNDS, float("inf")]
    assert [buckets[0.0005], buckets[0.001], buckets[2.5]] == [1, 2, 2]
    assert buckets[float("inf")] == 3
    assert durations.total == 7.0011


def test_a_tally_counts_from_when_something_was_new_until_now() -> None:
    tally = Counters(lambda: 10.0)

    tally.sent(9.5)
    tally.committed("edit", 2, 0.25)
    tally.committed("edit", 1, 0.25)

    assert (tally.fan_outs.total, tally.commits.total) == (0.5, 0.5)
    assert tally.revisions == {"edit": 3}
