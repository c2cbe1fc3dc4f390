"""The prototype, row by row, as far as a server shows it (a browser shows the rest)."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import combinations, count, product
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms.readers import FileReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.handlers.conftest import Start
from tests.handlers.serving import GUARD, KEYS, Server, Socket
from tests.making import SteeredStore, message_in, record

ROOM_ID = re.compile(r"[A-Za-z0-9]{22}")
DEFAULT_CODE = "# Start coding here...\n"


# --- 1, 2, 4: rooms -----------------------------------------------------------------


async def test_row_01_a_new_room_has_an_id_that_nobody_guesses(server: Server) -> None:
    made = [await server.fetch("POST", "pairedit/rooms") for _ in range(20)]

    ids = {reply.json["roomId"] for reply in made}
    assert {reply.status for reply in made} == {200}
    assert len(ids) == 20
    # 22 of 62 characters are more than 128 random bits.
    assert all(ROOM_ID.fullmatch(room_id) for room_id in ids)


async def test_row_01_a_new_room_starts_with_the_prototypes_code(
    server: Server,
) -> None:
    room_id = await server.new_room()

    assert await server.code(room_id) == DEFAULT_CODE


async def test_row_02_the_address_of_a_room_leads_to_its_editor(server: Server) -> None:
    room = (await server.fetch("POST", "pairedit/rooms")).json

    path = room["url"].removeprefix(f"{server.origin}{server.app.base_url}")
    page = await server.fetch("GET", path)

    assert path == f"pairedit/room/{room['roomId']}"
    assert f'data-room-id="{room["roomId"]}"'.encode() in page.body


async def test_row_04_two_who_have_opened_a_room_see_each_others_code(
    server: Server,
) -> None:
    room_id = await server.new_room()
    ann = await server.writer(room_id)
    bob = await server.writer(room_id)

    await ann.write("from Ann")
    assert (await bob.expect("code_update"))["code"] == "from Ann"
    await bob.write("from Bob")
    assert (await ann.expect("code_update"))["code"] == "from Bob"


# --- 5, 7, 8: frames ----------------------------------------------------------------


async def test_row_05_socket_frames_are_the_prototypes(server: Server) -> None:
    room_id = await server.new_room()
    ann = await server.socket(room_id)
    bob = await server.socket(room_id)

    state = {"type": "initial_state", "code": DEFAULT_CODE, "version": 0}
    assert [await ann.next(), await bob.next()] == [state, state]
    await ann.send_frame('{"type": "code_change", "code": "x"}')

    assert await bob.next() == {"type": "code_update", "code": "x", "version": 1}


async def test_row_05_a_writer_is_not_sent_its_own_write(server: Server) -> None:
    room_id = await server.new_room(code="")
    ann = await server.writer(room_id)
    bob = await server.writer(room_id)

    await ann.write("x")
    await bob.expect("code_update")
    await bob.write("y")

    # The first that Ann hears of is what Bob wrote.
    assert await ann.next() == {"type": "code_update", "code": "y", "version": 2}


BAD_FRAMES: dict[str, str | bytes] = {
    "a number as code": '{"type": "code_change", "code": 123}',
    "an object as code": '{"type": "code_change", "code": {"a": 1}}',
    "a list as message": "[1, 2]",
    "no JSON": "code",
    "an unknown type": '{"type": "cursor", "code": "x"}',
    "no code": '{"type": "code_change"}',
    "a binary frame": b'{"type": "code_change", "code": "x"}',
}


@pytest.mark.parametrize("frame", BAD_FRAMES.values(), ids=BAD_FRAMES)
async def test_row_07_a_bad_message_is_refused_and_the_socket_lives(
    server: Server, frame: str | bytes
) -> None:
    room_id = await server.new_room(code="")
    ann = await server.writer(room_id)
    bob = await server.writer(room_id)

    await ann.send_frame(frame)
    assert await ann.refusal() == "malformed"
    assert await server.code(room_id) == ""
    await ann.write("fine")

    assert (await bob.next())["code"] == "fine"


async def test_row_08_code_has_a_largest_size_that_can_be_set(start: Start) -> None:
    server = await start(max_code_size=2_048)
    room_id = await server.new_room(code="")
    ann = await server.writer(room_id)

    await ann.write("x" * 2_049)
    error = await ann.expect("error")
    await ann.write("x" * 2_048)
    # A ping is answered after what came before it.
    assert await ann.lives()
    path = f"pairedit/rooms/{room_id}/code"
    refused = await server.fetch("PUT", path, {"code": "é" * 1_025})

    assert error["code"] == "too_large"
    assert "2048 bytes" in error["message"]
    assert (refused.status, refused.json["code"]) == (413, "too_large")
    assert await server.code(room_id) == "x" * 2_048


# --- 6: simultaneous writers --------------------------------------------------------


class Page:
    """What the prototype's page shows: the newest of what it typed and was sent."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.shown = ""
        self.news = asyncio.Event()

    async def type(self, code: str) -> None:
        """Show code and send it, as each key does."""
        self.shown = code
        await self.socket.write(code)

    async def read(self) -> None:
        """Show what comes, for ever."""
        async for frame in self.socket.connection:
            message = json.loads(frame)
            assert message["type"] in {"initial_state", "code_update"}
            self.shown = message["code"]
            self.news.set()

    async def show(self, code: str) -> None:
        """Wait until the page shows it."""
        async with asyncio.timeout(GUARD):
            while self.shown != code:
                self.news.clear()
                await self.news.wait()


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("writes", [(1, 1), (1, 2), (2, 1), (3, 3)], ids=str)
async def test_row_06_simultaneous_writers_end_equal(
    server: Server, first: int, writes: tuple[int, int]
) -> None:
    store = server.hub.store = SteeredStore(server.hub.store)
    room_id = await server.new_room(code="")
    pages = [Page(await server.writer(room_id)) for _ in range(2)]

    # Nothing is stored, so nobody is sent anything, until both have typed all.
    store.go.clear()
    for index in (first, 1 - first):
        for number in range(writes[index]):
            await pages[index].type(f"page {index}, write {number}")
    reading = [asyncio.create_task(page.read()) for page in pages]
    store.go.set()

    # After the last write, the head is final: as many versions as there were writes.
    async with asyncio.timeout(GUARD):
        room = await server.hub.open(room_id)
        while room.head < sum(writes):
            await room.audience.change.wait()
    for page in pages:
        await page.show(room.code)
        assert await page.socket.lives()
    assert [page.shown for page in pages] == [room.code] * 2
    assert await server.code(room_id) == room.code
    for page in pages:
        await page.socket.close()
    await asyncio.gather(*reading)


