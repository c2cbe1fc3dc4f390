"""Co-authored-by lines."""

from __future__ import annotations

import pytest

from jupyter_pairedit.kernel.coauthors import co_author


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Ann", "ann"),
        ("Ann B. O'Neil", "ann-b-o-neil"),
        ("Jürgen Weiß", "jurgen-wei"),
        ("李小龍", "somebody"),
        ("می\u200cشود", "somebody"),
        ("👩\u200d💻 Kim", "kim"),
        ("", "somebody"),
    ],
)
def test_the_default_address_cannot_receive_mail(name: str, address: str) -> None:
    expected = f"Co-authored-by: {name or 'Somebody'} <{address}@noreply.invalid>"
    assert co_author(name) == expected


def test_a_known_address_is_taken() -> None:
    line = co_author("Ann", "ann@example.org")
    assert line == "Co-authored-by: Ann <ann@example.org>"


def test_a_name_cannot_add_lines_or_end_the_address() -> None:
    line = co_author("Eve <eve@x>\nSigned-off-by: Ann\u2028\u202e", "e>\nv@x")
    assert line == "Co-authored-by: Eve eve@x Signed-off-by: Ann <e v@x>"
