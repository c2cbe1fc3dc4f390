"""REST: revisions, the code as it was, and restoring."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import first_digest
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms import reports
from jupyter_pairedit.rooms.room import Writer
from jupyter_pairedit.stores.records import Stored

from .serving import Server


async def edited(server: Server) -> str:
    """Make a room with three versions after the first: a, ab, ab!, then X."""
    room_id = await server.new_room(code="a")
    editor, _ = await server.seated(room_id)
    await editor.push(0, [1, [0, "b"]], [2, [0, "!"]])
    await editor.expect("saved")
    await editor.close()
    await server.put(room_id, "X")
    return room_id


async def test_the_revisions_of_a_room_are_listed_the_oldest_first(
    server: Server,
) -> None:
    room_id = await edited(server)

    listed = (await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions")).json

    assert listed["head"] == 3
    kinds = [(each["version"], each["kind"]) for each in listed["revisions"]]
    assert kinds == [(1, "edit"), (2, "edit"), (3, "write")]
    facts = {"version", "kind", "author", "color", "at"}
    assert set(listed["revisions"][0]) == facts


async def test_a_page_of_revisions_may_hold_what_they_changed(server: Server) -> None:
    room_id = await edited(server)
    path = f"pairedit/rooms/{room_id}/revisions?changes=1"

    listed = (await server.fetch("GET", path)).json["revisions"]

    changes = [each["changes"] for each in listed]
    assert changes == [[1, [0, "b"]], [2, [0, "!"]], [[3, "X"]]]


async def test_a_page_with_much_text_is_shorter_and_goes_on_where_it_ended(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "_PAGE_SIZE", 2)
    room_id = await edited(server)
    path = f"pairedit/rooms/{room_id}/revisions?changes=1"

    first = (await server.fetch("GET", path)).json
    second = (await server.fetch("GET", f"{path}&after=2")).json

    versions = [[r["version"] for r in page["revisions"]] for page in (first, second)]
    assert (versions, first["head"]) == ([[1, 2], [3]], 3)


async def test_a_page_with_many_parts_is_shorter_as_well(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "_PAGE_PARTS", 3)
    room_id = await edited(server)

    path = f"pairedit/rooms/{room_id}/revisions"
    page = (await server.fetch("GET", path)).json

    assert len(page["revisions"]) < page["head"]


async def test_a_long_log_is_read_to_its_end(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "_READ", 2)
    room_id = await edited(server)

    listed = (await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions")).json

    assert [each["version"] for each in listed["revisions"]] == [1, 2, 3]


async def test_a_page_of_revisions_begins_after_a_version(server: Server) -> None:
    room_id = await edited(server)
    path = f"pairedit/rooms/{room_id}/revisions?after=1&limit=1"

    listed = (await server.fetch("GET", path)).json

    assert [each["version"] for each in listed["revisions"]] == [2]


@pytest.mark.parametrize(
    "query", ["after=-1", "limit=0", "limit=1001", "after=x", "changes=x"]
)
async def test_a_range_that_is_none_is_refused(server: Server, query: str) -> None:
    room_id = await server.new_room()

    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions?{query}")

    assert (reply.status, reply.json["code"]) == (422, "invalid")
    assert reply.json["message"].startswith("Expected")


async def test_every_version_can_be_read(server: Server) -> None:
    room_id = await edited(server)
    path = f"pairedit/rooms/{room_id}/revisions"

    versions = [(await server.fetch("GET", f"{path}/{n}")).json for n in range(4)]

    assert [each["code"] for each in versions] == ["a", "ab", "ab!", "X"]
    assert [each["kind"] for each in versions] == ["write", "edit", "edit", "write"]
    assert versions[1]["changes"] == [1, [0, "b"]]


async def test_a_version_that_is_not_there_is_said_to_be_missing(
    server: Server,
) -> None:
    room_id = await edited(server)
    path = f"pairedit/rooms/{room_id}"

    read = await server.fetch("GET", f"{path}/revisions/4")
    restored = await server.fetch("POST", f"{path}/restore", {"version": 4})
    no_room = await server.fetch("GET", f"pairedit/rooms/{'A' * 22}/revisions")

    for reply in (read, restored):
        assert reply.status == 404
        assert reply.json == {
            "code": "version_not_found",
            "message": "Expected a version up to 3, found 4.",
        }
    assert no_room.status == 404


async def test_restoring_makes_a_new_revision_that_everybody_gets(
    server: Server,
) -> None:
    room_id = await edited(server)
    editor, _ = await server.seated(room_id)

    reply = await server.fetch(
        "POST", f"pairedit/rooms/{room_id}/restore", {"version": 2}
    )
    update = await editor.expect("code_update")

    assert reply.json == {"version": 4}
    assert update["version"] == 4
    assert await server.code(room_id) == "ab!"
    path = f"pairedit/rooms/{room_id}/revisions/3"
    assert (await server.fetch("GET", path)).json["code"] == "X"


@pytest.mark.parametrize("body", [{}, {"version": -1}, {"version": "2"}, {"versio": 2}])
async def test_restoring_without_a_version_is_refused(
    server: Server, body: object
) -> None:
    room_id = await server.new_room()

    reply = await server.fetch("POST", f"pairedit/rooms/{room_id}/restore", body)

    assert reply.status == 422
    assert reply.json["message"].startswith("Expected")


async def test_who_wrote_each_line_can_be_asked_again_and_again(server: Server) -> None:
    room_id = await server.new_room(code="a\nb\nc")
    path = f"pairedit/rooms/{room_id}/blame"
    first = (await server.fetch("GET", path)).json
    await server.put(room_id, "a\nB\nc")

    second = (await server.fetch("GET", path)).json

    lines = [(each["line"], each["count"], each["kind"]) for each in second["lines"]]
    assert lines == [(1, 1, "write"), (2, 1, "write"), (3, 1, "write")]
    assert second["lines"][1]["at"] > second["lines"][0]["at"]
    assert second["lines"][0]["at"] == first["lines"][0]["at"]
    assert (first["version"], first["lines"][0]["count"]) == (0, 3)
    assert second["version"] == 1
    assert second["authors"][0] == second["lines"][1]["author"]


async def test_nobody_is_blamed_in_a_room_that_is_not_there(server: Server) -> None:
    reply = await server.fetch("GET", f"pairedit/rooms/{'A' * 22}/blame")

    assert (reply.status, reply.json["code"]) == (404, "room_not_found")


async def test_the_last_good_code_of_a_damaged_room_can_be_had(server: Server) -> None:
    room_id = await edited(server)
    other = await server.new_room(code="fine")
    server.hub.forget(await server.hub.open(room_id))
    database = server.hub.store.file.connection  # type: ignore[attr-defined]
    database.execute("update revision set author = 'Eve' where version = 3")

    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/code")
    socket = await server.socket(room_id)
    code, reason = await socket.ending()

    assert reply.json == {"code": "ab!", "version": 2, "damaged": True}
    assert (code, "damaged after version 2" in reason) == (4503, True)
    assert await server.code(other) == "fine"


async def merge_first_two(server: Server, room_id: str) -> None:
    epoch = (await server.hub.open(room_id)).record.epoch
    log = await server.hub.store.revisions(room_id, 0, 2)
    await server.hub.store.compact(room_id, [merge(first_digest(epoch), log)])


async def merged(server: Server) -> str:
    """Make that room, of which 1 and 2 have been merged since."""
    room_id = await edited(server)
    await merge_first_two(server, room_id)
    server.hub._rooms.clear()
    return room_id


async def test_a_merged_revision_is_listed_with_what_it_stands_for(
    server: Server,
) -> None:
    room_id = await merged(server)
    path = f"pairedit/rooms/{room_id}/revisions"

    listed = (await server.fetch("GET", f"{path}?changes=1")).json

    first, second = listed["revisions"]
    assert (first["first"], first["version"], first["others"]) == (1, 2, [])
    assert first["changes"] == [1, [0, "b!"]]
    assert ("first" in second, second["version"], listed["head"]) == (False, 3, 3)
    after = (await server.fetch("GET", f"{path}?after=1")).json["revisions"]
    assert [each["version"] for each in after] == [2, 3]
    one = (await server.fetch("GET", f"{path}?limit=1")).json["revisions"]
    assert [each["version"] for each in one] == [2]


async def test_a_request_for_a_version_inside_of_it_is_answered_with_the_nearest(
    server: Server,
) -> None:
    room_id = await merged(server)
    path = f"pairedit/rooms/{room_id}"

    replies = [
        await server.fetch("GET", f"{path}/revisions/1"),
        await server.fetch("GET", f"{path}/revisions?after=1&changes=1"),
        await server.fetch("POST", f"{path}/restore", {"version": 1}),
        await server.fetch("POST", f"{path}/points", {"version": 1, "name": "x"}),
    ]

    for reply in replies:
        assert (reply.status, reply.json["code"]) == (410, "version_merged")
        assert reply.json["nearest"] == [0, 2]
        assert "nearest that are kept are 0 and 2" in reply.json["message"]
    for version, code in ((0, "a"), (2, "ab!"), (3, "X")):
        reply = await server.fetch("GET", f"{path}/revisions/{version}")
        assert (reply.status, reply.json["code"]) == (200, code)


async def test_a_client_that_comes_back_from_before_a_merging_begins_anew(
    server: Server,
) -> None:
    room_id = await merged(server)
    epoch = (await server.hub.open(room_id)).record.epoch

    for version, resumed in ((0, False), (1, False), (2, True), (3, True)):
        resume = {"version": version, "epoch": epoch}
        socket = await server.editor(room_id, resume=resume)
        assert (await socket.expect("welcome"))["resumed"] is resumed
        if not resumed:
            assert (await socket.expect("initial_state"))["code"] == "X"
        await socket.close()


async def test_a_push_against_what_was_merged_ends_the_connection_for_a_new_start(
    server: Server,
) -> None:
    room_id = await merged(server)
    editor, _ = await server.seated(room_id)

    await editor.push(1, [2, [0, "?"]])
    code, reason = await editor.ending()

    assert (code, reason) == (
        Close.TOO_OLD,
        "The changes since version 1 have been merged.",
    )
    assert await server.code(room_id) == "X"


async def test_a_revision_that_is_merged_while_it_is_read_is_answered_as_merged(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id = await edited(server)
    load = server.hub.store.load

    async def merged_after(room_id: str, at: int | None = None) -> Stored:
        stored = await load(room_id, at)
        await merge_first_two(server, room_id)
        return stored

    monkeypatch.setattr(server.hub.store, "load", merged_after)
    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions/1")

    assert (reply.status, reply.json["code"]) == (410, "version_merged")
    assert reply.json["nearest"] == [0, 2]


async def test_a_room_that_is_deleted_while_it_is_read_is_not_found(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id = await edited(server)
    load = server.hub.store.load

    async def deleted_after(room_id: str, at: int | None = None) -> Stored:
        stored = await load(room_id, at)
        await server.hub.delete(room_id)
        return stored

    monkeypatch.setattr(server.hub.store, "load", deleted_after)
    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions/1")

    assert (reply.status, reply.json["code"]) == (404, "room_not_found")


async def test_a_version_that_is_made_while_it_is_looked_for_is_no_merged_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id = await edited(server)
    load, loaded = server.hub.store.load, 0

    async def written_after(room_id: str, at: int | None = None) -> Stored:
        nonlocal loaded
        stored = await load(room_id, at)
        loaded += 1
        if loaded == 1:
            await server.hub.write(room_id, Writer.without_connection("Ann"), "Y")
        return stored

    monkeypatch.setattr(server.hub.store, "load", written_after)
    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions/4")

    assert (reply.status, reply.json["code"]) == (200, "Y")