class GatedStore(SteeredStore):
    """A store in which each append waits until the test lets one through."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.gate = asyncio.Semaphore(0)

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        await self.gate.acquire()
        await super().append(room_id, after, revisions, epoch)


class Line:
    """A page, its connection, and its place in the room, moved step by step."""

    def __init__(self, room: Room, name: str) -> None:
        self.room = room
        self.reader = FileReader(name, name, name)
        self.writer = Writer(name, name)
        self.shown = ""
        self.up: deque[str] = deque()
        self.down: deque[bytes] = deque()
        self.writing: asyncio.Task[tuple[int, int]] | None = None

    def type(self, code: str) -> None:
        """Somebody types: the page shows it, and it is on its way."""
        self.shown = code
        self.up.append(code)

    def read(self) -> bool:
        """The page receives a frame."""
        if not self.down:
            return False
        self.shown = json.loads(self.down.popleft())["code"]
        return True

    async def pump(self) -> bool:
        """The server sends a frame."""
        frame = self.reader.next(self.room)
        if frame is not None:
            self.down.append(message_in(frame))
        return frame is not None

    async def take(self) -> bool:
        """The server takes a message, when it is done with the one before."""
        if not self.up or (self.writing and not self.writing.done()):
            return False
        # As in the socket's handler: hear, then write.
        self.reader.record_write()
        self.writing = asyncio.create_task(
            self.room.write(self.writer, self.up.popleft())
        )
        await asyncio.sleep(0)
        return True


class Schedule:
    """Two lines to one room, and every order in which things may happen."""

    STEPS = ("type", "take", "store", "pump", "read")

    def __init__(self, room: Room, store: GatedStore) -> None:
        self.room = room
        self.store = store
        self.lines = [Line(room, name) for name in ("ann", "bob")]
        for line in self.lines:
            room.audience.join(line.reader)
        self.numbers = count()

    async def step(self, name: str, who: int, code: str | None = None) -> bool:
        """Take one step; say whether there was one to take."""
        line = self.lines[who]
        match name:
            case "type":
                line.type(f"{next(self.numbers)}" if code is None else code)
                return True
            case "take":
                return await line.take()
            case "pump":
                return await line.pump()
            case "read":
                return line.read()
        if not line.writing or line.writing.done():
            return False
        # The writes of both are in the order of the room's lock.
        self.store.gate.release()
        running = [
            each.writing
            for each in self.lines
            if each.writing and not each.writing.done()
        ]
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        return True

    async def settle(self) -> None:
        """Let everything happen that still can."""
        moved = True
        while moved:
            moved = False
            for name, who in product(self.STEPS[1:], (0, 1)):
                moved |= await self.step(name, who)


Step = tuple[str, int] | tuple[str, int, str | None]
STEP = st.tuples(
    st.sampled_from(Schedule.STEPS),
    st.integers(0, 1),
    st.none() | st.sampled_from(["", "a", "b"]),
)


@pytest.fixture(scope="module")
def slow_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteStore]:
    store = SQLiteStore(
        tmp_path_factory.mktemp("rooms") / "rooms.db", synchronous="NORMAL"
    )
    yield store
    asyncio.run(store.close())


ROOM_NUMBERS = count()


async def run(store: SQLiteStore, steps: Sequence[Step]) -> None:
    room_id = f"{next(ROOM_NUMBERS):022}"
    await store.create(record(room_id), "")
    gated = GatedStore(store)
    room = Room(await store.load(room_id), gated, Limits(), lambda: 0.0)
    schedule = Schedule(room, gated)
    for line in schedule.lines:
        await line.pump()
        line.read()

    for step in steps:
        await schedule.step(*step)
    await schedule.settle()

    assert [line.shown for line in schedule.lines] == [room.code] * 2


# Both: a page has a frame that it has not read, and types twice before the server
# comes to send again. The first of the two is in doubt, and so must the second be.
TWO_WRITES: list[Step] = [
    ("type", 1),
    ("take", 1),
    ("store", 1),
    ("pump", 0),
    ("type", 0),
]
TWO_WRITES += [("type", 0), ("take", 0), ("store", 0), ("take", 0), ("store", 0)]
NO_CHANGE_FIRST: list[Step] = [("type", 1, "a"), ("take", 1), ("store", 1), ("pump", 0)]
NO_CHANGE_FIRST += [("type", 0, "a"), ("type", 0, "b"), ("take", 0), ("take", 0)]


@settings(max_examples=300, deadline=None)
@given(steps=st.lists(STEP, max_size=30))
@example(steps=TWO_WRITES)
@example(steps=NO_CHANGE_FIRST)
def test_row_06_writers_end_equal_in_any_schedule(
    slow_store: SQLiteStore, steps: list[Step]
) -> None:
    asyncio.run(run(slow_store, steps))


async def test_row_06_two_writers_end_equal_in_every_interleaving(
    slow_store: SQLiteStore,
) -> None:
    own = ("type", "take", "store", "pump", "read")
    for places in combinations(range(2 * len(own)), len(own)):
        left = [iter(own), iter(own)]
        order = [0 if place in places else 1 for place in range(2 * len(own))]
        await run(slow_store, [(next(left[who]), who) for who in order])


# --- 9, 10, 25: where rooms are kept ------------------------------------------------


async def test_row_09_code_survives_a_restart(start: Start) -> None:
    server = await start()
    room_id = await server.new_room(code="x", title="T")
    ann = await server.writer(room_id)
    await ann.write("x\nünï😀")
    await ann.lives()
    editor, welcome = await server.seated(room_id)
    await editor.push(1, [7, [0, "!"]])
    await editor.expect("saved")

    server = await start()

    assert await server.code(room_id) == "x\nünï😀!"
    _, welcome_again = await server.seated(room_id)
    assert welcome_again == welcome
    (room,) = (await server.fetch("GET", "pairedit/rooms")).json
    assert (room["title"], room["version"]) == ("T", 2)


async def test_row_10_without_a_setting_rooms_are_in_jupyters_data_directory(
    start: Start, jp_data_dir: Path
) -> None:
    server = await start(database_url=None)
    await server.new_room()

    file = jp_data_dir / "pairedit" / "rooms.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("relative", [False, True])
async def test_row_10_a_sqlite_url_is_honoured(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "dev.db"
    url = "sqlite:///./dev.db" if relative else f"sqlite:///{file}"
    monkeypatch.setenv("DATABASE_URL", url)

    server = await start(database_url=None)
    room_id = await server.new_room()

    with closing(sqlite3.connect(file)) as database:
        assert database.execute("select id from room").fetchall() == [(room_id,)]


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "mysql://me:secret@host/db",
        "postgresql://me:secret@host/db",
        "sqlite:////proc/no/rooms.db",
    ],
)
async def test_row_10_a_bad_url_is_one_clear_line_and_jupyter_works(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    url: str,
) -> None:
    monkeypatch.setenv("PAIREDIT_DATABASE_URL", url)

    server = await start(database_url=None)

    printed = capsys.readouterr().err
    (line,) = [each for each in printed.splitlines() if each.startswith("[E")]
    assert "switched off" in line
    assert "PAIREDIT_DATABASE_URL: " in line
    assert "secret" not in line
    assert "Traceback" not in printed
    assert (await server.fetch("GET", "api/status")).status == 200
    for method, path in [
        ("GET", ""),
        ("GET", "/health"),
        ("POST", "/rooms"),
        ("PUT", "/rooms/x/code"),
        ("DELETE", "/rooms/x"),
        ("OPTIONS", "/rooms"),
    ]:
        for headers in (server.token, {}):
            reply = await server.fetch(method, f"pairedit{path}", headers=headers)
            assert reply.status == 503
            assert set(reply.json) == {"code", "message"}
    assert await server.refused_socket("A" * 22) == 503


@pytest.mark.parametrize(
    "url",
    ["nonsense", "sqlite://", "mysql://me:secret@host/db", "redis://:secret@host"],
)
async def test_row_10_a_url_for_another_program_is_left_alone_with_a_warning(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    jp_data_dir: Path,
    url: str,
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    server = await start(database_url=None)
    await server.new_room()

    printed = capsys.readouterr().err
    (line,) = [each for each in printed.splitlines() if "DATABASE_URL" in each]
    assert line.startswith("[W") and "is ignored" in line and "secret" not in line
    assert (jp_data_dir / "pairedit" / "rooms.db").exists()


def test_row_25_the_example_of_an_env_file_has_the_prototypes_names(
    root: Path,
) -> None:
    text = (root / ".env.example").read_text("utf-8")

    names = {
        "PAIREDIT_DATABASE_URL",
        "PAIREDIT_ALLOWED_ORIGINS",
        "PAIREDIT_MAX_CONNECTIONS_PER_ROOM",
    }
    assert set(re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE)) == names


# --- 11, 12: suggestions ------------------------------------------------------------


async def suggest(server: Server, **question: object) -> tuple[int, dict[str, str]]:
    reply = await server.fetch("POST", "pairedit/autocomplete", question)
    answer: dict[str, str] = reply.json
    return reply.status, answer


async def test_row_11_a_question_is_answered_by_suggestion_and_detail(
    server: Server,
) -> None:
    status, answer = await suggest(
        server, code="def f():\n", cursorPosition=9, language="python"
    )

    assert status == 200
    assert set(answer) == {"suggestion", "detail"}


@pytest.mark.parametrize("missing", ["code", "cursorPosition", "language"])
async def test_row_11_a_missing_field_is_422(server: Server, missing: str) -> None:
    question = {"code": "", "cursorPosition": 0, "language": "python"}
    del question[missing]

    status, answer = await suggest(server, **question)

    assert status == 422
    assert missing in answer["message"]


@pytest.mark.parametrize("cursor", [-1, 2, 10**18])
async def test_row_11_a_cursor_outside_the_code_is_400(
    server: Server, cursor: int
) -> None:
    status, answer = await suggest(
        server, code="x", cursorPosition=cursor, language="python"
    )

    assert (status, answer["code"]) == (400, "cursor_outside")


async def test_row_11_cursor_and_language_count(server: Server) -> None:
    code = "x = 1\nfor loop"

    answers = [
        (await suggest(server, code=code, cursorPosition=at, language=language))[1]
        for at, language in [(5, "python"), (len(code), "python"), (5, "sql")]
    ]

    assert len({answer["suggestion"] for answer in answers}) == 3


@pytest.mark.parametrize(
    ("code", "suggestion"),
    [
        ("def f():\n", "    return "),
        ("class A:\n", "    def __init__(self):"),
        ("# a loop\n", "for item in collection:"),
        ("x = 1\n", "print('Hello, World!')"),
        ("def f():\n    return 1\nclass A: loop", "    def __init__(self):"),
        ("def f(): return\nclass A:\n    def __init__(self): loop", "for item in coll"),
    ],
)
async def test_row_12_the_mock_answers_as_the_prototype(
    server: Server, code: str, suggestion: str
) -> None:
    _, answer = await suggest(
        server, code=code, cursorPosition=len(code), language="python"
    )

    assert answer["suggestion"].startswith(suggestion)
    assert suggestion.endswith("coll") or answer["suggestion"] == suggestion


# --- 15, 24: what an operator looks at ----------------------------------------------


async def test_row_15_debug_rooms_counts_connections_and_forgets_the_empty(
    server: Server,
) -> None:
    one, two, _ = [await server.new_room() for _ in range(3)]
    first = await server.writer(one)
    await server.writer(one)
    other, _ = await server.seated(two)
    await other.expect("presence")

    both = (await server.fetch("GET", "pairedit/debug/rooms")).json
    await other.close()
    after = both
    async with asyncio.timeout(GUARD):
        while after == both:
            after = (await server.fetch("GET", "pairedit/debug/rooms")).json

    assert both == {one: 2, two: 1}
    assert after == {one: 2}
    assert await first.lives()


async def test_row_24_health_says_status_and_service(server: Server) -> None:
    health = (await server.fetch("GET", "pairedit/health")).json

    assert health["status"] == "ok"
    assert health["service"] == "jupyter_pairedit"


# --- 16, 17: origins ----------------------------------------------------------------

LISTED = "https://class.example:8443"


def origins(server: Server) -> dict[str, bool]:
    """Origins of pages, and whether they may come in when ``LISTED`` is listed."""
    return {
        server.origin: True,
        server.origin.upper(): True,
        LISTED: True,
        LISTED.upper(): True,
        f"http://localhost:{server.port + 1}": False,
        "http://localhost": False,
        f"http://127.0.0.1:{server.port}": False,
        f"http://localhost:{server.port}.evil.example": False,
        f"http://localhost.evil.example:{server.port}": False,
        f"http://evil.example#localhost:{server.port}": False,
        f"http://evil@localhost:{server.port}": False,
        f"ftp://localhost:{server.port}": False,
        "https://class.example": False,
        "http://class.example:8443": False,
        "https://class.example:8443.evil.example": False,
        "http://[": False,
        "null": False,
        "": False,
    }


async def test_row_16_and_17_origins_are_the_same_for_requests_and_sockets(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", f"http://other.example, {LISTED}")
    server = await start()
    person = await server.login()
    room_id = await server.new_room()

    for origin, allowed in origins(server).items():
        reply = await server.fetch(
            "GET", "pairedit/rooms", headers={**person.headers, "Origin": origin}
        )
        assert (origin, reply.status) == (origin, 200 if allowed else 403)
        how = {"headers": {**person.cookie, "Origin": origin}}
        if allowed:
            socket = await server.writer(room_id, **how)
            await socket.close()
        else:
            assert await server.refused_socket(room_id, **how) == 403


async def test_row_16_null_is_allowed_only_when_it_is_listed(start: Start) -> None:
    server = await start(allowed_origins=["null"])
    room_id = await server.new_room()

    assert await server.writer(room_id, origin="null")
    assert await server.refused_socket(room_id, origin="http://evil.example") == 403


async def test_row_16_jupyters_star_does_not_open_the_rooms(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    server = await start({"ServerApp": {"allow_origin": "*"}})
    person = await server.login()
    room_id = await server.new_room()
    evil = {"headers": person.cookie, "origin": "http://evil.example"}

    assert await server.refused_socket(room_id, **evil) == 403
    assert capsys.readouterr().err.count("ALLOWED_ORIGINS") == 1


async def test_row_16_a_listed_page_may_read_the_reply(start: Start) -> None:
    server = await start(allowed_origins=[LISTED])
    cors = "Access-Control-Allow-Origin"

    ours = await server.fetch("GET", "pairedit/rooms")
    theirs = await server.fetch(
        "GET", "pairedit/rooms", headers={**server.token, "Origin": LISTED}
    )

    assert cors not in ours.headers
    assert theirs.headers[cors] == LISTED
    assert theirs.headers["Access-Control-Allow-Credentials"] == "true"
    assert theirs.headers["Vary"] == "Origin"


async def test_row_16_a_listed_page_may_ask_what_it_may_send(start: Start) -> None:
    server = await start(allowed_origins=[LISTED])
    asks = {"Access-Control-Request-Method": "PUT", "Origin": LISTED}
    evil = {**asks, "Origin": "http://evil.example"}

    yes = await server.fetch("OPTIONS", "pairedit/rooms", headers=asks)
    no = await server.fetch("OPTIONS", "pairedit/rooms", headers=evil)

    assert yes.status == 204
    assert yes.headers["Access-Control-Allow-Origin"] == LISTED
    assert "PUT" in yes.headers["Access-Control-Allow-Methods"]
    assert "authorization" in yes.headers["Access-Control-Allow-Headers"]
    assert no.status == 403
    assert "Access-Control-Allow-Origin" not in no.headers


# --- 18 to 21: seats ----------------------------------------------------------------


async def test_row_18_a_third_person_is_let_in_and_told_that_it_is_full(
    server: Server,
) -> None:
    room_id = await server.new_room()
    for _ in range(2):
        await server.writer(room_id)

    for edits in (False, True):
        third = await server.socket(room_id, edits=edits)
        if edits:
            await third.send("hello", key=KEYS[0])
        code, reason = await third.ending()
        assert code == Close.ROOM_FULL == 1001
        assert "Room full" in reason
        assert "2" in reason
        assert "MAX_CONNECTIONS_PER_ROOM" in reason


async def test_row_18_a_seat_that_is_left_can_be_taken(server: Server) -> None:
    room_id = await server.new_room()
    first = await server.writer(room_id)
    stays, _ = await server.seated(room_id)
    assert len((await stays.expect("presence"))["people"]) == 2

    await first.close()
    assert len((await stays.expect("presence"))["people"]) == 1

    assert await server.writer(room_id)


async def test_row_18_a_second_tab_of_a_person_takes_no_second_seat(
    server: Server,
) -> None:
    room_id = await server.new_room()
    person = await server.login()
    tabs = [await server.writer(room_id, headers=person.cookie) for _ in range(3)]

    other = await server.writer(room_id)
    await tabs[0].write("x")

    for socket in (tabs[1], tabs[2], other):
        assert (await socket.expect("code_update"))["code"] == "x"


@pytest.mark.parametrize(
    ("env", "trait", "people"),
    [
        (None, None, 2),
        ("3", None, 3),
        ("3", 4, 4),
        (None, 300, 300),
        ("0", None, None),
        ("-1", None, None),
        ("two", None, None),
        ("2.5", None, None),
        ("301", None, None),
        ("9" * 5_000, None, None),
        (None, 0, None),
        (None, 301, None),
    ],
)
async def test_row_18_the_limit_can_be_set_and_a_bad_one_is_the_default(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    env: str | None,
    trait: int | None,
    people: int | None,
) -> None:
    if env:
        monkeypatch.setenv("MAX_CONNECTIONS_PER_ROOM", env)

    server = await start(max_connections_per_room=trait)
    room_id = await server.new_room()

    room = (await server.fetch("GET", f"pairedit/rooms/{room_id}")).json
    warnings = capsys.readouterr().err.count("MAX_CONNECTIONS_PER_ROOM")
    assert (room["limit"], warnings) == (people or 2, 0 if people else 1)


async def test_row_18_a_room_may_have_its_own_limit(server: Server) -> None:
    room_id = await server.new_room(limit=1)
    await server.writer(room_id)

    second = await server.socket(room_id)

    assert (await second.ending())[0] == Close.ROOM_FULL


@pytest.mark.parametrize(
    "room_id", ["A" * 22, "short", "A" * 33, "A" * 21 + "-", "..%2f" + "A" * 20]
)
@pytest.mark.parametrize("edits", [False, True], ids=["whole files", "edits"])
async def test_row_19_no_such_room_is_accepted_and_closed_by_1008(
    server: Server, room_id: str, edits: bool
) -> None:
    socket = await server.socket(room_id, edits=edits)

    assert await socket.ending() == (Close.NO_SUCH_ROOM, "No such room.")
    assert Close.NO_SUCH_ROOM == 1008


async def test_row_20_who_comes_again_takes_over_the_seat(server: Server) -> None:
    room_id = await server.new_room(limit=2)
    person = await server.login()
    other, _ = await server.seated(room_id, KEYS[1])
    stale, before = await server.seated(room_id, headers=person.cookie)

    fresh, after = await server.seated(room_id, headers=person.cookie)
    await fresh.push(0, [[0, "x"], len(DEFAULT_CODE)])

    assert (await stale.ending())[0] == Close.REPLACED == 4402
    assert after["clientId"] == before["clientId"]
    assert (await other.expect("code_update"))["version"] == 1


async def test_row_21_who_connects_too_often_is_told_to_wait(start: Start) -> None:
    server = await start(limits={"connects": 3, "connects_per": 1_000.0})
    room_id = await server.new_room()
    person, other = await server.login(), await server.login()
    for _ in range(3):
        socket = await server.writer(room_id, headers=person.cookie)
        await socket.close()

    refused = await server.socket(room_id, headers=person.cookie)

    code, reason = await refused.ending()
    assert code == Close.RATE == 4429
    assert re.search(r"wait \d+ s", reason)
    assert await server.writer(room_id, headers=other.cookie)


# --- 31, 32 -------------------------------------------------------------------------


async def test_row_31_addresses_are_below_the_base_url_and_of_the_host_asked(
    server: Server,
) -> None:
    assert server.app.base_url == "/a%40b/"
    asked = {**server.token, "Host": "localhost"}

    made = (await server.fetch("POST", "pairedit/rooms", {}, asked)).json
    page = await server.fetch("GET", f"pairedit/room/{made['roomId']}")

    assert made["url"] == f"http://localhost/a%40b/pairedit/room/{made['roomId']}"
    html = page.body.decode()
    addresses = re.findall(r'(?:src|href|action)="(?!data:)([^"]*)"', html)
    assert addresses
    assert all(each.startswith("/a%40b/pairedit/") for each in addresses)
    assert 'data-base-url="/a%40b/"' in html


async def test_row_32_a_write_right_after_an_update_is_not_withheld(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    ann = await server.writer(room_id)
    bob = await server.writer(room_id)

    for number in range(10):
        await ann.write(f"ann {number}")
        while (await bob.expect("code_update"))["code"] != f"ann {number}":
            pass
        await bob.write(f"bob {number}")
        while (await ann.expect("code_update"))["code"] != f"bob {number}":
            pass

    assert await server.code(room_id) == "bob 9"
