"""Which form of a result is shown."""

from __future__ import annotations

import base64
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_pairedit.core.bundles import Shown, error_text, shown
from jupyter_pairedit.core.limits import Limits
from tests.core.test_collector import JSON

LIMITS = Limits(run_image=100, run_markup=50)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


IMAGES = {
    "image/png": encoded(b"\x89PNG\r\n\x1a\n123"),
    "image/jpeg": encoded(b"\xff\xd8\xff123"),
    "image/gif": encoded(b"GIF89a123"),
    "image/webp": encoded(b"RIFF1234WEBP123"),
}
SVG = "<svg></svg>"
MATH = "<IPython.core.display.Math object>"
OBJECT_ELSEWHERE = "<a.B object at 0x7f>\nShown in the notebook only."


@pytest.mark.parametrize("mime", IMAGES)
def test_an_image_goes_before_all_else(mime: str) -> None:
    others = {"text/html": "<b>", "image/svg+xml": SVG, "text/plain": "text"}
    lines = IMAGES[mime][:5] + "\n" + IMAGES[mime][5:] + "\n"

    assert shown({**others, mime: lines}, LIMITS) == Shown("text", mime, IMAGES[mime])


@pytest.mark.parametrize(
    ("metadata", "size"),
    [
        ({"image/png": {"width": 320, "height": 240}}, (320, 240)),
        ({"image/png": {"width": 320.4}}, (320, 0)),
        ({"image/png": {"height": 10_000, "width": 10_001}}, (0, 10_000)),
        ({"image/png": {"width": 0, "height": -5}}, (0, 0)),
        ({"image/png": {"width": "50%", "height": True}}, (0, 0)),
        ({"image/png": {"width": math.nan, "height": math.inf}}, (0, 0)),
        ({"image/png": {"width": 10**400}}, (0, 0)),
        ({"image/png": {"width": [320], "height": {}}}, (0, 0)),
        ({"image/png": [320, 240]}, (0, 0)),
        ({"image/jpeg": {"width": 320}, "width": 320}, (0, 0)),
        ([], (0, 0)),
        (None, (0, 0)),
    ],
)
def test_an_image_has_the_size_of_its_metadata(
    metadata: object, size: tuple[int, int]
) -> None:
    """As figures for dense screens, which have twice the pixels."""
    png = IMAGES["image/png"]

    found = shown({"image/png": png}, LIMITS, metadata)

    assert found == Shown("", "image/png", png, *size)


def test_svg_has_a_size_and_html_has_none() -> None:
    size = {"width": 320, "height": 240}
    metadata = {"image/svg+xml": size, "text/html": size}

    svg = shown({"image/svg+xml": SVG}, LIMITS, metadata)
    html = shown({"text/html": "<b>"}, LIMITS, metadata)

    assert svg == Shown("", "image/svg+xml", SVG, 320, 240)
    assert html == Shown("", "text/html", "<b>")


@pytest.mark.parametrize(
    ("bundle", "expected"),
    [
        ({"text/html": "<b>", "image/svg+xml": SVG}, Shown("", "image/svg+xml", SVG)),
        ({"text/html": ["<b>", "x"]}, Shown("", "text/html", "<b>x")),
        ({"text/plain": "\x1b[1ma\x1b[2J"}, Shown("\x1b[1ma\x1b[0m")),
        ({"text/markdown": "# a", "text/plain": "<Markdown>"}, Shown("# a")),
        ({"text/plain": "x", "text/latex": "$x$"}, Shown("x")),
        ({"text/plain": MATH, "text/latex": "$x$"}, Shown("$x$")),
        ({"text/plain": MATH}, Shown(MATH)),
        ({"text/plain": "<a.B object at 0x7f>", "x/y": 1}, Shown(OBJECT_ELSEWHERE)),
        ({"text/plain": "{}", "application/json": {"a": 1}}, Shown("{}")),
        ({"application/json": {"ä": [1]}}, Shown('{\n  "ä": [\n    1\n  ]\n}')),
        ({"application/json": None}, Shown("null")),
        ({"text/html": "a" * 51}, Shown("HTML of more than 0 KiB is not shown.")),
        ({"text/plain": ""}, Shown("")),
        ({}, None),
        (None, None),
        (["text/plain"], None),
    ],
)
def test_the_first_form_that_can_be_shown(
    bundle: object, expected: Shown | None
) -> None:
    assert shown(bundle, LIMITS) == expected


@pytest.mark.parametrize(
    "mime",
    [
        "application/vnd.jupyter.widget-view+json",
        "application/vnd.vegalite.v5+json",
        "application/vnd.plotly.v1+json",
        "application/vnd.bokehjs_exec.v0+json",
        "application/javascript",
    ],
)
def test_what_needs_a_program_is_shown_as_text(mime: str) -> None:
    frame = {mime: {}, "text/html": "<div></div>", "text/plain": "Figure()"}

    assert shown(frame, LIMITS) == Shown("Figure()\nShown in the notebook only.")
    assert shown({mime: "x"}, LIMITS) == Shown("Shown in the notebook only.")
    still = {**frame, "image/png": IMAGES["image/png"]}
    assert shown(still, LIMITS) == Shown("Figure()", "image/png", IMAGES["image/png"])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            encoded(b"<svg onload=x>"),
            "An image is not shown because it is not image/png.",
        ),
        ("no base64!", "An image is not shown because it is not image/png."),
        ("ü", "An image is not shown because it is not image/png."),
        (7, "An image is not shown because it is not image/png."),
        (
            encoded(b"\x89PNG\r\n\x1a\n" * 20),
            "An image of more than 0 KiB is not shown.",
        ),
    ],
)
def test_an_image_that_is_none_is_not_kept(data: object, sentence: str) -> None:
    bundle = {"image/png": data, "text/plain": "<Figure>"}

    assert shown(bundle, LIMITS) == Shown(f"<Figure>\n{sentence}")


def test_of_large_json_the_start_is_shown() -> None:
    rows = [{"number": number} for number in range(100_000)]
    limits = Limits(run_size=10_000)
    deep: object = 1
    for _ in range(2_000):
        deep = [deep]

    found = shown({"application/json": rows}, limits)
    assert found and found.text.startswith('[\n  {\n    "number": 0\n  },\n')
    assert found.text.endswith("\n… cut") and len(found.text) < 10_100
    assert shown({"application/json": deep}, Limits()) == Shown("")


@given(
    st.dictionaries(st.sampled_from([*IMAGES, "text/html", "x"]) | JSON.map(str), JSON)
)
def test_no_bundle_raises(bundle: object) -> None:
    found = shown(bundle, LIMITS)

    assert found is None or (found.text + found.data).encode() is not None


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"traceback": ["a", "\x1b[31mb"]}, "a\n\x1b[31mb\x1b[0m"),
        ({"traceback": [], "ename": "E", "evalue": "no"}, "E: no"),
        ({"traceback": 3, "ename": "E", "evalue": 4}, "E"),
        ({"traceback": [{}, "a", None]}, "a"),
        ({}, "The code has raised an error."),
    ],
)
def test_an_error_is_its_traceback(content: dict[str, object], text: str) -> None:
    assert error_text(content) == text


def test_a_long_traceback_keeps_its_start_and_its_end() -> None:
    lines = ["first", *["x" * 99] * 10_000, "last"]
    text = error_text({"traceback": lines})

    assert text.startswith("first\n") and text.endswith("\nlast")
    assert len(text) < 70_000
