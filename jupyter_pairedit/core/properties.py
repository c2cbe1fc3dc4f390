"""The properties of a room that can be changed, and their changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """The switches of a room."""

    suggestions: bool = True
    """Whether the editor offers suggestions in this room."""
    guests_may_ask: bool = False
    """Whether guests may ask for the code to be run."""
    guests_see_output: bool = False
    """Whether guests see what the code printed."""
    guests_see_html: bool = False
    """Whether guests see output in HTML."""


DEFAULT_SETTINGS = RoomSettings()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


SWITCHES: Mapping[str, str] = {
    _camel(each.name): each.name for each in fields(RoomSettings)
}
"""The names of the switches in JSON, and the fields of ``RoomSettings``."""

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Properties:
    """What members can change of a room."""

    title: str
    language: str
    limit: int
    """The maximum number of people at a time."""
    settings: RoomSettings = DEFAULT_SETTINGS

    def to_json(self) -> dict[str, Value]:
        """Return all values by their names in JSON, the switches among them."""
        switches = settings_to_json(self.settings)
        return {
            "title": self.title,
            "language": self.language,
            "limit": self.limit,
            **switches,
        }

    def difference(self, after: Properties) -> dict[str, tuple[Value, Value]]:
        """Return the values before and after a change, of those that differ."""
        now = after.to_json()
        return {
            name: (value, now[name])
            for name, value in self.to_json().items()
            if value != now[name]
        }


@dataclass(frozen=True, slots=True)
class NewProperties:
    """A change of properties. None leaves a property as it is."""

    title: str | None = None
    language: str | None = None
    limit: int | None = None
    settings: Mapping[str, bool] = field(default_factory=dict)
    """The switches to set, by their names in ``RoomSettings``."""

    def applied_to(self, before: Properties) -> Properties:
        """Return the properties after the change."""
        return Properties(
            before.title if self.title is None else self.title,
            before.language if self.language is None else self.language,
            before.limit if self.limit is None else self.limit,
            replace(before.settings, **self.settings),
        )


@dataclass(frozen=True, slots=True)
class RoomChange:
    """An entry in the history of a room's properties."""

    number: int
    """1 for the first change of the room."""
    version: int
    """The version of the code at that time."""
    author: str
    at: float
    """Seconds since 1970."""
    differences: Mapping[str, tuple[Value, Value]]
    """See ``Properties.difference``."""


def settings_to_json(settings: RoomSettings) -> dict[str, bool]:
    """Return the switches by their names in JSON."""
    return {_camel(name): value for name, value in asdict(settings).items()}


def settings_from_json(values: Mapping[str, object]) -> RoomSettings:
    """Return the settings of a store. Values that are no switches are ignored."""
    known = {
        SWITCHES[name]: value
        for name, value in values.items()
        if name in SWITCHES and isinstance(value, bool)
    }
    return RoomSettings(**known)
