"""No source of the browser side makes markup, or code, of what somebody wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "js" / "src"
SOURCES = {path.relative_to(SRC).as_posix(): path for path in sorted(SRC.rglob("*.ts"))}

FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|setHTML|srcdoc"
    r"|DOMParser|document\.write|\beval\b|new Function"
    r"""|[`"']javascript:"""
    r"""|set(?:Attribute|Timeout|Interval)\(\s*[`"']on|\{\s*on[a-z]+:\s*[`"']"""
    r"""|set(?:Timeout|Interval)\(\s*[`"']"""
    r"""|postMessage|addEventListener\(\s*[`"']message"""
)

ADDRESSES = re.compile(r"\.(?:href|src|action)\s*=(?!=)|[{,]\s*(?:href|src)\b")
MAY_ADDRESS = {
    "editor/editor.ts",  # the style sheet beside editor.js
    "hosts/home.ts",  # a room's page, by its id
    "runs/media.ts",  # an image with its data: see tests of js/test/runs/framed.test.ts
}
"""Who may write an address into the page; no address there is somebody's words."""


MAY_FRAME = "runs/media.ts"
"""It displays HTML of a program, in a frame without any permission."""


def code_of(source: str) -> str:
    """Return the source without its comments."""
    return re.sub(r"/\*.*?\*/|^\s*//.*$|\s//\s.*$", "", source, flags=re.S | re.M)


def test_there_are_sources_to_read() -> None:
    assert {"ui/dom.ts", "hosts/guest.ts", "hosts/widget/widget.ts"} < set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_makes_no_markup_of_text(name: str) -> None:
    found = FORBIDDEN.findall(code_of(SOURCES[name].read_text("utf-8")))
    assert found == (["srcdoc"] if name == MAY_FRAME else [])


def test_the_only_frame_has_no_permission() -> None:
    code = code_of(SOURCES[MAY_FRAME].read_text("utf-8"))
    assert re.findall(r'sandbox: "(.*?)"', code) == [""]
    assert "iframe" not in "".join(
        code_of(path.read_text("utf-8"))
        for name, path in SOURCES.items()
        if name != MAY_FRAME
    )


@pytest.mark.parametrize("name", SOURCES)
def test_only_few_sources_write_an_address_into_the_page(name: str) -> None:
    found = ADDRESSES.search(code_of(SOURCES[name].read_text("utf-8")))
    assert found is None or name in MAY_ADDRESS


@pytest.mark.parametrize(
    "line",
    [
        "element.innerHTML = name;",
        "element.insertAdjacentHTML('beforeend', name);",
        "document.write(name);",
        "eval(code);",
        "new Function(code)();",
        "element.setAttribute('onclick', code);",
        'h("b", {onclick: "go()"});',
        'setTimeout("go()", 1);',
        "frame.srcdoc = name;",
        "window.addEventListener('message', take);",
    ],
)
def test_what_would_make_markup_is_found(line: str) -> None:
    assert FORBIDDEN.search(code_of(line))
    assert not FORBIDDEN.search(code_of(f"// {line}"))


@pytest.mark.parametrize(
    "line", ["link.href = url;", "frame.src = url;", 'h("a", {href: url})']
)
def test_an_address_that_is_written_is_found(line: str) -> None:
    assert ADDRESSES.search(code_of(line))
