"""The counters of the hub as metrics of the Jupyter server (``/metrics``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ..rooms.counters import Histogram
from ..rooms.hub import Hub


class HubMetrics(Collector):
    """Reads the counters when the metrics are requested."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def describe(self) -> Iterable[Metric]:
        """Return no names, because another hub of this process has the same ones."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        hub, counters = self._hub, self._hub.counters
        yield GaugeMetricFamily(
            "pairedit_rooms", "Rooms in memory", value=len(hub.rooms_in_memory)
        )
        yield GaugeMetricFamily(
            "pairedit_clients", "Connected clients", value=sum(hub.connections.values())
        )
        yield GaugeMetricFamily(
            "pairedit_kernels",
            "Connected kernels, which take no seat",
            value=sum(hub.kernels.values()),
        )
        yield _counter(
            "pairedit_revisions", "Revisions committed here", "kind", counters.revisions
        )
        yield _histogram(
            "pairedit_commit_seconds", "Time until the store has it", counters.commits
        )
        yield _histogram(
            "pairedit_fan_out_seconds",
            "Time from a commit until it was sent to a client",
            counters.fan_outs,
        )
        yield CounterMetricFamily(
            "pairedit_conflicts",
            "Appends that another server was quicker than",
            value=counters.conflicts,
        )
        yield _counter(
            "pairedit_refusals", "What clients were refused", "code", counters.refusals
        )


def _counter(
    name: str, help: str, label: str, counts: Mapping[str, int]
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, help, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family


def _histogram(name: str, help: str, durations: Histogram) -> HistogramMetricFamily:
    buckets = [
        ("+Inf" if bound == float("inf") else str(bound), count)
        for bound, count in durations.buckets
    ]
    return HistogramMetricFamily(name, help, buckets=buckets, sum_value=durations.total)
