"""The file of an exported room: JSON Lines, format 1.

The first line has the room and its code at version 0. A line for each revision follows,
in order, then a line for each restore point, for each change of the room's properties,
and for each run with its outputs. The last line has the number of lines before it and
their SHA-256. ``docs/deploy.md`` describes the fields.

Each revision includes its digest, which depends on the digest before it, so a file that
is read without an error contains the log of the store it was exported from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import msgspec

from ..core.changes import ChangeSet
from ..core.identifiers import (
    LANGUAGES,
    is_room_id,
)
from ..core.marks import marks_of, names_of
from ..core.names import visible
from ..core.properties import (
    SWITCHES,
    RoomChange,
    settings_from_json,
    settings_to_json,
)
from ..core.revisions import Revision, apply_checked, first_digest, origin_of, seal
from ..core.roomnames import BadRoomName, RoomName, room_name
from ..core.storable import BadChange
from ..core.text import Text
from ..stores.records import Point, RoomRecord
from .badexport import BadExport, expect_storable, refuse
from .lines import (
    ChangeLine,
    EndLine,
    Line,
    PointLine,
    RevisionLine,
    RoomLine,
    RunLine,
    decoder,
    encode,
)
from .runs import RunEntry, run_line, run_of

FORMAT = 1
"""Incremented when a reader of the previous format would misread a file."""


@dataclass(frozen=True, slots=True)
class Header:
    """A room and its code at version 0."""

    record: RoomRecord
    code: str
    name: RoomName | None = None
    """The name by which its owner opens it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A revision, and the code after it."""

    revision: Revision
    text: Text


Item = Header | Entry | Point | RoomChange | RunEntry
"""What a file contains, in this order."""


class _Log:
    """Checks revision after revision."""

    def __init__(self, header: Header) -> None:
        self.version = 0
        self.digest = first_digest(header.record.epoch)
        self.text = Text.of(header.code)
        self.keys = set[str]()
        self.run = 0
        """The number of the last run."""

    def append(self, revision: Revision) -> Entry:
        """Return the entry of the next revision. Raises ``BadExport``."""
        if revision.first != self.version + 1:
            refuse(f"version {self.version + 1}", str(revision.first))
        if not revision.follows(self.digest):
            refuse(
                f"a version {revision.version} that matches its digest",
                "another: it was damaged or changed",
            )
        if revision.key in self.keys:
            refuse("a key that no version before it has", "one that has been used")
        if revision.key is not None:
            self.keys.add(revision.key)
        try:
            self.text = apply_checked(self.text, [revision.changes])
        except BadChange as problem:
            raise BadExport(f"version {revision.version}: {problem}") from None
        self.version, self.digest = revision.version, revision.digest
        return Entry(revision, self.text)

    @property
    def seal(self) -> str:
        """The seal of the code at ``version``."""
        return seal(self.digest, str(self.text))


def dump_lines(
    header: Header,
    revisions: Iterable[Revision],
    points: Iterable[Point],
    changes: Iterable[RoomChange] = (),
    runs: Iterable[RunEntry] = (),
) -> Iterator[bytes]:
    """Yield the lines of a file, each ending with a line feed.

    Raises ``BadExport`` if a revision does not follow from those before it.
    """
    total, count, log = hashlib.sha256(), 0, _Log(header)
    for value in _body(header, revisions, points, changes, runs, log):
        line = encode(value) + b"\n"
        total.update(line)
        count += 1
        yield line
    yield encode(EndLine(log.version, count, log.seal, total.hexdigest())) + b"\n"


def _body(
    header: Header,
    revisions: Iterable[Revision],
    points: Iterable[Point],
    changes: Iterable[RoomChange],
    runs: Iterable[RunEntry],
    log: _Log,
) -> Iterator[Line]:
    yield _room_line(header)
    for revision in revisions:
        log.append(revision)
        fields = msgspec.structs.asdict(revision) | {
            "changes": revision.changes.to_json(),
            "marks": names_of(revision.marks),
        }
        yield RevisionLine(**fields)
    for point in points:
        yield PointLine(**asdict(point))
    for change in changes:
        yield ChangeLine(**asdict(change))
    yield from map(run_line, runs)


def _room_line(header: Header) -> RoomLine:
    """Return the first line. Settings and a name that a room never had are left out.

    So earlier versions of this package can read the file. Of the epoch it has the first
    one, which an import does not change.
    """
    fields = asdict(header.record)
    fields["epoch"] = origin_of(header.record.epoch)
    switches = settings_to_json(header.record.settings)
    fields["settings"] = switches if header.record.changes else {}
    name = header.name.shown if header.name else None
    return RoomLine(format=FORMAT, code=header.code, name=name, **fields)


def load_lines(lines: Iterable[bytes]) -> Iterator[Item]:
    """Yield the contents of a file. A file is complete if the iterator ends normally.

    Raises ``BadExport``, which names the number of the line.
    """
    number, total = 0, hashlib.sha256()
    log: _Log | None = None
    for number, line in enumerate(lines, 1):
        try:
            value = _decode(line)
            if log is None:
                header = _header(value)
                log = _Log(header)
                item: Item = header
            elif isinstance(value, EndLine):
                return _check_end(value, number - 1, log, total.hexdigest())
            else:
                item = _item(value, log)
        except BadExport as problem:
            raise BadExport(f"line {number}: {problem}") from None
        total.update(line)
        yield item
    raise BadExport(
        f"expected a last line of the type end, found none in {number} lines: "
        "the file was cut off"
    )


def _decode(line: bytes) -> Line:
    try:
        return decoder.decode(line)
    except msgspec.DecodeError as problem:
        refuse("a line of an export of jupyter_pairedit", str(problem))


def _header(value: Line) -> Header:
    if not isinstance(value, RoomLine):
        refuse("a room", "another line first")
    if value.format != FORMAT:
        refuse(f"the format {FORMAT}", f"{value.format}, of a newer jupyter_pairedit")
    if not is_room_id(value.room_id):
        refuse("a room id of 16 to 32 letters and digits", repr(value.room_id[:40]))
    if value.language not in LANGUAGES:
        refuse(f"a language of {', '.join(LANGUAGES)}", repr(value.language[:40]))
    if "\r" in value.code:
        refuse("code with the line end \\n alone", "\\r in it")
    expect_storable(value.epoch, value.secret, value.author, value.code)
    fields = msgspec.structs.asdict(value) | {"title": visible(value.title)}
    code, name = fields.pop("code"), fields.pop("name")
    del fields["format"]
    unknown = sorted(value.settings.keys() - SWITCHES.keys())
    if unknown:
        refuse(f"settings of {', '.join(SWITCHES)}", repr(unknown[0][:40]))
    fields["settings"] = settings_from_json(value.settings)
    return Header(RoomRecord(**fields), code, _name(name))


def _name(name: str | None) -> RoomName | None:
    try:
        return None if name is None else room_name(name)
    except BadRoomName as problem:
        raise BadExport(str(problem)) from None


def _item(value: Line, log: _Log) -> Item:
    if isinstance(value, RevisionLine):
        return log.append(_revision(value))
    if isinstance(value, ChangeLine):
        return _change(value, log)
    if isinstance(value, RunLine):
        entry = run_of(value, log.run, log.version)
        log.run = entry.run.number
        return entry
    if not isinstance(value, PointLine):
        refuse("one room", "a second one")
    if not 0 <= value.version <= log.version:
        refuse(f"a restore point up to version {log.version}", str(value.version))
    expect_storable(value.author)
    name = visible(value.name)
    if not name:
        refuse("a restore point with a name that can be seen", "none")
    return Point(value.version, name, value.author, value.at)


def _change(line: ChangeLine, log: _Log) -> RoomChange:
    if line.version > log.version:
        refuse(f"a change up to version {log.version}", str(line.version))
    texts = [each for pair in line.differences.values() for each in pair]
    expect_storable(
        line.author,
        *line.differences,
        *(each for each in texts if isinstance(each, str)),
    )
    return RoomChange(**msgspec.structs.asdict(line))


def _revision(line: RevisionLine) -> Revision:
    expect_storable(line.client_id, line.author, *line.others)
    try:
        changes = ChangeSet.from_json(line.changes)
    except BadChange as problem:
        raise BadExport(str(problem)) from None
    fields = msgspec.structs.asdict(line) | {"changes": changes}
    return Revision(**fields | {"marks": marks_of(line.marks)})


def _check_end(end: EndLine, lines: int, log: _Log, sha256: str) -> None:
    if (end.version, end.lines) != (log.version, lines):
        refuse(
            f"version {end.version} after {end.lines} lines",
            f"version {log.version} after {lines}",
        )
    if end.code_seal != log.seal:
        refuse(f"code with the seal {end.code_seal}", log.seal)
    if end.sha256 != sha256:
        refuse(f"lines with the SHA-256 {end.sha256}", sha256)
