"""T9b: a kernel is given exactly what was on the screen of the person who decided.

T9 with a real page, real sockets and a kernel process. The kernel records the digest of
what it is given. Guests and a member type all the time: before and after a question,
while the owner reads, and at the moment of a press.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, TimeoutError, expect

from jupyter_pairedit import connect
from jupyter_pairedit.client import Moved, Room
from jupyter_pairedit.client.syncruns import Run
from tests.browsing import SignIn
from tests.e2e.conftest import WINDOW, jp_asyncio_loop, jp_server_cleanup
from tests.e2e.editing import new_room
from tests.e2e.guests import invite
from tests.jupyter import Server
from tests.running.probe import RECORD, executed

from .figures import Plan
from .live import GIVE_UP
from .screens import Event, OwnerPage, Panel, digest_of

__all__ = ["jp_asyncio_loop", "jp_server_cleanup"]

GUESTS = ("Gus", "Eve")
START = "first = 1\nsecond = 'ü𝒷'\n\nthird = 3\n"
EXPIRES = 10.0  # seconds
LIMITS = f"--PairEdit.limits={{'question': {EXPIRES}, 'questions': 10_000, \
'question_refusals': 10_000, 'connects': 10_000}}"
ACTS = (1, 2)
"""Acts of a schedule."""
LONG = 250
"""Code points from which on more is removed than inserted."""
_FIRST = 0x4E00
"""The first of the characters that guests type. Each occurs once in a schedule."""
BESIDE = ("", "", "\n", " ", "\t", "😀", "e\u0301", "\u200b", "\u202e", "\u2028", "\n!")
"""What guests type beside them."""
NOT_RUN = {"refused", "expired", "withdrawn"}
KINDS = {
    *("pressed", "part", "not shown", "trusted", "queued", "by permission"),
    *NOT_RUN,
}
"""What many schedules have to contain."""
OFTEN = KINDS - {"expired", "withdrawn"}
"""Of these, what each 25 have to contain."""
MANY = 200


@dataclass(frozen=True)
class Place:
    """A server with a kernel, and the browser of an owner."""

    server: Server
    kernel_id: str
    context: BrowserContext
    record: Path

    def bind(self, room_id: str) -> None:
        """Give a room the kernel."""
        path = f"pairedit/rooms/{room_id}/kernel"
        self.server.call(path, "PUT", {"kernelId": self.kernel_id})

    def let_ask(self, room_id: str) -> None:
        """Let guests of a room ask for runs."""
        path = f"pairedit/rooms/{room_id}"
        changes = self.server.call(path)["changes"]
        body = {"settings": {"guestsMayAsk": True}}
        self.server.call(path, "PATCH", body, {"If-Match": f'"{changes}"'})


@pytest.fixture
def place(serve: Callable[..., Server], sign_in: SignIn, tmp_path: Path) -> Place:
    """A server with a kernel that records what it is given."""
    server = serve("jupyter_server", LIMITS)
    record, root = tmp_path / "record", Path(__file__).parents[2]
    server.add_kernel("digests", root, "tests.running.digests", **{RECORD: str(record)})
    kernel_id = server.call("api/kernels", "POST", {"name": "digests"})["id"]
    place = Place(server, kernel_id, sign_in(server, viewport=WINDOW), record)
    # While a room has it, the server keeps its connection to the kernel.
    place.bind(new_room(server))
    return place


class Schedule:
    """One room, with an owner in a page, and others by socket."""

    def __init__(self, place: Place, seed: int, others: ExitStack) -> None:
        self.rng = random.Random(seed)
        self.hands = random.Random(seed)
        """For typing alone, of which there is more where the machine is slow."""
        self.place = place
        self.room_id = new_room(place.server, START, limit=6)
        place.let_ask(self.room_id)
        place.bind(self.room_id)
        link = invite(place.server, self.room_id, role="edit")["url"]
        self.rooms: dict[str, Room] = {
            name: others.enter_context(connect(link, name=name)) for name in GUESTS
        }
        url, token = place.server.url, place.server.token
        member = connect(self.room_id, server=url, token=token)
        self.rooms["member"] = others.enter_context(member)
        self.owner = OwnerPage(place.context, self.room_id)
        others.callback(self.owner.page.close)
        # The other one is at first a client that does not follow runs.
        self.rooms["Eve"].runs()
        self.owner.ready()
        expect(self.owner.view.button).to_be_enabled()
        self.typed: dict[str, str] = {}
        """The guest who has typed each character."""
        self.known: set[str] = set()
        """Of these, what the owner was shown in a list, or has run."""
        self.trusted: set[str] = set()
        self.permitted: set[str] = set()
        self.expected: dict[int, str] = {}
        """The code of each run that was pressed for or approved."""
        self.ended: dict[int, str] = {}
        """The state of each run that was not."""
        self.before = len(executed(place.record))
        self.happened: Counter[str] = Counter()

    def play(self) -> None:
        """Do something by chance, and compare what the kernel was given."""
        acts = self.press, self.ask
        for _ in range(self.rng.choice(ACTS)):
            self.burst()
            self.rng.choice(acts)()
        self.check()

    def check(self) -> None:
        """Compare what was run with what was on the screen."""
        self.owner.check_digests()
        for run in self.expected:
            self.owner.wait_for_state(run, {"done"})
        path = f"pairedit/rooms/{self.room_id}/runs"
        runs = self.place.server.call(path)["runs"]
        begun = sorted(
            (each["startedAt"], each["run"]) for each in runs if "startedAt" in each
        )
        assert {run for _, run in begun} == self.expected.keys()
        assert self.ended == {
            each["run"]: each["state"] for each in runs if "startedAt" not in each
        }
        given = [each.digest for each in executed(self.place.record)[self.before :]]
        assert given == [digest_of(self.expected[run]) for _, run in begun]
        for _, run in begun:
            outputs = self.place.server.call(f"{path}/{run}/outputs")["outputs"]
            text = f"given {digest_of(self.expected[run])}\n"
            assert [each[2] for each in outputs] == [text]
        if self.expected:
            last = self.expected[max(self.expected)]
            expect(self.owner.view.outputs).to_contain_text(digest_of(last))

    # --- typing -----------------------------------------------------------------------

    def type(self) -> Room:
        """Let a guest or the member change the code. Return the room of who did."""
        name = self.hands.choice([*self.rooms])
        room = self.rooms[name]
        view = room.view()
        length = len(view.code)
        start = self.hands.randint(0, length)
        end = min(length, start + self.hands.choice((0, 0, 1, 2, 4)))
        if length < LONG / 2:
            end = start
        elif length > LONG:
            end = min(length, start + 8)
        text = self.hands.choice(("a", "7", "\n", "é"))
        if name in GUESTS:
            text = chr(_FIRST + len(self.typed))
            self.typed[text] = name
            text += self.hands.choice(BESIDE)
        with suppress(Moved), room.edit(at=view) as edit:
            edit.replace(start, end, text)
        return room

    def burst(self) -> None:
        """Let others type some of it, which is on its way for a while."""
        for _ in range(self.hands.choice((0, 1, 1, 2, 3))):
            room = self.type()
            if self.hands.random() < 0.3:
                room.saved(timeout=GIVE_UP)

    # --- the owner presses ------------------------------------------------------------

    def press(self) -> None:
        """Type perhaps, and run all of the code or a part."""
        owner, rng = self.owner, self.rng
        part = rng.random() < 0.4
        owner.content.click()
        owner.press("Control+Home", *["ArrowDown"] * rng.randint(0, 3))
        if rng.random() < 0.5:
            owner.page.keyboard.insert_text(rng.choice(("1", "2\n", "ö")))
        if part and rng.random() < 0.6:
            owner.press(*["Shift+ArrowDown"] * rng.randint(0, 2), "Shift+ArrowRight")
        self.burst()
        by_key = part or rng.random() < 0.5

        def press() -> None:
            if by_key:
                owner.press("Alt+Shift+Enter" if part else "Shift+Enter")
            else:
                owner.view.button.click()

        again = owner.view.bar.get_by_role("button", name="Run", exact=True)
        text, outcome = owner.pressed(press)
        while outcome == "question":
            # Others have typed meanwhile, or it is the first run with guests here.
            self.happened["asked again"] += 1
            self.burst()
            text, outcome = owner.pressed(press if part else again.click)
        if outcome == "unread":
            self.read(text, part)
        else:
            assert outcome == "run_taken", owner.events[-5:]
            self.took(text, part)

    def took(self, text: str, part: bool) -> None:
        """Record a run that the server has taken without a list of what is new."""
        strange = {
            each
            for each in self.typed_in(text) - self.known
            if self.typed[each] not in self.trusted
        }
        assert not strange, "ran what was not shown"
        self.happened["trusted"] += bool(self.typed_in(text) - self.known)
        self.happened["part" if part else "pressed"] += 1
        self.known |= self.typed_in(text)
        self.expected[self.owner.last["run"]] = text

    def read(self, text: str, part: bool) -> None:
        """Read what guests have typed, and run or cancel."""
        owner, view = self.owner, self.owner.view
        lines = owner.displayed("unread")
        author = owner.last["lines"][0].get("author", "")
        self.happened["not shown"] += 1
        if not part:
            numbered = dict(enumerate(text.split("\n"), 1))
            assert all(numbered[n] == line for n, line in lines if n)
        listed = self.typed_in("".join(line for _, line in lines))
        assert self.typed_in(text) - self.known <= listed
        assert self.read_to_end("unread")
        self.known |= listed
        chance = 1 if self.trusted else 0.3
        trusts = self.rng.random() < chance and self.trust(author)
        self.burst()
        if self.rng.random() < 0.15:
            view.unread.get_by_role("button", name="Cancel").click()
            self.happened["cancelled"] += 1
            return
        view.unread.get_by_role("button", name="Run", exact=True).click()
        assert owner.outcome() == "run_taken", owner.events[-5:]
        self.took(text, part)
        if trusts:
            self.burst()
            self.press()

    def trust(self, author: str) -> bool:
        """Trust who has typed what is listed; return whether somebody is new.

        ``author`` is that of the first line.
        """
        buttons = self.owner.view.unread.get_by_role("button", name="Trust ")
        before = set(self.trusted)
        for label in buttons.all_inner_texts():
            buttons.get_by_text(label, exact=True).click()
            self.owner.next(lambda event: event["type"] == "sent grant")
            name = author if "this guest" in label else label.split()[1]
            self.trusted.add(name.removesuffix(" (guest)"))
        assert self.trusted <= {*GUESTS}
        return self.trusted > before

    def typed_in(self, text: str) -> set[str]:
        """Return the characters of guests in a text."""
        return self.typed.keys() & set(text)

    def read_to_end(self, panel: Panel) -> bool:
        """Type on until the main button of a panel is alive; False without a panel."""
        self.owner.scroll_to_end(panel)
        until = time.monotonic() + GIVE_UP
        while (enabled := self.owner.is_enabled(panel)) is False:
            assert time.monotonic() < until, "the button stays dead"
            self.type().saved(timeout=GIVE_UP)
        return enabled is not None

    # --- a guest asks -----------------------------------------------------------------

    def ask(self, name: str = "") -> None:
        """Let a guest ask, and the owner decide."""
        name = name or self.rng.choice(GUESTS)
        run, code = self.question(name)
        state = run.state
        if state in NOT_RUN:
            # It has ended before anybody has seen it.
            self.happened[state] += 1
            self.ended[run.number] = state
            return
        if state != "asked":
            assert name in self.permitted, f"found {run.record}"
            self.happened["by permission"] += 1
            self.expected[run.number] = code
            return
        acts = self.approve, self.permit, self.refuse, self.withdraw, self.replace
        weights = 8, 2, 3, 2, 2, 1
        self.rng.choices((*acts, self.expire), weights)[0](name, run, code)

    def question(self, name: str) -> tuple[Run, str]:
        """Ask as a guest for all of the code or a part; return the run and the code."""
        room, rng = self.rooms[name], self.rng
        room.saved(timeout=GIVE_UP)
        view = room.view()
        code, part = view.code, None
        if rng.random() < 0.4:
            start = rng.randint(0, len(code) - 1)
            part = start, rng.randint(start + 1, len(code))
            code = code[slice(*part)]
        return room.ask_run(view.version, part), code

    def display(self, run: Run, code: str) -> bool:
        """Let the owner read a question; return False if it has ended meanwhile."""
        self.owner.wait_for_question(run.number)
        self.burst()
        displayed = self.owner.displayed("question")
        assert displayed in {code, None}
        return displayed is not None and self.read_to_end("question")

    def answer(self, run: Run, code: str, label: str) -> str:
        """Answer a question with a button; return the state that its run has then."""
        if self.display(run, code):
            self.burst()
            button = self.owner.view.question.get_by_role("button", name=label)
            # It may expire before the mouse gets there.
            with suppress(TimeoutError):
                button.click(timeout=EXPIRES * 1000)
        return self.settle(run, code)

    def settle(self, run: Run, code: str) -> str:
        """Record whether a question was approved. Return the state of its run."""
        number = run.number
        state = self.owner.wait_for_state(number, {"queued", *NOT_RUN})
        self.happened[state] += 1
        if state in NOT_RUN:
            self.ended[number] = state
        else:
            self.expected[number] = code
        return state

    def approve(self, name: str, run: Run, code: str) -> None:
        """Approve a question."""
        self.answer(run, code, "Run once")

    def permit(self, name: str, run: Run, code: str) -> None:
        """Approve a question, and all of its guest for an hour."""
        self.answer(run, code, "Let this guest run for an hour")
        self.owner.refresh()
        if any(map(is_permission, self.owner.events)):
            self.permitted.add(name)
            self.burst()
            self.ask(name)

    def refuse(self, name: str, run: Run, code: str) -> None:
        """Refuse a question."""
        self.answer(run, code, "Not now")

    def withdraw(self, name: str, run: Run, code: str) -> None:
        """Let the guest take the question back while the owner presses."""
        if self.display(run, code):
            run.withdraw()
            self.owner.press_at_once("question")
        self.settle(run, code)

    def replace(self, name: str, run: Run, code: str) -> None:
        """Let the other guest ask while the owner presses."""
        other = GUESTS[1 - GUESTS.index(name)]
        if other in self.permitted:
            return self.withdraw(name, run, code)
        with ThreadPoolExecutor(1) as pool:
            shown = self.display(run, code)
            asked = pool.submit(self.question, other)
            if shown:
                self.owner.press_at_once("question")
            second = asked.result()
        self.settle(run, code)
        self.answer(*second, self.rng.choice(("Run once", "Not now")))

    def expire(self, name: str, run: Run, code: str) -> None:
        """Let the owner read, and not answer."""
        self.display(run, code)
        self.settle(run, code)


def is_permission(event: Event) -> bool:
    return bool(event["type"] == "sent grant" and event["what"] == "run")


def test_t9b_a_kernel_is_given_exactly_what_was_on_the_screen(
    plan_of: Callable[[str], Plan],
    place: Place,
    record_property: Callable[[str, object], None],
) -> None:
    seeds = plan_of("T9b").seeds
    happened: Counter[str] = Counter()
    for seed in seeds:
        try:
            with ExitStack() as others:
                schedule = Schedule(place, seed, others)
                schedule.play()
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
        happened += schedule.happened
    given = len(executed(place.record))
    refused = sum(happened[each] for each in NOT_RUN)
    print(dict(sorted(happened.items())))
    record_property("figure", f"{given} runs, {refused} questions that were not run")
    # Of few schedules, not each kind of decision is to be expected.
    expected = KINDS if len(seeds) >= MANY else OFTEN if len(seeds) >= 25 else set()
    assert (+happened).keys() >= expected
