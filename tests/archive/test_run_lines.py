"""The lines of runs in the file of an exported room."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from jupyter_pairedit.archive.badexport import BadExport
from jupyter_pairedit.archive.format import Header, dump_lines, load_lines
from jupyter_pairedit.archive.runs import RunEntry
from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.runs import NEXT, RunState
from tests.making import PART_OF_A_GUEST, chain, insert, record, revision
from tests.making import run as made_run

HEADER = Header(record(title="Sorting"), "a\n")
LOG = chain(revision(1, insert(2, 0, "x")), revision(2, insert(3, 0, "y")))
PLOT = Output(4, "display", "<Figure>", "image/png", "iVBORw0KGgo=", 320, 240)
OUTPUTS = [Output(3, "stdout", "\x1b[31mred 😀\x1b[m\n"), PLOT]
WHOLE = replace(made_run("done"), number=3, version=2)
PART = replace(
    PART_OF_A_GUEST, number=7, state="stopped", first=3, left_out=2, in_cell=True
)
ENTRIES = [RunEntry(WHOLE, []), RunEntry(PART, OUTPUTS)]


def exported(runs: Sequence[RunEntry] = ENTRIES) -> list[bytes]:
    return list(dump_lines(HEADER, LOG, [], [], runs))


def changed(**fields: object) -> list[bytes]:
    """Return a file in which the line of the second run has other fields."""
    lines = exported()
    lines[4] = json.dumps({**json.loads(lines[4]), **fields}).encode() + b"\n"
    return lines


def test_runs_are_read_as_they_were_written() -> None:
    items = list(load_lines(exported()))

    assert items[-2:] == ENTRIES


@pytest.mark.parametrize("state", NEXT)
def test_each_state_is_read_as_it_was_written(state: RunState) -> None:
    entry = RunEntry(replace(WHOLE, state=state), [])

    assert list(load_lines(exported([entry])))[-1] == entry


def test_the_server_of_a_run_is_not_written() -> None:
    entry = RunEntry(replace(WHOLE, server="here"), [])

    assert b"here" not in exported([entry])[3]
    assert list(load_lines(exported([entry])))[-1] == ENTRIES[0]


def test_what_a_run_does_not_have_is_left_out_of_its_line() -> None:
    line = json.loads(exported()[3])

    assert line.keys() == {
        *("type", "number", "epoch", "version", "digest", "by", "guest", "state"),
        "askedAt",
    }


def test_the_last_outputs_that_exceed_a_size_are_left_out() -> None:
    texts = [Output(n, "stdout", "é" * 5) for n in range(3)]
    entry = RunEntry(replace(WHOLE, left_out=1), texts)

    assert entry.within(30) == entry
    assert entry.within(29) == RunEntry(replace(WHOLE, left_out=2), texts[:2])
    assert entry.within(0) == RunEntry(replace(WHOLE, left_out=4), [])


def output(**fields: object) -> dict[str, object]:
    return {"outputs": [{"number": 0, "kind": "result", "text": "", **fields}]}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"number": 3}, "expected a run with a number after 3, found 3"),
        ({"number": 0}, r"found Expected `int` >= 1 - at `\$.number`"),
        ({"version": 3}, "expected a run of a version up to 2, found 3"),
        ({"to": None}, "expected a part with from and to, .* found from 0 to None"),
        ({"from": 2}, "expected a part with from and to, .* found from 2 to 1"),
        ({"state": "paused"}, r"found Invalid enum value 'paused' - at `\$.state`"),
        ({"digest": "D" * 64}, r"found Expected `str` matching regex.*`\$.digest`"),
        ({"digest": "d" * 64 + "\n"}, r"matching regex.*`\$.digest`"),
        ({"askedAt": "now"}, r"found Expected `float`, got `str` - at `\$.askedAt`"),
        ({"by": "a\0"}, r"expected text without .*, found"),
        ({"guest": 1}, r"found Expected `bool`, got `int`"),
        ({"server": "here"}, "found Object contains unknown field `server`"),
        (output(kind="html"), r"found Invalid enum value 'html' - at `\$.outputs"),
        (output(number=-1), r"found Expected `int` >= 0 - at `\$.outputs"),
        (output(width=10_001), r"found Expected `int` <= 10000 - at `\$.outputs"),
        (output(text="\0"), r"expected text without .*, found"),
        (output(mime="text/HTML"), "a type that pages show, found .* 'text/HTML'"),
        (output(data="x"), "data of a type that pages show, found other data as ''"),
        (output(mime="image/png", data="<svg>"), "found other data as 'image/png'"),
        (output(mime="image/png", data="R0lGODlh"), "found other data as 'image/png'"),
        (
            {"outputs": [{"number": 1, "kind": "stdout", "text": ""}] * 2},
            "expected an output with a number after 1, found 1",
        ),
    ],
)
def test_a_line_that_no_export_has_is_refused(
    fields: dict[str, object], problem: str
) -> None:
    with pytest.raises(BadExport, match=f"line 5: .*{problem}"):
        list(load_lines(changed(**fields)))


def test_a_line_without_a_field_is_refused() -> None:
    lines = exported()
    fields = json.loads(lines[4])
    del fields["digest"]
    lines[4] = json.dumps(fields).encode() + b"\n"

    with pytest.raises(BadExport, match="found Object missing required field `digest`"):
        list(load_lines(lines))


def test_a_run_that_was_changed_is_refused() -> None:
    lines = exported()
    lines[4] = lines[4].replace(b'"Ann"', b'"Eve"')

    with pytest.raises(BadExport, match="expected lines with the SHA-256"):
        list(load_lines(lines))
