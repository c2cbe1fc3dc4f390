"""The file format of exported rooms."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest

from jupyter_pairedit.archive.badexport import BadExport
from jupyter_pairedit.archive.format import (
    Entry,
    Header,
    dump_lines,
    load_lines,
)
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.properties import RoomChange
from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import Revision, first_digest
from jupyter_pairedit.core.roomnames import room_name
from jupyter_pairedit.stores.records import Point
from tests.making import chain, insert, record, revision

HEADER = Header(record(title="Sorting 😀"), "a\n")
LOG = chain(
    revision(1, insert(2, 0, "😀")),
    revision(2, insert(4, 0, "x"), "bob", "write"),
    revision(3, insert(5, 5, "end")),
)
POINTS = [Point(2, "before lunch", "Ann", 7.5)]


def exported(log: Sequence[Revision] = LOG) -> list[bytes]:
    return list(dump_lines(HEADER, log, POINTS))


def changed(line: bytes, **fields: object) -> bytes:
    return json.dumps({**json.loads(line), **fields}).encode() + b"\n"


def test_reading_returns_what_was_written() -> None:
    header, *entries, point = load_lines(exported())

    assert header == HEADER
    assert [each.revision for each in entries if isinstance(each, Entry)] == LOG
    assert str(entries[-1].text) == "x😀a\nend"  # type: ignore[union-attr]
    assert point == POINTS[0]


def test_a_merged_revision_stays_merged() -> None:
    digest = first_digest(HEADER.record.epoch)
    log = [merge(digest, LOG[:2]), LOG[2]]

    items = list(load_lines(exported(log)))

    assert [each.revision for each in items if isinstance(each, Entry)] == log


def test_the_key_of_a_write_is_written_and_read() -> None:
    log = chain(
        revision(1, insert(2, 0, "x"), kind="write", key="deadbeef-0000000000000007"),
        revision(2, insert(3, 0, "y"), kind="write"),
    )
    lines = exported(log)

    items = list(load_lines(lines))

    assert [each.revision for each in items if isinstance(each, Entry)] == log
    assert [b'"key"' in line for line in lines[1:3]] == [True, False]


def test_the_marks_of_a_revision_are_written_and_read() -> None:
    log = chain(
        revision(1, insert(2, 0, "x"), marks=["suggested", "guest"]),
        revision(2, insert(3, 0, "y")),
    )
    lines = exported(log)

    items = list(load_lines(lines))

    assert [each.revision for each in items if isinstance(each, Entry)] == log
    # Earlier versions of this package read what has no marks.
    assert [b'"marks"' in line for line in lines[1:3]] == [True, False]
    assert b'"marks":["guest","suggested"]' in lines[1]


def test_a_key_that_two_writes_have_is_refused() -> None:
    log = chain(
        revision(1, insert(2, 0, "x"), kind="write", key="k"),
        revision(2, insert(3, 0, "y"), kind="write", key="l"),
    )
    lines = exported(log)
    lines[2] = changed(lines[2], key="k")

    with pytest.raises(BadExport, match="line 3: expected a key that no version"):
        list(load_lines(lines))


def test_a_setting_that_is_not_known_is_refused() -> None:
    lines = exported()
    lines[0] = changed(lines[0], settings={"colour": True})

    with pytest.raises(BadExport, match="line 1: expected settings of suggestions"):
        list(load_lines(lines))


def test_only_a_room_with_a_name_has_one_in_its_file() -> None:
    named = replace(HEADER, name=room_name("Lesson 3"))
    lines = list(dump_lines(named, [], []))

    assert next(load_lines(lines)) == named
    assert b'"name"' not in exported()[0]


def test_a_name_that_cannot_be_seen_is_refused() -> None:
    lines = exported()
    lines[0] = changed(lines[0], name="\u200b")

    with pytest.raises(BadExport, match="line 1: expected a room's name of 1 to 80 "):
        list(load_lines(lines))


def test_a_change_after_the_last_version_is_refused() -> None:
    change = RoomChange(1, 4, "Ann", 1.0, {"limit": (2, 3)})
    lines = list(dump_lines(HEADER, LOG, POINTS, [change]))

    with pytest.raises(BadExport, match="expected a change up to version 3, found 4"):
        list(load_lines(lines))


def test_a_room_without_history_has_two_lines() -> None:
    lines = list(dump_lines(HEADER, [], []))

    assert len(lines) == 2
    assert list(load_lines(lines)) == [HEADER]


def test_every_line_is_one_line_of_json() -> None:
    for line in exported():
        assert line.endswith(b"\n") and line.count(b"\n") == 1
        json.loads(line)


def test_a_change_of_any_byte_is_detected() -> None:
    whole = b"".join(exported())

    for place in range(len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        with pytest.raises(BadExport):
            list(load_lines(bytes(damaged).splitlines(keepends=True)))


Damage = Callable[[list[bytes]], list[bytes]]


def with_room(lines: list[bytes], **fields: object) -> list[bytes]:
    return [changed(lines[0], **fields), *lines[1:]]


def with_revision(lines: list[bytes], **fields: object) -> list[bytes]:
    return [lines[0], changed(lines[1], **fields), *lines[2:]]


def with_point(lines: list[bytes], **fields: object) -> list[bytes]:
    return [*lines[:4], changed(lines[4], **fields), lines[5]]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda lines: [], r"expected a last line .* found none in 0 lines"),
        (lambda lines: lines[:-1], r"found none in 5 lines: the file was cut off"),
        (lambda lines: lines[1:], "line 1: expected a room, found another line first"),
        (lambda lines: lines[-1:], "line 1: expected a room, found another line first"),
        (
            lambda lines: [lines[0], *lines],
            "line 2: expected one room, found a second one",
        ),
        (
            lambda lines: [lines[0], *lines[2:]],
            "line 2: expected version 1, found 2",
        ),
        (
            lambda lines: [*lines[:2], changed(lines[2], author="Eve"), *lines[3:]],
            "line 3: expected a version 2 that matches its digest",
        ),
        (
            lambda lines: [*lines[:4], changed(lines[4], version=4), lines[5]],
            "line 5: expected a restore point up to version 3, found 4",
        ),
        (
            lambda lines: [*lines[:4], lines[5]],
            "line 5: expected version 3 after 5 lines, found version 3 after 4",
        ),
        (
            lambda lines: [changed(lines[0], code="b\n"), *lines[1:]],
            "line 6: expected code with the seal [0-9a-f]{64}, found [0-9a-f]{64}",
        ),
        (
            lambda lines: [changed(lines[0], title="other"), *lines[1:]],
            "line 6: expected lines with the SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}",
        ),
        (
            lambda lines: [changed(lines[0], format=2), *lines[1:]],
            "line 1: expected the format 1, found 2, of a newer",
        ),
        (
            lambda lines: [changed(lines[0], roomId="../x"), *lines[1:]],
            "line 1: expected a room id",
        ),
        (
            lambda lines: [b"SQLite format 3\0"],
            "line 1: expected a line of an export of jupyter_pairedit, found",
        ),
        (
            lambda lines: [lines[0], changed(lines[1], changes=[[0]])],
            "line 2: expected a section",
        ),
        (
            lambda lines: [lines[0], changed(lines[1], surprise=1)],
            "line 2: expected a line .* `surprise`",
        ),
        *(
            (partial(with_room, **fields), f"line 1: expected .*{found}")
            for fields, found in (
                ({"title": "x" * 121}, "length <= 120 - at `\\$.title`"),
                ({"language": "klingon"}, "sql, json, text, found 'klingon'"),
                ({"limit": 0}, ">= 1 - at `\\$.limit`"),
                ({"limit": 301}, "<= 300 - at `\\$.limit`"),
                ({"limit": 2**64}, "<= 300 - at `\\$.limit`"),
                ({"epoch": ""}, "length >= 1 - at `\\$.epoch`"),
                ({"secret": ""}, "length >= 1 - at `\\$.secret`"),
                ({"secret": "x" * 201}, "length <= 200 - at `\\$.secret`"),
                ({"author": "A\0nn"}, "text without U\\+0000"),
                ({"createdAt": -1.0}, ">= 0.0 - at `\\$.createdAt`"),
                ({"createdAt": 1e300}, "at `\\$.createdAt`"),
                ({"code": "a\0b"}, "text without U\\+0000"),
                ({"code": "a\r\nb"}, "the line end"),
                ({"format": 2**64}, "at `\\$.format`"),
            )
        ),
        *(
            (partial(with_revision, **fields), f"line 2: expected .*{found}")
            for fields, found in (
                ({"version": 0}, ">= 1 - at `\\$.version`"),
                ({"version": 2**64}, "<= 9007199254740991 - at `\\$.version`"),
                ({"run": 0}, ">= 1 - at `\\$.run`"),
                ({"run": 2**64}, "at `\\$.run`"),
                ({"at": 1e300}, "at `\\$.at`"),
                ({"clientId": "x" * 201}, "at `\\$.clientId`"),
                ({"author": "A\0nn"}, "text without U\\+0000"),
                ({"others": ["A\0nn"]}, "text without U\\+0000"),
                ({"changes": [2**64]}, "a count of UTF-16 units"),
            )
        ),
        *(
            (partial(with_point, **fields), f"line 5: expected .*{found}")
            for fields, found in (
                ({"version": 2**64}, "at `\\$.version`"),
                ({"name": ""}, "length >= 1 - at `\\$.name`"),
                ({"name": "x" * 81}, "length <= 80 - at `\\$.name`"),
                ({"name": "\u202e"}, "a name that can be seen"),
                ({"at": -1}, "at `\\$.at`"),
                ({"author": "A\0nn"}, "text without U\\+0000"),
            )
        ),
    ],
)
def test_an_invalid_line_is_named_by_its_number(damage: Damage, message: str) -> None:
    with pytest.raises(BadExport, match=message):
        list(load_lines(damage(exported())))


def test_a_change_of_another_length_is_refused_even_with_a_valid_digest() -> None:
    log = chain(revision(1, insert(99, 0, "x")))

    with pytest.raises(BadExport, match="version 1: expected"):
        exported(log)


def test_half_of_a_character_is_refused_even_with_a_valid_digest() -> None:
    torn = ChangeSet.replacing(4, [(0, 1, "x")])
    log = chain(revision(1, insert(2, 0, "😀")), revision(2, torn))

    with pytest.raises(BadExport, match="expected whole characters, found half of one"):
        exported(log)


def test_a_title_and_a_name_are_cleaned_as_if_they_were_typed() -> None:
    lines = exported()
    lines[0] = changed(lines[0], title=" a\u202e\nb ")
    lines[4] = changed(lines[4], name="\x1b[31mred")

    items = load_lines(lines)
    header = next(items)
    *_, point = [next(items) for _ in range(4)]

    assert isinstance(header, Header) and header.record.title == "a b"
    assert isinstance(point, Point) and point.name == "[31mred"


def test_the_first_line_has_these_fields_and_no_key_of_an_invite() -> None:
    assert set(json.loads(exported()[0])) == {
        *("type", "format", "roomId", "epoch", "secret", "title", "language"),
        *("limit", "author", "createdAt", "code"),
    }
