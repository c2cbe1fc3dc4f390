"""What a program shows runs nothing in the page, and loads nothing."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import RoomPage, new_room
from .payloads import PAYLOADS
from .running import SLOW, RunView

EVIL = "http://localhost:{port}/beacon"
_SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='trip()'>"
BEACONS = [
    f"<img src={EVIL}>",
    f"<style>@import '{EVIL}'; body {{background: url({EVIL})}}</style>",
    f"<link rel=stylesheet href={EVIL}><link rel=preload as=image href={EVIL}>",
    f"<link rel=dns-prefetch href={EVIL}><link rel=prefetch href={EVIL}>",
    f"<meta http-equiv=refresh content='0;url={EVIL}'>",
    f"<iframe src={EVIL}></iframe><object data={EVIL}></object><embed src={EVIL}>",
    f"<video src={EVIL} poster={EVIL}></video><audio src={EVIL} autoplay></audio>",
    f"<form action={EVIL} id=f></form><script>f.submit()</script>",
    "<script>parent.document.title = document.cookie = 'tripped'</script>",
    "<script>top.location = 'about:blank'; parent.trip()</script>",
]
SVGS = [
    f"{_SVG}<script>trip()</script></svg>",
    f"{_SVG}<image href='{EVIL}' width='9' height='9'/></svg>",
    f"{_SVG}<foreignObject><iframe src='{EVIL}'/></foreignObject></svg>",
]
ESCAPES = [
    "\x1b]0;tripped\x07title",
    f"\x1b]8;;{EVIL}\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[38;2;1;2;<img src=x onerror=trip()>m",
    "\x1b[31m<script>trip()</script>\x1b[0m",
]
CODE = """import base64, json
from IPython.display import HTML, SVG, display
html, svgs, texts = json.loads(base64.b64decode("{}"))
for each in html:
    display(HTML(each))
for each in svgs:
    display(SVG(each))
for each in texts:
    print(each)
print("all " + "shown")
"""


@contextmanager
def beacon() -> Iterator[tuple[int, list[str]]]:
    """Serve on a port of its own; give the port, and the paths that were requested."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, paths
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_no_html_svg_or_escape_of_a_program_runs_or_loads_anything(
    lab: Server, sign_in: SignIn
) -> None:
    html = [*PAYLOADS[::3], *BEACONS]
    assert len(html) > 30
    with beacon() as (port, paths):
        every = json.dumps([html, SVGS, ESCAPES]).replace("{port}", str(port))
        encoded = base64.b64encode(every.encode()).decode()
        room_id = new_room(lab, CODE.format(encoded), title="Payloads")
        page = sign_in(lab).new_page()
        owner = RoomPage(page, room_id).ready()
        page.evaluate("window.trip = () => { document.title = 'tripped' }")
        cookies = page.evaluate("document.cookie")
        mine = RunView(owner)
        mine.start()
        mine.shows("Done", "all shown")

        frames = mine.outputs.locator("iframe")
        expect(frames).to_have_count(len(html))
        expect(mine.outputs.locator("img")).to_have_count(len(SVGS))
        for at in range(len(html)):
            expect(frames.nth(at)).to_have_attribute("sandbox", "")
            frames.nth(at).scroll_into_view_if_needed(timeout=SLOW)
        inside = mine.outputs.locator("script, [onerror], [onload], a")
        expect(inside).to_have_count(0)
        expect(page).to_have_title("Payloads · Pair editor")
        assert page.evaluate("document.cookie") == cookies
        assert page.url.endswith(room_id)
        # The beacon is in reach: the page's own request arrives, and no other.
        page.context.new_page().goto(f"http://localhost:{port}/own")
        assert [path for path in paths if "favicon" not in path] == ["/own"]
