"""What notebook users expect (rows of part B, the share dialog's B.4 left out)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from jupyter_pairedit.kernel.widget import WIDGET_JS

from .conftest import Server, make_person
from .editing import (
    SOON,
    Completer,
    Editor,
    Line,
    NotebookPage,
    RoomPage,
    connections,
    new_room,
    stored_code,
)

SignIn = Callable[..., BrowserContext]
WINDOW = {"width": 1280, "height": 1000}


@pytest.fixture(scope="module")
def shared(lab: Server, browser: Browser) -> Iterator[NotebookPage]:
    """A notebook in JupyterLab that the tests of this file run code in."""
    path = lab.write_notebook("shared.ipynb", "%load_ext jupyter_pairedit", "", "")
    context = make_person(browser, lab, viewport=WINDOW)
    notebook = NotebookPage(context.new_page(), path)
    notebook.run(0)
    yield notebook
    context.close()


@pytest.fixture
def ann(lab: Server, sign_in: SignIn) -> RoomPage:
    """A person on the page of a new, empty room, whose editor has the focus."""
    page = sign_in(lab).new_page()
    return RoomPage(page, new_room(lab))


def newest_room(server: Server) -> str:
    """Give the id of the room that was changed last."""
    return str(server.call("pairedit/rooms")[0]["roomId"])


# --- B.1 magic ----------------------------------------------------------------------


def test_b1_the_magic_shows_one_editor_and_joins_by_address(
    shared: NotebookPage, lab: Server
) -> None:
    output = shared.run_code(1, '%pairedit new --title "One room"')
    expect(output.locator(".pairedit")).to_have_count(1)
    expect(output.locator(".jp-OutputArea-child")).to_have_count(1)
    first = Editor(shared.page, output.locator(".pairedit")).ready()
    first.click().type("to join").ready()
    room_id = newest_room(lab)
    assert lab.call("pairedit/rooms")[0]["title"] == "One room"
    output = shared.run_code(2, f"%pairedit join {lab.url}pairedit/room/{room_id}")
    second = Editor(shared.page, output.locator(".pairedit")).ready()
    second.shows(first.text)
    output = shared.run_code(2, "%pairedit link")
    expect(output).to_have_text(f"{lab.url}pairedit/room/{room_id}")


def test_b1_help_lists_what_there_is_and_a_mistake_is_one_line(
    shared: NotebookPage,
) -> None:
    output = shared.run_code(2, "%pairedit?")
    for word in ("pairedit new", "positional arguments", "--title", "--language"):
        expect(output).to_contain_text(word)
    output = shared.run_code(2, "%pairedit nwe")
    expect(output).to_have_text(
        re.compile(r"\s*UsageError: expected one of new, .* found 'nwe'\s*"),
        use_inner_text=True,
    )
    expect(output).not_to_contain_text("Traceback")


@pytest.mark.parametrize("magic", ["%pairedit ", "ed = %pairedit ", "%%pairedit "])
def test_b1_tab_completes_the_verbs(shared: NotebookPage, magic: str) -> None:
    content = shared.cells.nth(2).locator(".jp-InputArea .cm-content")
    content.click()
    shared.page.keyboard.press("Control+a")
    shared.page.keyboard.insert_text(magic)
    shared.page.keyboard.press("Tab")
    # The verbs come first; below them JupyterLab puts the words of the notebook.
    offers = shared.page.locator(".jp-Completer-item[title=magic]")
    expect(offers.locator(".jp-Completer-match")).to_have_text(
        ["close", "join", "link", "list", "new", "save", "share"]
    )
    expect(shared.page.locator(".jp-Completer-item").first).to_contain_text("close")
    shared.page.keyboard.press("Escape")


# --- B.2 widget ---------------------------------------------------------------------


def test_b2_edits_pass_while_the_kernel_is_busy_and_python_sees_them_after(
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


def test_b2_two_views_are_one_participant_and_python_can_disable_them(
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


def test_b2_keys_typed_in_the_editor_do_not_touch_the_notebook(
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


def test_b2_a_saved_notebook_shows_its_last_text_and_a_way_back(
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
    # Python has it too, so it is in what is saved.
    with context.expect_event("response", lambda r: r.request.method == "PUT"):
        notebook.page.keyboard.press("Escape")
        notebook.cells.first.locator(".jp-InputArea .cm-content").click()
        notebook.page.keyboard.press("Control+s")
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


def test_b2_a_page_without_a_jupyter_server_says_so_in_one_sentence(
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


# --- B.3 theme ----------------------------------------------------------------------


def _ground(editor: Locator) -> tuple[str, str]:
    colours = editor.evaluate("""editor => {
      const code = getComputedStyle(editor.querySelector(".cm-editor"));
      return [code.backgroundColor, code.color];
    }""")
    return colours[0], colours[1]


def _brightness(colour: str) -> float:
    numbers = [float(n) for n in re.findall(r"[\d.]+", colour)[:3]]
    return sum(numbers) / (3 if colour.startswith("color(") else 3 * 255)


def test_b3_a_theme_change_in_jupyterlab_shows_at_once(shared: NotebookPage) -> None:
    shared.run_code(1, "ed = %pairedit new\ned")
    editor = shared.editor().ready()
    editor.click().type("x = 'text'")
    editor.root.evaluate("root => { root.before = true; }")
    ground, text = _ground(editor.root)
    assert _brightness(ground) > 0.8 > 0.5 > _brightness(text)
    page = shared.page
    for theme, dark in (("JupyterLab Dark", "false"), ("JupyterLab Light", "true")):
        entry = page.locator(".lm-Menu-itemLabel")
        page.get_by_role("menuitem", name="Settings").click()
        entry.get_by_text("Theme", exact=True).hover()
        entry.get_by_text(theme, exact=True).click()
        expect(page.locator("body")).to_have_attribute(
            "data-jp-theme-light", dark, timeout=SOON
        )
        if dark == "false":
            expect(editor.root.locator(".cm-editor")).not_to_have_css(
                "background-color", ground
            )
            dark_ground, dark_text = _ground(editor.root)
            assert _brightness(dark_ground) < 0.3 < 0.6 < _brightness(dark_text)
    expect(editor.root.locator(".cm-editor")).to_have_css("background-color", ground)
    assert editor.root.evaluate("root => root.before")  # it was not drawn anew


def test_b3_the_pages_follow_the_system(ann: RoomPage) -> None:
    ann.ready()
    assert _brightness(_ground(ann.root)[0]) > 0.8
    ann.page.emulate_media(color_scheme="dark")
    ground, text = _ground(ann.root)
    assert _brightness(ground) < 0.3 < 0.6 < _brightness(text)


# --- B.5 status ---------------------------------------------------------------------


def test_b5_every_state_is_said_in_words_beside_the_text(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "text")
    page = sign_in(lab).new_page()
    line = Line(page)
    line.blocked = True
    ann = RoomPage(page, room_id)
    expect(ann.words).to_have_attribute("role", "status")
    expect(ann.words).to_have_text("Connecting…")
    line.blocked = False
    line.cut(3001)
    ann.ready()
    line.deaf = True
    ann.click().type("s")
    expect(ann.words).to_have_text("Saving…")
    line.hear_again()
    ann.ready()

    line.refusing = True
    line.cut(3001)
    expect(ann.words).to_have_text("Reconnecting…")
    ann.click().type("!")
    expect(ann.words).to_contain_text("1 edit waiting")
    try_now = ann.root.locator(".pairedit-retry")
    expect(try_now).to_have_text("Try now")
    line.refusing = False
    # Not a click, which waits for the button: the editor's own next try may be quicker.
    try_now.dispatch_event("click")
    ann.ready()
    told: dict[str, str] = {}
    full = {"type": "error", "code": "room_full", "message": "It takes 2 at a time."}
    ends: list[tuple[Callable[[], None], str]] = [
        (lambda: line.tell(**full), "Room full"),
        (lambda: line.cut(1008, "No such room."), "No such room"),
        (lambda: line.cut(4402), "Open in another tab"),
        (lambda: line.cut(4403), "Not allowed"),
        (lambda: line.cut(4412), "Closed"),
    ]
    for end, words in ends:
        end()
        expect(ann.words).to_have_text(words)
        expect(ann.sentence).to_be_visible()
        told[words] = ann.sentence.inner_text()
        # Not over the text, which stays as it is.
        notice, content = ann.sentence.bounding_box(), ann.content.bounding_box()
        assert notice and content and notice["y"] + notice["height"] <= content["y"]
        ann.shows("texts!")
        ann.sentence.get_by_role(
            "button", name=re.compile("Try again|Use it here|Reconnect")
        ).click()
        ann.ready()
        expect(ann.sentence).to_be_hidden()
    assert len(set(told.values())) == len(told)


# --- B.6 ghost text -----------------------------------------------------------------


def _suggest(ann: RoomPage, text: str, *suggestions: str) -> Completer:
    """Type, and ask for a suggestion."""
    completer = Completer(ann.page, *suggestions)
    ann.ready().content.click()
    ann.press("Control+a").type(text).press("Alt+\\")
    expect(ann.ghost).to_have_text(suggestions[0])
    ann.shows(text)
    return completer


def test_b6_tab_accepts_all_and_otherwise_indents(ann: RoomPage) -> None:
    _suggest(ann, "value = ", "alpha(beta, 2)")
    ann.press("Tab")
    ann.shows("value = alpha(beta, 2)")
    expect(ann.ghost).to_have_count(0)
    ann.press("Home", "Tab")
    ann.shows("    value = alpha(beta, 2)")


def test_b6_escape_dismisses_and_the_next_one_lets_tab_out(ann: RoomPage) -> None:
    _suggest(ann, "value = ", "alpha")
    ann.press("Escape")
    expect(ann.ghost).to_have_count(0)
    ann.press("Tab")
    ann.shows("value =     ")
    ann.press("Escape", "Tab")
    expect(ann.content).not_to_be_focused()
    ann.shows("value =     ")


@pytest.mark.parametrize("key", ["Control+ArrowRight", "Alt+ArrowRight"])
def test_b6_the_word_keys_accept_a_word_and_otherwise_move(
    ann: RoomPage, key: str
) -> None:
    _suggest(ann, "value = ", "alpha beta")
    ann.press(key)
    ann.shows("value = alpha")
    expect(ann.ghost).to_have_text(" beta")
    ann.press(key)
    ann.shows("value = alpha beta")
    expect(ann.ghost).to_have_count(0)
    ann.press("Home", "Control+ArrowRight")
    assert ann.line_before_caret.strip() == "value"
    ann.shows("value = alpha beta")


def test_b6_alt_brackets_keep_the_only_one_and_alt_end_accepts(ann: RoomPage) -> None:
    _suggest(ann, "value = ", "alpha")
    ann.press("Alt+]", "Alt+[")
    expect(ann.ghost).to_have_text("alpha")
    ann.shows("value = ")
    ann.press("Alt+End")
    ann.shows("value = alpha")


def test_b6_it_vanishes_when_either_changes_the_text_before_it(
    ann: RoomPage, lab: Server, sign_in: SignIn
) -> None:
    _suggest(ann, "value = \n", "alpha")
    ann.press("Escape", "ArrowUp", "End", "Alt+\\")
    expect(ann.ghost).to_have_text("alpha")
    bob = RoomPage(sign_in(lab).new_page(), ann.room_id).ready()
    bob.click().type("after")
    ann.shows("value = \nafter")
    expect(ann.ghost).to_have_text("alpha")
    bob.press("Control+Home").type("my_")
    ann.shows("my_value = \nafter")
    expect(ann.ghost).to_have_count(0)
    ann.press("Alt+\\")
    expect(ann.ghost).to_have_text("alpha")
    ann.type("b")
    ann.shows("my_value = b\nafter")
    expect(ann.ghost).to_have_count(0)


def test_b6_accepting_is_one_step_of_undo(ann: RoomPage) -> None:
    _suggest(ann, "value = ", "alpha\n    beta")
    ann.press("Tab").type("x")
    ann.shows("value = alpha\n    betax")
    ann.press("Control+z")
    ann.shows("value = alpha\n    beta")
    ann.press("Control+z")
    ann.shows("value = ")


def test_b6_suggestions_can_be_switched_off_for_good(ann: RoomPage) -> None:
    completer = Completer(ann.page, "alpha")
    switch = ann.ready().root.get_by_role("button", name="Suggestions")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    ann.page.reload()
    expect(switch).to_have_attribute("aria-pressed", "false")
    ann.ready().click().type("value = ")
    ann.page.wait_for_timeout(900)  # longer than the pause that would ask
    assert completer.questions == []
    ann.press("Alt+\\")  # who asks is answered
    expect(ann.ghost).to_have_text("alpha")


# --- B.7 keyboards and screen readers -----------------------------------------------


def test_b7_focus_that_came_by_tab_leaves_by_tab_until_something_is_typed(
    ann: RoomPage,
) -> None:
    ann.ready().shows("")
    share = ann.root.get_by_role("button", name="Share")
    share.focus()
    ann.press("Tab")
    expect(ann.content).to_be_focused()
    ann.press("Tab")
    expect(ann.content).not_to_be_focused()
    ann.shows("")
    share.focus()
    ann.press("Tab").type("x").press("Tab")
    expect(ann.content).to_be_focused()
    ann.shows("x   ")
    ann.press("Escape", "Shift+Tab")
    expect(ann.content).not_to_be_focused()
    expect(share).to_be_focused()


def test_b7_ctrl_m_lets_tab_leave_and_the_page_says_all_of_it(ann: RoomPage) -> None:
    ann.ready().click()
    expect(ann.hint).to_have_text(
        "Tab indents. Esc, then Tab leaves the editor. Ctrl-M lets Tab always leave."
    )
    expect(ann.hint).to_be_visible()
    expect(ann.content).to_have_accessible_description(ann.hint.inner_text())
    ann.type("x").press("Control+m")
    expect(ann.hint).to_contain_text("Tab leaves the editor.")
    expect(ann.live).to_contain_text("Tab leaves the editor.")
    ann.press("Tab")
    expect(ann.content).not_to_be_focused()
    ann.shows("x")
    ann.click().press("Control+m", "Tab")
    ann.shows("x   ")


def test_b7_a_suggestion_is_announced_in_a_region_that_is_always_there(
    ann: RoomPage,
) -> None:
    ann.ready()
    expect(ann.live).to_have_count(1)
    expect(ann.live).to_have_attribute("aria-live", "polite")
    expect(ann.live).to_be_empty()
    _suggest(ann, "value = ", "alpha")
    expect(ann.live).to_have_text("Suggestion: alpha. Tab accepts, or Alt-End.")
    expect(ann.ghost).to_have_attribute("aria-hidden", "true")
    ann.press("Escape")
    expect(ann.live).to_be_empty()
