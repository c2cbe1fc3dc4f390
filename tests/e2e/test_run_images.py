"""Images of a run, and how its end is said."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import RoomPage, new_room
from .running import RunView

FIGURES = """\
from IPython.display import Image, display
import struct, zlib
def png(width, height):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    row = b"\\0" + bytes(n % 256 for n in range(width))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(row * height)
    return (b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data)
            + chunk(b"IEND", b""))
display(Image(png(400, 200)))
display(Image(png(400, 200), retina=True))
display(Image(png(400, 200), width=100, height=100))
display(Image(png(4000, 2000), retina=True))
"""
KILLED = """
import os, time
print("shown before", flush=True)
while not os.path.exists("{displayed}"):
    time.sleep(0.01)
os.kill(os.getpid(), 9)
"""
"""The kernel ends itself when there is a file: what it has printed is displayed."""


def sizes(run: RunView) -> list[list[int]]:
    """Return the width and height of each image, once all are loaded."""
    images = run.outputs.locator("img")
    expect(images).to_have_count(4)
    found: list[list[int]] = images.evaluate_all(
        """async images => {
            await Promise.all(images.map(image => image.decode()));
            return images.map(image => [image.clientWidth, image.clientHeight]);
        }"""
    )
    return found


def test_a_figure_for_a_dense_screen_has_the_size_of_its_metadata(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, FIGURES)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    mine = RunView(owner)
    mine.start()
    mine.shows("Done", "")

    own, half, changed, large = sizes(mine)
    assert (own, half, changed) == ([400, 200], [200, 100], [100, 100])
    # Half of its pixels are more than the panel has.
    assert 400 < large[0] < 2_000
    assert abs(large[0] - 2 * large[1]) <= 2

    # The same by the store, for a page that comes later.
    second = RoomPage(owner.page.context.new_page(), room_id).ready()
    assert sizes(RunView(second)) == [own, half, changed, large]


def test_a_kernel_that_ends_in_the_middle_is_said_once(
    lab: Server, sign_in: SignIn, tmp_path: Path
) -> None:
    displayed = tmp_path / "displayed"
    room_id = new_room(lab, KILLED.format(displayed=displayed))
    mine = RunView(RoomPage(sign_in(lab).new_page(), room_id).ready())
    mine.start()
    mine.shows("Running", "shown before")
    displayed.touch()

    mine.shows("The kernel has ended", "shown before")
    expect(mine.state).to_have_text("The kernel has ended")
    expect(mine.panel.locator(".pairedit-run-detail")).to_be_hidden()
