"""Title, language and limit of a widget's room: what a notebook may set."""

from __future__ import annotations

from typing import Any

from traitlets import Bunch, Dict, HasTraits, Int, TraitError, Unicode, validate

from ..core.expecting import expect
from ..core.identifiers import LANGUAGES, PEOPLE_LIMIT, TITLE_LENGTH

_PROPERTIES = ("title", "language", "limit")


class _Limit(Int["int | None", "int | None"]):
    """A limit that Python cannot set to None, which traitlets does not validate."""

    def set(self, obj: HasTraits, value: int | None) -> None:
        if value is None and isinstance(obj, RoomProperties):
            obj.expect_no_wish(self.name or "")
        super().set(obj, value)


class RoomProperties(HasTraits):
    """The part of a widget that has the room's properties.

    A page that shows the widget sends what Python sets to the room, and reports what
    the room has. As for ``code``, a count tells reports from before and after.
    """

    title = Unicode(
        help="The room's title. Setting it renames the room for everybody, once a page "
        "shows the editor."
    ).tag(sync=True)
    language = Unicode(
        LANGUAGES[0], help="The room's language. Setting it is like setting title."
    ).tag(sync=True)
    limit = _Limit(
        None,
        allow_none=True,
        help="People at a time; None until a page has reported it. Setting it is like "
        "setting title. Nobody has to leave when it is lowered.",
    ).tag(sync=True)

    # What Python has set and no page has sent to the room, by name; how often it was
    # set; and up to which count a page has sent it, whether the room took it or not.
    _wanted = Dict({}).tag(sync=True)
    _wants = Int(0).tag(sync=True)
    _wants_done = Int(0).tag(sync=True)

    _is_guest = False
    _counts = False
    """Whether setting a property requests a change; False while the widget is made."""

    @validate(*_PROPERTIES)
    def _check_property(self, proposal: Bunch) -> Any:
        value = proposal["value"]
        if not self._counts or self._is_reported(proposal["trait"].name, value):
            return value
        if self._is_guest:
            raise TraitError("a guest cannot change the room")
        try:
            match proposal["trait"].name:
                case "title":
                    check_title(value)
                case "language":
                    check_language(value)
                case _:
                    check_limit(value)
        except ValueError as error:
            raise TraitError(str(error)) from None
        return value

    def expect_no_wish(self, name: str) -> None:
        """Raise ``TraitError`` if it is Python that sets a property to None."""
        if self._counts and not self._is_reported(name, None):
            self._check_property(Bunch(trait=self.traits()[name], value=None))

    def _is_reported(self, name: str, value: object) -> bool:
        """Return whether a page reports this value now."""
        reported = getattr(self, "_property_lock", {})
        return name in reported and bool(reported[name] == value)

    def _is_wish(self, change: Bunch) -> bool:
        """Return whether Python sets a property of a room."""
        name = change["name"]
        return (
            self._counts
            and name in _PROPERTIES
            and change["new"] is not None
            and not self._is_reported(name, change["new"])
        )

    def _want(self, change: Bunch) -> None:
        """Count what Python has set, for the page."""
        waiting = self._wanted if self._wants_done < self._wants else {}
        self._wanted = {**waiting, change["name"]: change["new"]}
        self._wants += 1

    def _without_older(self, reported: dict[str, Any]) -> dict[str, Any]:
        """Return a report of a page without what Python has set since."""
        if reported.get("_wants_done", self._wants_done) >= self._wants:
            return reported
        return {name: v for name, v in reported.items() if name not in _PROPERTIES}


def check_title(title: str) -> None:
    """Raise ``ValueError`` for a title that the server would refuse."""
    expect("title", title, str)
    if len(title) > TITLE_LENGTH:
        raise ValueError(
            f"expected a title of at most {TITLE_LENGTH} characters, found {len(title)}"
        )


def check_language(language: str) -> None:
    """Raise ``ValueError`` for a language that the editor does not have."""
    expect("language", language, str)
    if language not in LANGUAGES:
        raise ValueError(
            f"expected a language, one of {', '.join(LANGUAGES)}, found {language!r}"
        )


def check_limit(limit: int | None) -> None:
    """Raise ``ValueError`` for a limit that the server would refuse."""
    expect("limit", limit, int, optional=True)
    if limit is None or not 1 <= limit <= PEOPLE_LIMIT:
        raise ValueError(
            f"expected a limit from 1 to {PEOPLE_LIMIT} people, found {limit}"
        )
