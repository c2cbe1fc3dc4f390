"""A kernel that does not reach its server's file joins by a pass of the page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Response, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import Editor, NotebookPage, newest_room, stored_code

OPTIONS = (
    "--PairEdit.server_file=False",
    "--PairEdit.limits={'login_ask': 1.0, 'login_wait': 8.0}",
)
LIVE = """
print(ed.connection)
print(ed.wait_for(lambda ed: "typed" in ed.code, 60))
ed.code += "# by the kernel"
print(ed._session is not None and ed._session.saved(20) > 0)
print(len(ed.blame()) > 0)
"""
RUN = """
ed.code = "print('run by', 'the kernel')"
ed.run()
"""
UNTIL_IT_ENDS = """
print(ed.wait_for(lambda ed: "the page reports" in ed.connection, 60))
print(ed.connection)
"""
COUNT = """([url, connected]) => fetch(url).then(answer => answer.json()).then(
    ({passes}) => passes.filter(each => each.connected).length === connected)"""


def wait_for_kernels(page: Page, server: Server, room_id: str, count: int) -> None:
    """Wait until so many kernels are in the room by a pass."""
    url = f"{server.url}pairedit/rooms/{room_id}/invites"
    page.wait_for_function(COUNT, arg=[url, count], timeout=30_000)


def passes_made_by(page: Page) -> list[str]:
    """Return a list to which each pass that the page makes is added."""
    made: list[str] = []

    def note(answer: Response) -> None:
        if answer.request.method == "POST" and answer.url.endswith("/pass"):
            made.append(answer.json()["pass"])

    page.on("response", note)
    return made


def test_a_pass_makes_a_kernel_live_until_it_is_taken_away(
    serve: Callable[..., Server], sign_in: SignIn
) -> None:
    server = serve("jupyterlab", *OPTIONS)
    server.choose("@jupyter-widgets/jupyterlab-manager", "plugin", {"saveState": True})
    new = "%load_ext jupyter_pairedit\ned = %pairedit new --limit 1\ned"
    path = server.write_notebook("pass.ipynb", new, "", "")
    page = sign_in(server, viewport={"width": 1280, "height": 1000}).new_page()
    made = passes_made_by(page)
    notebook = NotebookPage(page, path)
    notebook.run(0)
    editor = Editor(page).ready()
    room_id = newest_room(server)
    wait_for_kernels(page, server, room_id, 1)

    # What is typed reaches a cell that runs, and what the cell writes the page.
    output = notebook.run_code(1, LIVE, wait=False)
    expect(output).to_contain_text(f"a pass of the open page: {server.url}")
    editor.click().press("Control+End")
    editor.type("typed ")
    expect(output).to_contain_text("True\nTrue\nTrue", timeout=60_000)
    editor.holds("typed", "# by the kernel")
    assert "# by the kernel" in stored_code(server, room_id)

    # What the kernel runs by itself is the room's.
    output = notebook.run_code(1, RUN)
    expect(output).to_have_text("run by the kernel\n")
    runs = f"pairedit/rooms/{room_id}/runs"
    (run,) = server.call(runs)["runs"]
    assert (run["inCell"], run["state"]) == (True, "done")
    (shown,) = server.call(f"{runs}/{run['run']}/outputs")["outputs"]
    assert shown[1:3] == ["stdout", "run by the kernel\n"]

    # The pass is in no file: the notebook with the state of its widgets, logs, rooms.
    notebook.save()
    files = [each for each in server.folder.rglob("*") if each.is_file()]
    written = {each: each.read_bytes() for each in files}
    assert "widget-state+json" in written[server.notebooks / "pass.ipynb"].decode()
    assert len(made) == 1
    assert [each for each in files if made[0].encode() in written[each]] == []

    # Stop in the Share panel, for good.
    page.get_by_role("button", name="Share", exact=True).click()
    kernels = page.locator(".pairedit-share [data-pass]")
    expect(kernels).to_contain_text("Kernel of")
    page.locator(".pairedit-share").screenshot(path=str(server.folder / "share.png"))
    kernels.get_by_role("button", name="Stop").click()
    expect(kernels).to_have_count(0)
    output = notebook.run_code(2, "print(ed.connection, len(ed.code) > 0)")
    expect(output).to_contain_text("the page reports: It was stopped")
    wait_for_kernels(page, server, room_id, 0)

    # A room of its own, left with its widget.
    notebook.run(0)
    editor.ready()
    room_id = newest_room(server)
    wait_for_kernels(page, server, room_id, 1)
    notebook.run_code(2, "print('closed', ed.close())")
    wait_for_kernels(page, server, room_id, 0)

    # The login ends.
    notebook.run(0)
    editor.ready()
    room_id = newest_room(server)
    wait_for_kernels(page, server, room_id, 1)
    output = notebook.run_code(2, UNTIL_IT_ENDS, wait=False)
    page.context.new_page().goto(f"{server.url}logout")
    expect(output).to_contain_text("The login by which the pass was made has ended")
    expect(editor.root).to_contain_text("Not allowed", timeout=30_000)
    assert server.call(f"pairedit/rooms/{room_id}/invites")["passes"] == []
