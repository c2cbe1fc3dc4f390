"""The counters behind the metrics."""

from __future__ import annotations

from jupyter_pairedit.rooms.counters import BOUNDS, Counters, Histogram


def test_a_duration_counts_in_each_bucket_with_a_larger_bound() -> None:
    histogram = Histogram()
    for seconds in (0.0005, 0.0006, 7.0):
        histogram.observe(seconds)

    buckets = dict(histogram.buckets)

    assert list(buckets) == [*BOUNDS, float("inf")]
    assert [buckets[0.0005], buckets[0.001], buckets[2.5]] == [1, 2, 2]
    assert buckets[float("inf")] == 3
    assert histogram.total == 7.0011


def test_counters_measure_from_the_given_time_until_now() -> None:
    counters = Counters(lambda: 10.0)

    counters.record_sent(9.5)
    counters.record_commit("edit", 2, 0.25)
    counters.record_commit("edit", 1, 0.25)

    assert (counters.fan_outs.total, counters.commits.total) == (0.5, 0.5)
    assert counters.revisions == {"edit": 3}
