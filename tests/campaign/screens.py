"""The page of a room's owner, with a record of what was on the screen at each press."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, cast

from playwright.sync_api import BrowserContext

from tests.e2e.editing import SOON, RoomPage, waiting
from tests.e2e.running import RunView

_RECORDER = Path(__file__).with_name("recorder.js")
_OUTCOME = waiting(
    "() => recorded.some(({type}) => /^got run_(taken|refused)|unread/.test(type))"
    " || notice()"
)

Panel = Literal["question", "unread"]
Event = dict[str, Any]
"""A press, or a message about runs: its fields, and its ``type``."""


class OwnerPage(RoomPage):
    """The page of a room, as its owner uses it."""

    def __init__(self, context: BrowserContext, room_id: str) -> None:
        page = context.new_page()
        page.set_default_timeout(SOON)
        page.add_init_script(path=_RECORDER)
        super().__init__(page, room_id)
        self.view = RunView(self)
        self.events: list[Event] = []
        """All that was recorded, in order."""
        self._taken = 0
        """The number of events that ``next`` has returned or passed over."""

    def refresh(self) -> None:
        """Fetch what was recorded since."""
        self.events += self.page.evaluate("recorded.splice(0)")

    def next(self, condition: Callable[[Event], bool]) -> Event:
        """Wait for the next event that fulfils a condition; pass over others."""
        while True:
            for event in self._news():
                if condition(event):
                    return event
            self._await("() => recorded.length > 0")

    def _news(self) -> Iterator[Event]:
        self.refresh()
        while self._taken < len(self.events):
            self._taken += 1
            yield self.events[self._taken - 1]

    def _until(self, condition: Callable[[Event], bool]) -> Event:
        """Wait for an event that fulfils a condition, if there was none yet."""
        while True:
            self.refresh()
            for event in self.events:
                if condition(event):
                    return event
            self._await("() => recorded.length > 0")

    def _await(self, condition: str) -> None:
        self.page.evaluate(waiting(condition))
        recent = self.events[-5:]
        assert self.page.evaluate(f"({condition})()"), f"expected more than {recent}"

    def wait_for_state(self, run: int, states: set[str]) -> str:
        """Wait until a run is or was in one of some states. Return it."""
        event = self._until(
            lambda event: (
                event["type"] == "got run"
                and event["run"] == run
                and event["state"] in states
            )
        )
        return str(event["state"])

    def wait_for_question(self, run: int) -> None:
        """Wait until a question is displayed, which may have ended meanwhile."""
        self._until(
            lambda event: event["type"] == "got question" and event["run"] == run
        )
        # The file that displays it may still be on its way.
        self.page.evaluate(waiting("() => isEnabled('question') !== null", SOON))

    def check_digests(self) -> None:
        """Compare each digest that the page has sent with what was on the screen."""
        self.refresh()
        screens: dict[str, str] = {}
        for event in self.events:
            match event["type"]:
                case "pressed" | "answered" as kind:
                    screens[kind] = event["text"]
                case "sent run":
                    assert event["digest"] == digest_of(screens["pressed"])
                case "sent approve":
                    assert event["digest"] == digest_of(screens["answered"])

    def pressed(self, press: Callable[[], object]) -> tuple[str, str]:
        """Press Run. Return what was pressed for, and what the page has done.

        That is ``run_taken``, ``unread``, ``run_refused``, ``question`` or ``problem``;
        the first three are the type of the last event.
        """
        self.refresh()
        self._taken = len(self.events)
        press()
        text = self.next(lambda event: event["type"] == "pressed")["text"]
        return text, self.outcome()

    def outcome(self) -> str:
        """Wait for what follows a press of Run; see ``pressed``."""
        while True:
            for event in self._news():
                kind, _, name = event["type"].partition(" ")
                if kind == "got" and name in {"run_taken", "unread", "run_refused"}:
                    return cast(str, name)
            notice = cast(str, self.page.evaluate("notice()"))
            if notice:
                return notice
            self.page.evaluate(_OUTCOME)

    @property
    def last(self) -> Event:
        """The last event that ``next`` or ``outcome`` has found."""
        return self.events[self._taken - 1]

    def displayed(self, panel: Panel) -> Any:
        """Return the code that a panel displays: a text, or numbered lines."""
        return self.page.evaluate(f"displayed('{panel}')")

    def is_enabled(self, panel: Panel) -> bool | None:
        """Return whether the main button of a panel is alive; None without a panel."""
        return cast("bool | None", self.page.evaluate(f"isEnabled('{panel}')"))

    def scroll_to_end(self, panel: Panel) -> None:
        """Scroll to the end of the code in a panel, if it is still there."""
        end = f".pairedit-{panel} .pairedit-listing-end"
        script = (
            "end => document.querySelector(end)?.scrollIntoView({block: 'nearest'})"
        )
        self.page.evaluate(script, end)

    def press_at_once(self, panel: Panel) -> None:
        """Press the main button of a panel, if it is still there."""
        button = f".pairedit-{panel} .pairedit-primary"
        script = "button => document.querySelector(button)?.click()"
        self.page.evaluate(script, button)


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()
