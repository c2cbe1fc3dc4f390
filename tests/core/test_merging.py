"""Several revisions as one."""

from __future__ import annotations

import random

from msgspec.structs import replace

from jupyter_pairedit.core.blame import Blame, Source
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.merging import merge
from jupyter_pairedit.core.revisions import Revision, first_digest, intact, replay
from jupyter_pairedit.core.text import Text, to_units
from tests.making import chain, insert, revision

FIRST = first_digest("epoch")


def typed(rng: random.Random, count: int, length: int = 0) -> list[Revision]:
    """Type and delete, here and there."""
    log = []
    for version in range(1, count + 1):
        start = rng.randint(0, length)
        end = min(length, start + rng.choice((0, 0, 0, 1, 5)))
        text = rng.choice(("a", "bc", "\n", "é", ""))
        change = ChangeSet.replacing(length, [(start, end, to_units(text))])
        length = change.new_length
        log.append(revision(version, change))
    return chain(*log)


def test_a_merged_revision_does_what_those_in_it_did() -> None:
    for seed in range(200):
        log = typed(random.Random(seed), 30, length=5)

        merged = merge(FIRST, log)

        text = Text.of("start")
        assert merged.changes.apply(text) == replay(text, log), f"seed {seed}"
        assert (merged.first, merged.version, merged.run) == (1, 30, 30)


def test_the_log_adds_up_with_merged_revisions_in_it() -> None:
    log = typed(random.Random(1), 10)
    first = merge(FIRST, log[:3])
    second = merge(log[2].digest, log[3:7])

    assert intact(FIRST, [first, second, *log[7:]]) == 5
    both = merge(FIRST, [first, second])
    assert intact(FIRST, [both, *log[7:]]) == 4
    assert both.changes == merge(FIRST, log[:7]).changes


def test_a_merged_revision_that_was_changed_does_not_add_up() -> None:
    log = typed(random.Random(1), 10)
    merged = merge(FIRST, log[:5])
    other = merge(FIRST, log[:4])

    for spoilt in (
        replace(merged, author="Eve"),
        replace(merged, at=0.0),
        replace(merged, run=4),
        replace(merged, others=("Eve",)),
        replace(merged, changes=ChangeSet(())),
        replace(merged, digest=other.digest),
        replace(merged, seal=other.seal),
    ):
        assert intact(FIRST, [spoilt, *log[5:]]) == 0
    assert intact("another digest", [merged]) == 0


def test_everybody_is_named_in_the_order_of_coming() -> None:
    ann, bob, cem = (
        replace(revision(n, insert(n - 1, 0, "x")), author=name)
        for n, name in enumerate(("Ann", "Bob", "Cem"), 1)
    )
    log = chain(ann, bob, replace(ann, version=3, changes=insert(2, 0, "x")))

    merged = merge(FIRST, log)

    assert (merged.author, merged.others) == ("Ann", ("Bob",))
    fourth = replace(cem, version=4, changes=insert(3, 0, "x"))
    again = merge(FIRST, [merged, fourth.chained(merged.digest)])
    assert again.authors == ("Ann", "Bob", "Cem")
    assert (merged.at, merged.client_id) == (log[-1].at, "")


def test_it_is_a_write_where_all_were_and_confirms_nothing() -> None:
    write = revision(1, insert(0, 0, "x"), kind="write")
    edit = revision(2, insert(1, 0, "x"))

    assert merge(FIRST, chain(write)).kind == "write"
    assert merge(FIRST, chain(write, edit)).kind == "edit"
    assert not merge(FIRST, chain(replace(edit, version=1))).confirms("ann")


def test_merging_what_one_person_typed_leaves_every_line_to_its_author() -> None:
    for seed in range(100):
        rng = random.Random(seed)
        log, length, now = [], 0, "Ann"
        for version in range(1, 121):
            if rng.random() < 0.08:
                now = "Bob" if now == "Ann" else "Ann"
            start = rng.randint(0, length)
            # No two alike: a line that becomes again what it was is its author's again.
            text = rng.choice((chr(0x4E00 + version), chr(0x5E00 + version), "\n"))
            change = insert(length, start, text)
            length = change.new_length
            log.append(replace(revision(version, change), author=now))
        log = chain(*log)
        short, before, begin = [], FIRST, 0
        for end in range(1, len(log) + 1):
            if end == len(log) or log[end].author != log[begin].author:
                short.append(merge(before, log[begin:end]))
                before, begin = log[end - 1].digest, end

        assert lines_of(short) == lines_of(log), f"seed {seed}"


def lines_of(log: list[Revision]) -> list[str]:
    """Name who wrote each line that is not empty."""
    blame = Blame("", Source("Host", 0.0, "write"))
    blame.take(log)
    lines = replay(Text.of(""), log).units.split("\n")
    return [
        source.author
        for source, line in zip(blame.sources(), lines, strict=True)
        if line
    ]
