"""The properties of rooms in requests and replies."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType
from tornado.httputil import HTTPHeaders

from ..core.identifiers import LANGUAGES, PEOPLE_LIMIT, TITLE_LENGTH
from ..core.names import visible
from ..core.properties import NewProperties, settings_to_json
from ..stores.records import RoomRecord

Title = Annotated[str, Meta(max_length=TITLE_LENGTH)]
People = Annotated[int, Meta(ge=1, le=PEOPLE_LIMIT)]

_COUNTER = re.compile(r'(?P<quote>"?)(?P<number>[0-9]{1,9})(?P=quote)')


class PreconditionRequired(Exception):
    """The request has no ``If-Match``."""

    def __init__(self) -> None:
        super().__init__(
            "Expected If-Match with the counter changes of the room, found none."
        )


class Switches(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The switches to set; the others stay as they are."""

    suggestions: bool | UnsetType = UNSET
    guests_may_ask: bool | UnsetType = UNSET
    guests_see_output: bool | UnsetType = UNSET
    guests_see_html: bool | UnsetType = UNSET


class ChangedRoom(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The body that changes a room; what it has not stays as it is."""

    title: Title | UnsetType = UNSET
    language: str | UnsetType = UNSET
    limit: People | UnsetType = UNSET
    settings: Switches | UnsetType = UNSET

    def __post_init__(self) -> None:
        if isinstance(self.language, str):
            expect_language(self.language)

    def to_properties(self) -> NewProperties:
        """Return what is to be changed."""
        settings = {}
        if isinstance(self.settings, Switches):
            settings = msgspec.structs.asdict(self.settings)
        return NewProperties(
            visible(self.title) if isinstance(self.title, str) else None,
            self.language if isinstance(self.language, str) else None,
            self.limit if isinstance(self.limit, int) else None,
            {name: on for name, on in settings.items() if on is not UNSET},
        )


def expect_language(language: str) -> None:
    """Raise ``ValueError`` for a language that the editor does not have."""
    if language not in LANGUAGES:
        expected = ", ".join(LANGUAGES)
        raise ValueError(f"Expected a language of {expected}, found another")


def expected_changes(headers: HTTPHeaders) -> int | None:
    """Return the counter in ``If-Match``; None for ``*``.

    Raises ``PreconditionRequired`` or ``msgspec.ValidationError``.
    """
    header = headers.get("If-Match")
    if header is None:
        raise PreconditionRequired
    if header.strip() == "*":
        return None
    found = _COUNTER.fullmatch(header.strip())
    if found is None:
        raise msgspec.ValidationError(
            "Expected If-Match with the counter changes of the room, such as "
            '"3", or *, found another.'
        )
    return int(found["number"])


def properties_of(record: RoomRecord) -> dict[str, object]:
    """Return the properties of a room that can be changed, and their counter."""
    return {
        "title": record.title,
        "language": record.language,
        "limit": record.limit,
        "settings": settings_to_json(record.settings),
        "changes": record.changes,
    }
