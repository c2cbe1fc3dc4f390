"""The name that a person gives, where Jupyter has made one up."""

from __future__ import annotations

import getpass
from typing import Any

import pytest
from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import RequestHandler

from jupyter_pairedit.handlers.names import Names, is_made_up

from .conftest import Start
from .guests import guest, share
from .kernels import kernel_headers, open_to_kernels
from .serving import KEYS, Person, Server, Socket

PAGE = User("0123456789abcdef0123456789abcdef", "Anonymous Io", "Anonymous Io")
OWNER = User("ann", "ann", "ann")


class Known(IdentityProvider):
    """Jupyter, where the login has a name."""

    def generate_anonymous_user(self, handler: RequestHandler) -> User:
        """Return the only person."""
        return User("ben", "Ben Known", "Ben Known")


async def join(
    server: Server, room_id: str, key: str, person: Person, **hello: Any
) -> tuple[Socket, dict[str, Any], str]:
    """Join a room; return the socket, its welcome, and the name in the list."""
    socket, welcome = await server.seated(
        room_id, key, headers=person.cookie, resume=hello
    )
    people = (await socket.expect("presence"))["people"]
    mine = next(each for each in people if welcome["clientId"] in each["clients"])
    return socket, welcome, mine["name"]


async def authors(server: Server, room_id: str) -> list[str]:
    """Return the authors of the revisions."""
    found = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions")
    return [each["author"] for each in found.json["revisions"]]


