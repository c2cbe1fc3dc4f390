"""A room as a file: JSON lines that say themselves whether they are whole.

The first line is the room, with its first code; then a line for each revision, in
order; then one for each restore point; the last one counts and sums up all before it.
Each revision has its digest, which follows the one before: what a file has of the
log is what the store had. ``docs/deploy.md`` describes the fields.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from ..core.changes import ChangeSet
from ..core.identifiers import is_room_id
from ..core.revisions import Kind, Revision, first_digest, seal
from ..core.storable import BadChange
from ..core.text import Text
from ..stores.base import Point, RoomRecord

FORMAT = 1
"""Grows when a reader of the format before would misunderstand a file."""


class BadExport(ValueError):
    """A file is not what ``lines_of`` made: it names what was expected and found."""


class _Line(
    msgspec.Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True
):
    """Base of the lines."""


class _Room(_Line, tag="room"):
    format: int
    room_id: str
    epoch: str
    secret: str
    title: str
    language: str
    limit: int
    author: str
    created_at: float
    code: str


class _Revision(_Line, tag="revision"):
    version: int
    kind: Kind
    client_id: str
    author: str
    at: float
    changes: list[int | list[int | str]]
    digest: str
    run: int = 1
    others: list[str] = []
    seal: str = ""


class _Point(_Line, tag="point"):
    version: int
    name: str
    author: str
    at: float


class _End(_Line, tag="end"):
    version: int
    lines: int
    code_seal: str
    sha256: str


_AnyLine = _Room | _Revision | _Point | _End
_decoder: msgspec.json.Decoder[_AnyLine] = msgspec.json.Decoder(_AnyLine)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a room was before its first revision."""

    record: RoomRecord
    code: str


@dataclass(frozen=True, slots=True)
class Step:
    """A revision, and the code after it."""

    revision: Revision
    text: Text


Part = Beginning | Step | Point
"""What a file has, in this order."""


class _Log:
    """Follows a log from its beginning, and notes where it does not add up."""

    def __init__(self, epoch: str, code: str) -> None:
        self.version = 0
        self.digest = first_digest(epoch)
        self.text = Text.of(code)

    def follow(self, revision: Revision) -> Step:
        """Take the next revision. Raises ``BadExport``."""
        if revision.first != self.version + 1:
            raise BadExport(
                f"expected version {self.version + 1}, found {revision.first}"
            )
        if not revision.follows(self.digest):
            raise BadExport(
                f"expected a version {revision.version} that has the digest beside it, "
                "found another: it was damaged or changed"
            )
        try:
            self.text = revision.changes.apply(self.text)
        except BadChange as problem:
            raise BadExport(f"version {revision.version}: {problem}") from None
        self.version, self.digest = revision.version, revision.digest
        return Step(revision, self.text)

    def seal(self) -> str:
        """Sum up the code at the version that is reached."""
        return seal(self.digest, str(self.text))


def lines_of(
    beginning: Beginning, revisions: Iterable[Revision], points: Iterable[Point]
) -> Iterator[bytes]:
    """Give the lines of a file, each with its end.

    Raises ``BadExport`` where the log does not add up.
    """
    total, count = hashlib.sha256(), 0

    def line(value: _Line) -> bytes:
        nonlocal count
        encoded = _encode(value) + b"\n"
        total.update(encoded)
        count += 1
        return encoded

    record = beginning.record
    log = _Log(record.epoch, beginning.code)
    yield line(_room_line(beginning))
    for revision in revisions:
        log.follow(revision)
        yield line(_revision_line(revision))
    for point in points:
        yield line(_Point(point.version, point.name, point.author, point.at))
    yield _encode(_End(log.version, count, log.seal(), total.hexdigest())) + b"\n"


def read(lines: Iterable[bytes]) -> Iterator[Part]:
    """Give what a file has, checked as it is read; only the end says that it is whole.

    Raises ``BadExport`` with the number of the line.
    """
    number = 0
    total = hashlib.sha256()
    log: _Log | None = None
    for number, line in enumerate(lines, 1):
        try:
            value = _decode(line)
            if isinstance(value, _End):
                _check_end(value, number, log, total.hexdigest())
                return
            total.update(line)
            if log is None:
                beginning = _beginning(value)
                log = _Log(beginning.record.epoch, beginning.code)
                yield beginning
            else:
                yield _part(value, log)
        except BadExport as problem:
            raise BadExport(f"line {number}: {problem}") from None
    raise BadExport(
        f"expected a last line of the type end, found none in {number} lines: "
        "the file was cut off"
    )


def _decode(line: bytes) -> _AnyLine:
    try:
        return _decoder.decode(line)
    except msgspec.DecodeError as problem:
        _refuse("a line of an export of jupyter_pairedit", str(problem))


def _beginning(value: object) -> Beginning:
    if not isinstance(value, _Room):
        _refuse("a room", "another line first")
    if value.format != FORMAT:
        _refuse(f"the format {FORMAT}", f"{value.format}, of a newer jupyter_pairedit")
    if not is_room_id(value.room_id):
        _refuse("a room id of 16 to 32 letters and digits", repr(value.room_id[:40]))
    fields = msgspec.structs.asdict(value)
    code = fields.pop("code")
    del fields["format"]
    return Beginning(RoomRecord(**fields), code)


def _part(value: _Line, log: _Log) -> Part:
    match value:
        case _Revision():
            return log.follow(_revision(value))
        case _Point(version=version) if 0 <= version <= log.version:
            return Point(version, value.name, value.author, value.at)
        case _Point(version=version):
            _refuse(f"a restore point up to version {log.version}", str(version))
        case _:
            _refuse("one room", "a second one")


def _check_end(end: _End, number: int, log: _Log | None, total: str) -> None:
    if log is None:
        _refuse("a room", "the end first")
    if (end.version, end.lines) != (log.version, number - 1):
        _refuse(
            f"version {end.version} after {end.lines} lines",
            f"version {log.version} after {number - 1}",
        )
    if end.code_seal != log.seal():
        _refuse(f"code with the seal {end.code_seal}", log.seal())
    if end.sha256 != total:
        _refuse(f"lines with the SHA-256 {end.sha256}", total)


def _room_line(beginning: Beginning) -> _Room:
    record = beginning.record
    return _Room(
        format=FORMAT,
        room_id=record.room_id,
        epoch=record.epoch,
        secret=record.secret,
        title=record.title,
        language=record.language,
        limit=record.limit,
        author=record.author,
        created_at=record.created_at,
        code=beginning.code,
    )


def _revision_line(revision: Revision) -> _Revision:
    return _Revision(
        version=revision.version,
        kind=revision.kind,
        client_id=revision.client_id,
        author=revision.author,
        at=revision.at,
        changes=revision.changes.to_json(),
        digest=revision.digest,
        run=revision.run,
        others=list(revision.others),
        seal=revision.seal,
    )


def _revision(line: _Revision) -> Revision:
    fields: dict[str, Any] = msgspec.structs.asdict(line)
    try:
        changes = ChangeSet.from_json(line.changes)
    except BadChange as problem:
        raise BadExport(str(problem)) from None
    return Revision(**{**fields, "changes": changes, "others": tuple(line.others)})


def _refuse(expected: str, found: str) -> NoReturn:
    raise BadExport(f"expected {expected}, found {found}")
