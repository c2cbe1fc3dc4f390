"""What is kept of the messages of a kernel, whatever they contain."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.collector import Collector
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.outputs import STREAM, Output

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(100)).decode()
KINDS = [
    *("stream", "display_data", "execute_result", "update_display_data", "error"),
    *("clear_output", "comm_msg", "status", ""),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [
        *("name", "text", "data", "transient", "display_id", "wait", "traceback"),
        *("ename", "evalue", "text/plain", "text/html", "image/png", "image/svg+xml"),
    ]
)
VALUES = st.recursive(
    JSON | st.sampled_from(["stderr", PNG, "id", "\x1b[31m\ud800\0" * 9, "y" * 3_000]),
    lambda inner: st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=6,
)
MESSAGES = st.tuples(st.sampled_from(KINDS), st.dictionaries(KEYS, VALUES, max_size=5))


def printed(text: object, name: str = "stdout") -> tuple[str, dict[str, object]]:
    return "stream", {"name": name, "text": text}


def shows(bundle: object, display: object = None) -> tuple[str, dict[str, object]]:
    return "display_data", {"data": bundle, "transient": {"display_id": display}}


def updates(bundle: object, display: object) -> tuple[str, dict[str, object]]:
    return "update_display_data", shows(bundle, display)[1]


def collected(
    *messages: tuple[str, Any], limits: Limits | None = None
) -> tuple[Collector, list[Output]]:
    """Return the collector, and the outputs that somebody who reads it has now."""
    collector = Collector(limits or Limits())
    kept: dict[int, Output] = {}
    for kind, content in messages:
        collector.take(kind, content)
        kept |= {each.number: each for each in collector.changed()}
    return collector, [kept[n] for n in sorted(kept) if n >= collector.first]


def texts(outputs: list[Output]) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in outputs]


@given(st.lists(MESSAGES, max_size=20))
def test_no_message_raises_or_exceeds_the_limits(
    messages: list[tuple[str, Any]],
) -> None:
    limits = Limits(run_size=2 * STREAM, run_outputs=5, run_markup=500, runs_size=1_000)
    _, outputs = collected(*messages, limits=limits)

    for each in outputs:
        (each.text + each.data).encode()
        assert "\0" not in each.text + each.data
    others = [each for each in outputs if each.kind != "error"]
    assert len(outputs) <= limits.run_outputs + 1
    assert sum(len(each.text.encode()) for each in others) <= limits.run_size
    assert sum(len(each.data.encode()) for each in outputs) <= limits.runs_size


def test_the_streams_keep_their_order() -> None:
    _, outputs = collected(
        printed("a"), printed("b"), printed("c", "stderr"), printed("d")
    )

    assert texts(outputs) == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_only_the_open_output_changes() -> None:
    collector = Collector(Limits())
    collector.take(*printed("a\n"))
    assert texts(collector.changed()) == [("stdout", "a\n")]
    collector.take(*shows({"text/plain": "shown"}))
    collector.take(*printed("b"))

    assert [each.number for each in collector.changed()] == [1, 2]
    assert collector.changed() == []
    collector.take(*printed("c"))
    assert collector.changed() == [Output(2, "stdout", "bc")]


def test_what_was_printed_is_not_returned_again_when_something_else_comes() -> None:
    collector = Collector(Limits())
    collector.take("stream", {"name": "stdout", "text": "out\n"})
    first = collector.changed()
    collector.take("execute_result", {"data": {"text/plain": "42"}})

    assert [each.text for each in first] == ["out\n"]
    assert [each.text for each in collector.changed()] == ["42"]


def test_a_clear_that_waits_clears_before_the_next_output() -> None:
    waiting = ("clear_output", {"wait": True})
    collector, outputs = collected(printed("a"), waiting)
    assert texts(outputs) == [("stdout", "a")]

    collector, outputs = collected(printed("a"), waiting, printed("b"))
    assert texts(outputs) == [("stdout", "b")]
    assert collector.first == 1


def test_a_clear_at_once_leaves_nothing_and_what_was_left_out_is_forgotten() -> None:
    limits = Limits(run_outputs=1)
    many = [shows({"text/plain": "a"})] * 3
    collector, outputs = collected(*many, ("clear_output", {}), limits=limits)

    assert outputs == [] and collector.left_out == 0
    collector, outputs = collected(*many, limits=limits)
    assert len(outputs) == 1 and collector.left_out == 2


def test_an_animation_of_any_length_is_within_the_limits() -> None:
    frame = [("clear_output", {"wait": True}), shows({"image/png": PNG})]
    collector, outputs = collected(*(frame * 1_000))

    assert [each.data for each in outputs] == [PNG]
    assert collector.left_out == 0


def test_an_update_replaces_what_has_its_id() -> None:
    _, outputs = collected(
        shows({"text/plain": "a"}, "one"),
        shows({"text/plain": "b"}, "two"),
        ("execute_result", shows({"text/plain": "c"}, "one")[1]),
        updates({"text/plain": "new"}, "one"),
        updates({"text/plain": "unknown"}, "three"),
        updates({"text/plain": "bad"}, ["one"]),
    )

    assert texts(outputs) == [("display", "new"), ("display", "b"), ("result", "new")]


def test_an_update_after_a_clear_changes_nothing() -> None:
    cleared: list[tuple[str, Any]] = [
        shows({"text/plain": "a"}, "one"),
        ("clear_output", {}),
    ]
    _, outputs = collected(*cleared, updates({"text/plain": "new"}, "one"))

    assert outputs == []


@given(st.lists(MESSAGES, max_size=20))
def test_what_needs_no_decoding_changes_nothing(
    messages: list[tuple[str, Any]],
) -> None:
    limits = Limits(run_size=2 * STREAM, run_outputs=2, run_markup=500, runs_size=1_000)
    collector = Collector(limits)
    kept: dict[int, Output] = {}
    for kind, content in messages:
        keeps, first, before = collector.keeps(kind), collector.first, dict(kept)
        collector.take(kind, content)
        kept |= {each.number: each for each in collector.changed()}
        assert keeps or (kept, collector.first) == (before, first)


def test_what_is_printed_beyond_the_limit_is_counted_and_the_error_is_kept() -> None:
    limits = Limits(run_size=4 * STREAM)
    error = ("error", {"traceback": ["Traceback", "ValueError: no"]})
    lines = "a line of text\n" * 10_000
    collector, outputs = collected(printed(lines), error, limits=limits)

    text = "".join(each.text for each in outputs[:-1])
    assert lines.startswith(text) and len(text) > 3 * STREAM - 100
    assert outputs[-1].kind == "error"
    assert collector.left_out == -(-(len(lines) - len(text)) // STREAM)
    assert not collector.keeps("stream") and collector.keeps("error")


def test_the_first_error_is_kept_beyond_the_limit_and_the_second_is_counted() -> None:
    error = ("error", {"traceback": ["ValueError: no"]})
    collector, outputs = collected(
        printed("out"), error, error, limits=Limits(run_outputs=1)
    )

    assert [each.kind for each in outputs] == ["stdout", "error"]
    assert collector.left_out == 1


def test_a_progress_bar_never_fills_the_run() -> None:
    collector, outputs = collected(*(printed(f"\r{n:100}") for n in range(10_000)))

    assert [each.number for each in outputs] == [0]
    assert collector.left_out == 0


def test_more_images_than_are_kept_for_a_room_are_named() -> None:
    limits = Limits(runs_size=len(PNG) + 1)
    _, outputs = collected(*[shows({"image/png": PNG})] * 2, limits=limits)

    assert [each.data for each in outputs] == [PNG, ""]
    assert outputs[1].text == "Not shown: the run shows more images than are kept."