async def test_a_name_in_hello_counts_where_jupyter_made_one_up(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    ann = await server.login()

    socket, welcome, name = await join(
        server, room_id, KEYS[0], ann, name=" Ann \u202e\n"
    )
    await socket.push(0, [[0, "a"]])
    await socket.expect("saved")
    path = f"pairedit/rooms/{room_id}"
    await server.fetch("PUT", f"{path}/code", {"code": "b"}, ann.headers)

    assert (name, welcome["mayName"]) == ("Ann", True)
    assert await authors(server, room_id) == ["Ann", "Ann"]


async def test_a_client_that_sends_no_name_has_the_one_that_jupyter_made_up(
    server: Server,
) -> None:
    room_id = await server.new_room()

    _, _, name = await join(server, room_id, KEYS[0], await server.login())

    assert name.startswith("Anonymous ")


async def test_a_name_in_hello_does_not_count_where_jupyter_knows_one(
    start: Start,
) -> None:
    server = await start({"ServerApp": {"identity_provider_class": Known}})
    room_id = await server.new_room(code="")

    socket, welcome = await server.seated(room_id, resume={"name": "Ann"})
    people = (await socket.expect("presence"))["people"]
    await socket.push(0, [[0, "a"]])
    await socket.expect("saved")
    put = await server.fetch("PUT", "pairedit/me", {"name": "Ann"})

    assert [each["name"] for each in people] == ["Ben Known"]
    assert "mayName" not in welcome
    assert await authors(server, room_id) == ["Ben Known"]
    assert put.json == {"name": "Ben Known", "source": "jupyter"}


async def test_nobody_gets_the_name_of_somebody_else_in_the_room(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    ann, ben = await server.login(), await server.login()
    await join(server, room_id, KEYS[0], ann, name="Ann")

    socket, _, name = await join(server, room_id, KEYS[1], ben, name="A\u200dnn")
    await socket.push(0, [[0, "a"]])
    await socket.expect("saved")
    path = f"pairedit/rooms/{room_id}"
    for code, headers in (("b", ben.headers), ("c", ann.headers)):
        await server.fetch("PUT", f"{path}/code", {"code": code}, headers)

    alike = "A\u200dnn (2)"
    assert name == alike
    assert await authors(server, room_id) == [alike, alike, "Ann"]


async def test_a_person_with_a_login_gets_no_name_that_is_written_as_a_guests(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    link = await share(server, room_id)
    await guest(server, link, name="Cleo")

    _, _, name = await join(
        server, room_id, KEYS[2], await server.login(), name="Cleo (guest) (guest)"
    )

    assert name == "Cleo (2)"


async def test_who_comes_back_with_another_name_is_shown_under_it_in_each_tab(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    ann = await server.login()
    tab, _, _ = await join(server, room_id, KEYS[0], ann, name="Ann")

    _, _, name = await join(server, room_id, KEYS[1], ann, name="Anna")
    await tab.push(0, [[0, "a"]])
    await tab.expect("saved")

    assert name == "Anna"
    assert await authors(server, room_id) == ["Anna"]


async def test_an_empty_name_brings_back_that_of_jupyter(server: Server) -> None:
    room_id = await server.new_room(code="")
    ann = await server.login()
    await join(server, room_id, KEYS[0], ann, name="Ann")

    _, _, name = await join(server, room_id, KEYS[1], ann, name="")

    assert name.startswith("Anonymous ")


async def test_a_long_name_is_cut_at_40_characters(server: Server) -> None:
    headers = (await server.login()).headers

    put = await server.fetch("PUT", "pairedit/me", {"name": "x" * 400}, headers)

    assert put.json == {"name": "x" * 40, "source": "given"}


async def test_a_name_for_kernels_is_the_author_of_what_they_write(
    server: Server,
) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="")
    headers = kernel_headers(server)
    socket, welcome = await server.seated(room_id, headers=headers)

    asked = await server.fetch("GET", "pairedit/me", headers=headers)
    await server.fetch("PUT", "pairedit/me", {"name": "Ann"}, headers)
    await socket.push(0, [[0, "a"]])
    await socket.expect("saved")

    assert asked.json == {"name": getpass.getuser(), "source": "account"}
    assert await authors(server, room_id) == ["Ann"]
    assert "mayName" not in welcome


async def test_a_kernel_that_connects_again_repeats_its_name_to_a_new_server(
    server: Server,
) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="")
    headers = kernel_headers(server)

    await server.seated(room_id, headers=headers, resume={"name": "Ann"})
    first = await server.fetch("GET", "pairedit/me", headers=headers)
    await server.fetch("PUT", "pairedit/me", {"name": "Anna"}, headers)
    await server.seated(room_id, headers=headers, resume={"name": "Ann"})
    last = await server.fetch("GET", "pairedit/me", headers=headers)

    assert (first.json["name"], last.json["name"]) == ("Ann", "Anna")


async def test_a_body_without_a_name_is_refused(server: Server) -> None:
    refused = await server.fetch("PUT", "pairedit/me", {"nom": "Ann"})

    assert refused.status == 422
    assert "name" in refused.json["message"]


def test_a_kernel_has_in_this_order_the_name_given_there_that_of_a_page_the_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    names = Names()
    found = [names.of_kernels(OWNER)]

    names.note_page(PAGE)
    found.append(names.of_kernels(OWNER))
    names.give(PAGE, "Anna")
    found.append(names.of_kernels(OWNER))
    names.give_kernels("Ann")
    found.append(names.of_kernels(OWNER))
    monkeypatch.setenv("JUPYTERHUB_USER", "ann")
    found.append(names.of_kernels(OWNER))

    assert [(each.name, each.source) for each in found] == [
        ("ann", "account"),
        ("Anonymous Io", "page"),
        ("Anna", "page"),
        ("Ann", "given"),
        ("ann", "jupyter"),
    ]


def test_the_name_of_kernels_follows_the_same_name_of_a_page() -> None:
    names = Names()
    names.give_kernels("Ann")
    names.give(PAGE, "Ann")

    names.give(PAGE, "Anna")

    assert names.of_kernels(OWNER).name == "Anna"


def test_the_names_of_at_most_1000_people_are_kept() -> None:
    names = Names()
    people = [User(f"{n:032x}", "Anonymous Io", "Anonymous Io") for n in range(1001)]

    for number, each in enumerate(people):
        names.give(each, f"Person {number}")

    kept = [names.of_person(each).source for each in people]
    assert kept == ["made_up"] + ["given"] * 1000


@pytest.mark.parametrize(
    ("username", "display_name", "made_up"),
    [
        ("0123456789abcdef0123456789abcdef", "Anonymous Io", True),
        ("0123456789abcdef0123456789abcdef", "Ann", False),
        ("ann", "Anonymous Io", False),
        ("ann", "Ann", False),
    ],
)
def test_a_name_that_jupyter_knows_is_not_made_up(
    username: str, display_name: str, made_up: bool
) -> None:
    assert is_made_up(User(username, display_name, display_name)) is made_up
