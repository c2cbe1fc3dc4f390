"""The editor in a notebook: the kernel, views, keys, saved notebooks, other hosts."""

from __future__ import annotations

from playwright.sync_api import expect

from jupyter_pairedit.kernel.editor import WIDGET_JS
from tests.browsing import SignIn
from tests.jupyter import Server

from .conftest import WINDOW
from .editing import (
    NotebookPage,
    RoomPage,
    connections,
    newest_room,
    stored_code,
)


def test_edits_pass_while_the_kernel_is_busy_and_python_sees_them_after(
    shared: NotebookPage, lab: Server, sign_in: SignIn
) -> None:
    shared.run_code(
        1,
        "ed = %pairedit new\n"
        "seen = []\n"
        'ed.observe(lambda change: seen.append(change.new), names="code")\n'
        'ed.code = "by python\\n"\n'
        "ed",
    )
    widget = shared.editor().ready()
    widget.shows("by python\n")
    bob = RoomPage(sign_in(lab).new_page(), newest_room(lab)).ready()
    bob.shows("by python\n")

    asleep = lab.notebooks / "asleep"
    asleep.touch()
    busy = (
        "import pathlib, time\nwhile pathlib.Path('asleep').exists(): time.sleep(.01)"
    )
    shared.run_code(2, busy, wait=False)
    expect(shared.kernel).to_have_attribute("data-status", "busy")
    widget.click().type("ann ")
    bob.holds("ann")
    bob.click().type("bob")
    widget.shows("by python\nann bob")
    widget.ready()
    expect(shared.kernel).to_have_attribute("data-status", "busy")
    asleep.unlink()
    shared.kernel_is_idle()
    output = shared.run_code(2, "print(repr(ed.code), seen[-1] == ed.code)")
    expect(output).to_have_text(r"'by python\nann bob' True", use_inner_text=True)
    shared.run_code(2, 'ed.code = "all new"')
    for editor in (widget, bob):
        editor.shows("all new")


def test_two_views_are_one_participant_and_python_can_disable_them(
    shared: NotebookPage, lab: Server
) -> None:
    shared.run_code(1, "ed = %pairedit new\ndisplay(ed, ed)")
    first, second = shared.editor(0).ready(), shared.editor(1).ready()
    room_id = newest_room(lab)
    first.click().type("in one view")
    second.shows(first.text)
    expect(first.people).to_have_count(1)
    assert connections(lab, room_id) == 1
    shared.run_code(2, "ed.disabled = True")
    second.click().type("not taken")
    first.ready()
    assert first.text.endswith("in one view")
    assert stored_code(lab, room_id) == first.text
    shared.run_code(2, "ed.disabled = False")
    second.click().type("!")
    first.ready()
    assert first.text.endswith("in one view!")
    output = shared.run_code(2, "ed.participants, ed.status, ed.url")
    expect(output).to_contain_text(f"'live', '{lab.url}pairedit/room/{room_id}'")


def test_keys_typed_in_the_editor_do_not_touch_the_notebook(
    shared: NotebookPage,
) -> None:
    shared.run_code(1, "ed = %pairedit new\ned")
    widget = shared.editor().ready()
    count = shared.cells.count()
    widget.click().type("dd a b x z ").press("Escape")
    widget.type("dd a b x 00 ").press(
        "Escape", "Escape", "Shift+Enter", "Control+Enter"
    )
    widget.ready()
    assert widget.text.count("dd a b x") == 2
    expect(shared.cells).to_have_count(count)
    expect(widget.content).to_be_focused()


def test_a_saved_notebook_shows_its_last_text_and_a_way_back(
    lab: Server, sign_in: SignIn
) -> None:
    lab.choose("@jupyter-widgets/jupyterlab-manager", "plugin", {"saveState": True})
    path = lab.write_notebook(
        "saved.ipynb", "%load_ext jupyter_pairedit\ned = %pairedit new\ned"
    )
    context = sign_in(lab, viewport=WINDOW)
    notebook = NotebookPage(context.new_page(), path)
    notebook.run(0)
    editor = notebook.editor().ready()
    editor.click().type("as it was saved").ready()
    room_id = newest_room(lab)
    last = editor.text
    notebook.save()
    notebook.page.close()
    for session in lab.call("api/sessions"):
        if session["path"] == "saved.ipynb":
            lab.call(f"api/sessions/{session['id']}", "DELETE")
    lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "as it is now"})

    notebook = NotebookPage(context.new_page(), path)
    saved = notebook.page.locator(".pairedit-lastcode")
    expect(saved.get_by_role("status")).to_contain_text("saved with this code")
    text = saved.get_by_role("textbox", name="Code")
    expect(text).to_have_value(last)
    expect(text).not_to_be_editable()
    saved.get_by_role("button", name="Reconnect").click()
    notebook.editor().ready().shows("as it is now")


_ELSEWHERE = """<!doctype html><body><div id="here"></div>
<script type="module">
import pairEditor from "./widget.js";
const state = {room_id: "a".repeat(22), code: "the last code", status: "live",
  _writes: 0, _writes_done: 0, disabled: false};
const model = {
  get: name => state[name],
  set: (name, value) => { state[name] = value; },
  save_changes() {}, on() {}, off() {},
};
const widget = pairEditor();
widget.initialize({model});
widget.render({model, el: document.getElementById("here")});
</script>"""


def test_a_page_without_a_jupyter_server_displays_one_sentence(
    sign_in: SignIn, lab: Server
) -> None:
    page = sign_in(lab).new_page()
    page.route(
        "http://exported.test/*",
        lambda route: (
            route.fulfill(body=_ELSEWHERE, content_type="text/html")
            if route.request.url.endswith("notebook.html")
            else route.fulfill(path=WIDGET_JS, content_type="text/javascript")
        ),
    )
    page.goto("http://exported.test/notebook.html")
    said = page.get_by_role("status")
    expect(said).to_contain_text(
        "Pair editing needs JupyterLab or Notebook, connected to a Jupyter server with "
        "jupyter_pairedit; this page is not."
    )
    expect(page.get_by_role("textbox", name="Code")).to_have_value("the last code")
