"""The lines of an exported room, as structs."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.identifiers import PEOPLE_LIMIT, POINT_LENGTH, TITLE_LENGTH
from ..core.marks import Mark
from ..core.outputs import WIDEST, OutputKind
from ..core.revisions import Kind
from ..core.runs import RunState
from ..core.storable import LARGEST

_Count = Annotated[int, Meta(ge=0, le=LARGEST)]
_Version = Annotated[int, Meta(ge=1, le=LARGEST)]
_Time = Annotated[float, Meta(ge=0, le=LARGEST / 1_000)]
"""Seconds since 1970, which browsers count in milliseconds."""
_Word = Annotated[str, Meta(min_length=1, max_length=200)]
_Value = Annotated[str, Meta(max_length=TITLE_LENGTH)] | int | bool
_ClientId = Annotated[str, Meta(max_length=200)]
_Pixels = Annotated[int, Meta(ge=0, le=WIDEST)]
_Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Line(
    msgspec.Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True
):
    """Base of the lines. The order of the fields is their order in the file."""


class RoomLine(Line, tag="room"):
    format: _Count
    room_id: str
    epoch: _Word
    secret: _Word
    title: Annotated[str, Meta(max_length=TITLE_LENGTH)]
    language: str
    limit: Annotated[int, Meta(ge=1, le=PEOPLE_LIMIT)]
    author: str
    created_at: _Time
    code: str
    settings: dict[str, bool] = {}
    changes: _Count = 0
    name: str | None = None


class RevisionLine(Line, tag="revision"):
    version: _Version
    kind: Kind
    client_id: _ClientId
    author: str
    at: _Time
    changes: list[int | list[int | str]]
    digest: str
    run: _Version = 1
    others: tuple[str, ...] = ()
    seal: str = ""
    key: str | None = None
    marks: list[Mark] = []


class PointLine(Line, tag="point"):
    version: _Count
    name: Annotated[str, Meta(min_length=1, max_length=POINT_LENGTH)]
    author: str
    at: _Time


class ChangeLine(Line, tag="change"):
    number: _Version
    version: _Count
    author: str
    at: _Time
    differences: dict[str, tuple[_Value, _Value]]


class OutputEntry(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An output in the line of its run."""

    number: _Count
    kind: OutputKind
    text: str
    mime: str = ""
    data: str = ""
    width: _Pixels = 0
    height: _Pixels = 0


class RunLine(Line, tag="run"):
    number: _Version
    epoch: _Word
    version: _Count
    digest: _Digest
    by: str
    guest: bool
    state: RunState
    asked_at: _Time
    start: _Count | None = msgspec.field(default=None, name="from")
    end: _Count | None = msgspec.field(default=None, name="to")
    approver: str = ""
    started_at: _Time | None = None
    ended_at: _Time | None = None
    first: _Count = 0
    left_out: _Count = 0
    detail: str = ""
    in_cell: bool = False
    outputs: list[OutputEntry] = []


class EndLine(Line, tag="end"):
    version: _Count
    lines: _Count
    code_seal: str
    sha256: str


_AnyLine = RoomLine | RevisionLine | PointLine | ChangeLine | RunLine | EndLine
decoder: msgspec.json.Decoder[_AnyLine] = msgspec.json.Decoder(_AnyLine)
encode = msgspec.json.Encoder().encode
