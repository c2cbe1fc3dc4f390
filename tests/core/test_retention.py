"""Which revisions are merged, and what merging them gives."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

from msgspec import structs

from jupyter_pairedit.core.blame import Blame, Source
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.retention import Keep, Row, due, merge, row_of
from jupyter_pairedit.core.revisions import Revision, first_digest, intact, replay
from jupyter_pairedit.core.text import Text, to_units
from tests.making import chain, insert, revision

NOW = 1_700_000_000.0
DAY = 24 * 3600.0
KEEP = Keep(exact=30 * DAY, hourly=90 * DAY, revisions=1_000, size=1_000_000)


def rows(*times: float, author: str = "Ann", size: int = 200) -> list[Row]:
    """Return rows of these ages in seconds, the oldest first."""
    return [
        Row(version, 1, "edit", (author,), NOW - age, size)
        for version, age in enumerate(times, 1)
    ]


def settle(log: list[Row], keep: Keep = KEEP, pins: tuple[int, ...] = ()) -> list[Row]:
    """Merge until nothing is due. A merged row has the size of its largest part."""
    log = list(log)
    if keep.exceeded(len(log), sum(row.size for row in log)):
        keep = keep.with_spare()
    while step := due(log, pins, keep, NOW, sum(row.size for row in log)):
        assert all(len(part) > 1 for part in step)
        assert all(one.stop <= other.start for one, other in pairwise(step))
        for part in reversed(step):
            merged = [log[index] for index in part]
            log[part.start : part.stop] = [
                replace(
                    merged[-1],
                    run=sum(row.run for row in merged),
                    authors=tuple(
                        dict.fromkeys(name for row in merged for name in row.authors)
                    ),
                    size=max(row.size for row in merged),
                )
            ]
    return log


def versions(log: list[Row]) -> list[int]:
    return [row.version for row in log]


def test_recent_revisions_within_the_limits_are_kept() -> None:
    log = rows(29 * DAY, 29 * DAY, 3.0, 2.0, 1.0)

    assert settle(log) == log


def test_revisions_older_than_30_days_are_merged_by_the_hour() -> None:
    hour = (NOW - 40 * DAY) // 3600 * 3600
    at = [hour + 10, hour + 3599, hour + 3601, hour + 3602, NOW - 1, NOW]
    log = rows(*(NOW - each for each in at))

    assert versions(settle(log)) == [2, 4, 5, 6]


def test_revisions_older_than_90_days_are_merged_into_one() -> None:
    log = rows(300 * DAY, 200 * DAY, 91 * DAY, 89 * DAY, 1.0)

    assert versions(settle(log)) == [3, 4, 5]


def test_a_pinned_version_is_kept_and_the_others_are_merged() -> None:
    log = rows(300 * DAY, 250 * DAY, 200 * DAY, 150 * DAY, 1.0)

    assert versions(settle(log, pins=(2, 3))) == [2, 3, 4, 5]
    assert versions(settle(log, pins=(1,))) == [1, 4, 5]
    assert versions(settle(log, pins=(0, 99))) == [4, 5]


def test_the_oldest_typing_is_merged_first() -> None:
    log = rows(*(2_000.0 - n for n in range(1_200)))

    short = settle(log)

    assert len(short) == 800
    exact = [row.version for row in short if row.run == 1]
    assert exact == list(range(exact[0], 1_201)), "the newest are exact"


def test_edits_of_two_people_are_merged_only_if_necessary() -> None:
    log = [
        replace(row, authors=("Bob",)) if row.version % 100 < 50 else row
        for row in rows(*(2_000.0 - n for n in range(1_200)))
    ]

    assert {len(row.authors) for row in settle(log)} == {1}
    few = settle(log, replace(KEEP, revisions=10))
    assert len(few) <= 8
    assert few[0].authors == ("Bob", "Ann")


def test_a_write_is_merged_later_than_typing() -> None:
    log = rows(*(2_000.0 - n for n in range(1_200)))
    log[3] = replace(log[3], kind="write")

    assert {3, 4} <= set(versions(settle(log)))


def test_a_log_over_the_size_limit_is_merged_to_below_it() -> None:
    log = rows(*(9_000.0 - n for n in range(30)), size=50_000)

    short = settle(log)

    assert sum(row.size for row in short) <= 0.8 * KEEP.size
    assert len(short) > 1
    assert short[-1].run == 1


def test_nothing_is_due_if_no_rows_can_be_merged() -> None:
    log = rows(3.0, 2.0, 1.0, size=900_000)

    assert settle(log, pins=(1, 2)) == log
    assert due([], (), KEEP, NOW, 10**9) == []


def test_a_step_is_limited_and_starts_with_the_oldest() -> None:
    log = rows(*(100 * DAY - n for n in range(3_000)))

    (first,) = due(log, (), KEEP, NOW, 0)

    assert first == range(0, 500)
    large = rows(*(100 * DAY - n for n in range(10)), size=2_000_000)
    assert due(large, (), KEEP, NOW, 0) == [range(0, 2)]


def test_random_logs_keep_their_pins_and_merging_ends() -> None:
    for seed in range(200):
        rng = random.Random(seed)
        count = rng.randint(0, 60)
        log = [
            Row(
                version,
                1,
                rng.choice(("edit", "edit", "write")),
                (rng.choice(("Ann", "Bob")),),
                NOW - rng.choice((1.0, 1e3, 1e5, 1e7, 1e9)) * rng.random(),
                rng.choice((200, 5_000, 900_000)),
            )
            for version in range(1, count + 1)
        ]
        pins = tuple(rng.sample(range(count + 1), rng.randint(0, min(5, count))))
        keep = Keep(30 * DAY, 90 * DAY, rng.randint(0, 50), rng.randint(0, 10**7))

        short = settle(log, keep, pins)

        assert set(pins) - {0} <= set(versions(short)), f"seed {seed}"
        assert sum(row.run for row in short) == count, f"seed {seed}"
        assert not count or short[-1].version == count, f"seed {seed}"


def test_a_row_has_the_fields_and_the_size_of_its_revision() -> None:
    one = revision(3, insert(2, 0, "é"), kind="write")

    assert row_of(one) == Row(
        3, 1, "write", ("Ann",), 1_003.0, 150 + len('[[0,"é"],2]') + 1
    )


FIRST = first_digest("epoch")


def typed(rng: random.Random, count: int, length: int = 0) -> list[Revision]:
    """Return a log of random edits of a text of ``length`` units."""
    log = []
    for version in range(1, count + 1):
        start = rng.randint(0, length)
        end = min(length, start + rng.choice((0, 0, 0, 1, 5)))
        text = rng.choice(("a", "bc", "\n", "é", ""))
        change = ChangeSet.replacing(length, [(start, end, to_units(text))])
        length = change.new_length
        log.append(revision(version, change))
    return chain(*log)


def test_a_merged_revision_has_the_effect_of_its_parts() -> None:
    for seed in range(200):
        log = typed(random.Random(seed), 30, length=5)

        merged = merge(FIRST, log)

        text = Text.of("start")
        assert merged.changes.apply(text) == replay(text, log), f"seed {seed}"
        assert (merged.first, merged.version, merged.run) == (1, 30, 30)


def test_a_log_with_merged_revisions_is_intact() -> None:
    log = typed(random.Random(1), 10)
    first = merge(FIRST, log[:3])
    second = merge(log[2].digest, log[3:7])

    assert intact(FIRST, [first, second, *log[7:]]) == 5
    both = merge(FIRST, [first, second])
    assert intact(FIRST, [both, *log[7:]]) == 4
    assert both.changes == merge(FIRST, log[:7]).changes


def test_a_modified_merged_revision_is_detected() -> None:
    log = typed(random.Random(1), 10)
    merged = merge(FIRST, log[:5])
    other = merge(FIRST, log[:4])

    for modified in (
        structs.replace(merged, author="Eve"),
        structs.replace(merged, at=0.0),
        structs.replace(merged, run=4),
        structs.replace(merged, others=("Eve",)),
        structs.replace(merged, changes=ChangeSet(())),
        structs.replace(merged, digest=other.digest),
        structs.replace(merged, seal=other.seal),
    ):
        assert intact(FIRST, [modified, *log[5:]]) == 0
    assert intact("another digest", [merged]) == 0


def test_a_merged_revision_has_all_authors_in_order() -> None:
    ann, bob, cem = (
        structs.replace(revision(n, insert(n - 1, 0, "x")), author=name)
        for n, name in enumerate(("Ann", "Bob", "Cem"), 1)
    )
    log = chain(ann, bob, structs.replace(ann, version=3, changes=insert(2, 0, "x")))

    merged = merge(FIRST, log)

    assert (merged.author, merged.others) == ("Ann", ("Bob",))
    fourth = structs.replace(cem, version=4, changes=insert(3, 0, "x"))
    again = merge(FIRST, [merged, fourth.chained(merged.digest)])
    assert again.authors == ("Ann", "Bob", "Cem")
    assert (merged.at, merged.client_id) == (log[-1].at, "")


def test_a_merged_revision_is_a_write_only_if_all_parts_are_and_confirms_nothing() -> (
    None
):
    write = revision(1, insert(0, 0, "x"), kind="write")
    edit = revision(2, insert(1, 0, "x"))

    assert merge(FIRST, chain(write)).kind == "write"
    assert merge(FIRST, chain(write, edit)).kind == "edit"
    assert not merge(FIRST, chain(structs.replace(edit, version=1))).confirms("ann")


def test_merging_edits_of_one_person_keeps_the_author_of_each_line() -> None:
    for seed in range(100):
        rng = random.Random(seed)
        log, length, now = [], 0, "Ann"
        for version in range(1, 121):
            if rng.random() < 0.08:
                now = "Bob" if now == "Ann" else "Ann"
            start = rng.randint(0, length)
            # No text twice: a line that is restored would be its former author's.
            text = rng.choice((chr(0x4E00 + version), chr(0x5E00 + version), "\n"))
            change = insert(length, start, text)
            length = change.new_length
            log.append(structs.replace(revision(version, change), author=now))
        log = chain(*log)
        short, before, begin = [], FIRST, 0
        for end in range(1, len(log) + 1):
            if end == len(log) or log[end].author != log[begin].author:
                short.append(merge(before, log[begin:end]))
                before, begin = log[end - 1].digest, end

        assert authors_of(short) == authors_of(log), f"seed {seed}"


def authors_of(log: list[Revision]) -> list[str]:
    """Return the author of each line that is not empty."""
    blame = Blame("", Source("Host", 0.0, "write"))
    blame.extend(log)
    lines = replay(Text.of(""), log).units.split("\n")
    return [
        source.author
        for source, line in zip(blame.sources(), lines, strict=True)
        if line
    ]
