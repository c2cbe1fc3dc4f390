"""Complaints about how the output of a run looks on the page of a room."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.e2e.editing import RoomPage, new_room
from tests.e2e.running import RunView
from tests.jupyter import Server

CODE = """
from IPython.display import HTML, SVG, Audio, display
style = "<style>#b {color: green}</style>"
display(HTML(style + "<p style='color: red'>by attribute</p><p id=b>by sheet</p>"))
display(Audio([0.0, 0.5] * 4_000, rate=8_000))
display(SVG("<svg width='60' height='40'><circle r='15'/></svg>"))
display(HTML("<div id=plot></div><script>draw('plot')</script>"))
print("all " + "shown")
"""


def test_my_table_has_no_colours_my_sound_is_grey_and_my_plot_is_blank(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))
    view = RunView(RoomPage(page, new_room(lab, CODE)).ready())
    view.start()
    view.shows("Done", "all shown")

    frames = view.outputs.locator("iframe")
    expect(frames).to_have_count(3)
    for number in range(3):
        frames.nth(number).scroll_into_view_if_needed()
    image = view.outputs.locator("img")
    expect(image).to_have_js_property("naturalWidth", 60)
    expect(view.outputs).to_contain_text("Scripts of this HTML do not run here.")
    # The player has the length of its sound once it has loaded it.
    player = frames.nth(1).content_frame.locator("audio")
    expect(player).to_be_visible()
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert [each for each in blocked if "Content Security Policy" in each] == []
    assert any("Blocked script execution" in each for each in blocked)
