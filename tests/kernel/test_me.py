"""``%pairedit me``: the name of the person at the kernel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.client.servers import own_name
from jupyter_pairedit.kernel import given
from jupyter_pairedit.kernel.widget import new_room, open_editors
from tests.jupyter import Server

from .magics import refusal, run

if TYPE_CHECKING:
    from ..conftest import Page

NOBODY = "No name is given here: others see the one that Jupyter makes up.\n"


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Start without a name, and leave none."""
    own_name.forget()
    given.forget()
    yield
    own_name.forget()
    given.forget()


def test_without_a_name_the_line_says_that_jupyter_makes_one_up(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%pairedit me")

    assert capsys.readouterr().out == NOBODY


def test_a_name_is_cleaned_printed_and_forgotten_again(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%pairedit me Ann   van der Berg (guest)")
    run(shell, "%pairedit me")
    run(shell, '%pairedit me ""')

    line = "Ann van der Berg (from %pairedit me)\n"
    assert capsys.readouterr().out == line * 2 + NOBODY


def test_a_name_that_shows_nothing_is_refused(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refusal(shell, '%pairedit me "\u200b"', capsys)

    assert line == "expected a name with a visible character, found none"


def test_editors_made_before_and_after_have_the_name_for_their_page(
    shell: InteractiveShell, page: Page
) -> None:
    before = new_room()
    run(shell, "%pairedit me Ann")
    after = new_room()

    assert before._me == after._me
    assert before._me["name"] == "Ann"
    assert [each._me["page"] for each in open_editors()] == ["", ""]


def test_what_a_kernel_in_a_room_writes_has_the_new_name(
    shell: InteractiveShell, jupyter: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIREDIT_SERVER", jupyter.url)
    monkeypatch.setenv("PAIREDIT_TOKEN", jupyter.token)
    editor = new_room()
    editor.code = "x = 0\n"
    first = editor.blame()[0]["author"]

    run(shell, "%pairedit me Ann")
    editor.code = "x = 1\n"

    assert first.startswith("Anonymous ")
    assert editor.blame()[0]["author"] == "Ann"
