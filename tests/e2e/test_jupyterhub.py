"""JupyterHub: each user has their own server, and all servers share rooms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.postgres import Postgres
from tests.proxies import fenced

from .editing import Editor, listen_for_trouble
from .guests import GuestPage, SharePanel, stranger
from .hub import JupyterHub
from .kernels import own_file, run_in_kernel

USERS = ("ann", "bob@home")
OFTEN = """
c.Spawner.args = ["--allow-root", "--PairEdit.limits={'login_ask': 0.5}"]
"""
"""The servers ask often whether somebody is still logged in."""


@pytest.fixture(scope="module")
def hub(
    tmp_path_factory: pytest.TempPathFactory, node: Path, postgres: Postgres
) -> Iterator[JupyterHub]:
    """A JupyterHub with the settings of ``docs/deploy.md`` and two running servers."""
    (settings,) = fenced("python")[1:]
    (url,) = re.findall(r'"(postgresql://\S+)"', settings)
    settings = settings.replace(url, postgres.new_database()) + OFTEN
    hub = JupyterHub(tmp_path_factory.mktemp("hub"), node, settings)
    try:
        hub.wait()
        for user in USERS:
            hub.start_server_of(user)
        for user in USERS:
            hub.wait_for_server_of(user)
        yield hub
    finally:
        hub.stop()


@pytest.fixture
def come_in(browser: Browser, hub: JupyterHub) -> Iterator[Callable[[str, str], Page]]:
    """Open an address below the hub's, and log in."""
    contexts = []

    def come_in(user: str, path: str) -> Page:
        context = browser.new_context(base_url=hub.url)
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(path)
        page.get_by_label("Username").fill(user)
        page.get_by_label("Password").fill("any")
        page.get_by_role("button", name="Sign in").click()
        return page

    yield come_in
    for context in contexts:
        context.close()


def test_two_users_with_servers_of_their_own_write_in_one_room(
    hub: JupyterHub, come_in: Callable[[str, str], Page]
) -> None:
    ann = come_in("ann", "hub/user-redirect/pairedit/")
    expect(ann).to_have_url(f"{hub.url}user/ann/pairedit/")
    troubles = [listen_for_trouble(ann)]
    ann.get_by_role("textbox", name="Title").fill("Across two servers")
    ann.get_by_role("button", name="Create New Room").click()
    first = Editor(ann).ready()
    room_id = ann.url.rsplit("/", 1)[1]

    panel = SharePanel(first)
    panel.root.get_by_role("button", name="Copy link").click()
    expect(panel.root.get_by_role("button", name="Copied")).to_be_visible()
    link = ann.evaluate("navigator.clipboard.readText()")
    assert link == f"{hub.url}hub/user-redirect/pairedit/room/{room_id}"
    panel.close()

    # The link opens the room on the user's own server.
    bob = come_in("bob@home", link)
    expect(bob).to_have_url(f"{hub.url}user/bob@home/pairedit/room/{room_id}")
    troubles.append(listen_for_trouble(bob))
    second = Editor(bob).ready()
    expect(bob.get_by_role("heading", level=1)).to_have_text("Across two servers")

    first.click().type("from Ann\n")
    second.holds("from Ann")
    second.click().type("from Bob\n")
    first.holds("from Ann", "from Bob")
    first.ready()
    second.ready()
    second.shows(first.text)
    expect(first.people).to_have_count(2)
    assert troubles == [[], []]


def test_a_guest_joins_through_the_proxy_without_an_account(
    browser: Browser, hub: JupyterHub, come_in: Callable[[str, str], Page]
) -> None:
    ann = come_in("ann", "hub/user-redirect/pairedit/")
    ann.get_by_role("button", name="Create New Room").click()
    owner = Editor(ann).ready()
    link = SharePanel(owner).make()
    assert link.startswith(f"{hub.url}user/ann/pairedit/guest#")

    with stranger(browser) as context:
        guest = GuestPage(context.new_page(), link).enter("Gus")
        guest.click().type("from Gus")
        owner.holds("from Gus")
        # Other pages need a login.
        elsewhere = context.new_page()
        elsewhere.goto(f"{hub.url}user/ann/pairedit/")
        expect(elsewhere.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_user_cannot_enter_the_server_of_another_user(
    hub: JupyterHub, come_in: Callable[[str, str], Page]
) -> None:
    bob = come_in("bob@home", "hub/user-redirect/pairedit/")
    expect(bob).to_have_url(f"{hub.url}user/bob@home/pairedit/")

    found = bob.goto("user/ann/pairedit/")

    assert found is not None and found.status == 403
    opened = bob.evaluate(
        """url => new Promise(done => {
          const socket = new WebSocket(url);
          socket.onopen = () => done(true);
          socket.onerror = () => done(false);
        })""",
        f"{hub.url.replace('http', 'ws')}user/ann/pairedit/ws/{'x' * 22}",
    )
    assert opened is False


def test_the_login_of_the_hub_admits_no_other_page(
    hub: JupyterHub, come_in: Callable[[str, str], Page]
) -> None:
    ann = come_in("ann", "hub/user-redirect/pairedit/")
    expect(ann).to_have_url(f"{hub.url}user/ann/pairedit/")

    # As a form on another site: with cookies and without the XSRF value.
    status = ann.evaluate(
        "async url => (await fetch(url, {method: 'POST'})).status",
        f"{hub.url}user/ann/pairedit/rooms",
    )

    assert status == 403


def test_a_link_of_all_servers_can_be_pasted_on_the_home_page(
    hub: JupyterHub, come_in: Callable[[str, str], Page]
) -> None:
    bob = come_in("bob@home", "hub/user-redirect/pairedit/")
    bob.get_by_role("button", name="Create New Room").click()
    Editor(bob).ready()
    room_id = bob.url.rsplit("/", 1)[1]
    bob.goto(f"{hub.url}user/bob@home/pairedit/")

    link = bob.get_by_label("Room id or link")
    link.fill(f"{hub.url}hub/user-redirect/pairedit/room/{room_id}")
    link.press("Enter")

    expect(bob).to_have_url(f"{hub.url}user/bob@home/pairedit/room/{room_id}")
    Editor(bob).ready()


def test_who_logs_out_of_the_hub_writes_no_more_in_another_tab(
    hub: JupyterHub, come_in: Callable[[str, str], Page]
) -> None:
    ann = come_in("ann", "hub/user-redirect/pairedit/")
    ann.get_by_role("button", name="Create New Room").click()
    editor = Editor(ann).ready()
    editor.click().type("mine").ready()

    with ann.expect_response(re.compile("/pairedit/login/")) as asked:
        pass
    assert asked.value.status == 204
    ann.context.new_page().goto(f"{hub.url}hub/logout")

    expect(editor.words).to_have_text("Not allowed")
    expect(editor.sentence).to_contain_text("You are not logged in")


def test_a_kernel_finds_the_server_of_its_user_without_a_page(hub: JupyterHub) -> None:
    connection = hub.start_kernel_of("ann")

    found = run_in_kernel(connection)

    assert (found.get("how"), found.get("code")) == ("this server's own file", "x = 2")
    assert (found["author"], found["people"]) == ("ann", [])
    file = own_file(hub.runtime_of("ann"))
    assert file["url"].endswith("/team@work/user/ann/")
    assert file["secret"] not in str(found) + hub.log()
