"""A suggestion of a real model in a browser, as a person gets it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import SignIn, running
from tests.jupyter import Server
from tests.model.llama import model_file, serving, with_fim_tokens

from .editing import RoomPage, new_room
from .guests import invite

pytestmark = pytest.mark.model

HOST_LINE = "What you write here is sent to smollm2 on the machine of this server"
SLOWLY = 60_000  # milliseconds, for a busy machine


@pytest.fixture(scope="module")
def smollm() -> Iterator[str]:
    """The address of a server of the model."""
    with serving(model_file()) as address:
        yield address


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, smollm: str) -> Iterator[Server]:
    """A server whose suggestions are the model's."""
    options = (
        "--PairEdit.completer=chat",
        f"--PairEdit.completer_url={smollm}/v1",
        "--PairEdit.completer_model=smollm2",
        "--PairEdit.limits={'completion_wait': 50.0}",
    )
    with running(tmp_path_factory, "jupyter_server", *options) as server:
        yield server


@pytest.fixture(scope="module")
def infilling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same by ``/infill``, with the copy of the model that accepts it."""
    copy = tmp_path_factory.mktemp("model") / "copy.gguf"
    copy.write_bytes(with_fim_tokens(model_file().read_bytes()))
    with serving(copy) as address:
        options = (
            "--PairEdit.completer=infill",
            f"--PairEdit.completer_url={address}",
            "--PairEdit.limits={'completion_wait': 50.0}",
        )
        with running(tmp_path_factory, "jupyter_server", *options) as server:
            yield server
    copy.unlink()


WATCH = """
root => {
  window.timed = {};
  const ghost = () => root.querySelector(".pairedit-ghost");
  root.addEventListener("keydown", () => (timed.pressed = performance.now()), true);
  new MutationObserver(() => {
    if (ghost()) timed.shown ??= performance.now();
  }).observe(root, {childList: true, subtree: true});
}
"""
"""Notes when the last key was pressed and when the first suggestion was displayed."""


@pytest.mark.parametrize(
    ("dialect", "code"), [("chat", "def fibonacci(n):"), ("infill", "fibonacci = [1, ")]
)
def test_how_long_a_suggestion_takes_from_the_last_key(
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    sign_in: SignIn,
    dialect: str,
    code: str,
) -> None:
    site = {"chat": "server", "infill": "infilling"}[dialect]
    server: Server = request.getfixturevalue(site)
    page = sign_in(server).new_page()
    seconds: list[float] = []
    for _ in range(5):
        # Each time another code, so that no answer is known already.
        above = f"a = {len(seconds)}\n\n"
        ann = RoomPage(page, new_room(server, above)).ready()
        ann.press("Control+End")
        ann.root.evaluate(WATCH)
        ann.click().press("Control+End").type(code)
        expect(ann.ghost).to_be_visible(timeout=SLOWLY)
        seconds.append(page.evaluate("(timed.shown - timed.pressed) / 1000"))
        assert ann.text == above + code
    each = ", ".join(f"{one:.2f}" for one in seconds)
    median = statistics.median(seconds)
    record_property("figure", f"{dialect}: median {median:.2f} s of {each}")


def test_tab_inserts_what_the_model_suggests_and_one_undo_takes_it_out(
    server: Server, sign_in: SignIn
) -> None:
    ann = RoomPage(sign_in(server).new_page(), new_room(server))
    ann.ready().click().type("def fibonacci(n):")
    expect(ann.ghost).to_contain_text("return", timeout=SLOWLY)
    suggested = ann.ghost.evaluate("ghost => ghost.textContent")
    assert ann.text == "def fibonacci(n):"
    expect(ann.root.locator(".pairedit-source")).to_contain_text(HOST_LINE)

    ann.press("Tab")
    ann.shows(f"def fibonacci(n):{suggested}")
    expect(ann.ghost).to_have_count(0)
    ann.press("Control+z")
    ann.shows("def fibonacci(n):")


def test_a_guest_reads_where_the_code_goes_and_why_nothing_comes(
    server: Server, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    room_id = new_room(server)
    page = visit()
    page.goto(invite(server, room_id)["url"])
    page.get_by_label("Your name").fill("Gus")
    page.get_by_role("button", name="Join").click()
    expect(page.locator(".pairedit-source")).to_contain_text(HOST_LINE)

    ann = RoomPage(sign_in(server).new_page(), room_id)
    ann.ready().click().type("-----BEGIN RSA PRIVATE KEY-----")
    ann.press("Enter", "Control+Shift+Enter")
    reason = ann.root.locator(".pairedit-reason")
    expect(reason).to_have_text(
        "Nothing is sent: the code around the caret contains a private key."
    )
    expect(ann.live).to_contain_text("Nothing is sent")
    expect(ann.ghost).to_have_count(0)
