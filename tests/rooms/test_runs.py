"""The outputs of runs in messages."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.protocol import RunOutput
from jupyter_pairedit.rooms.runs import run_output


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml"])
def test_without_markup_only_its_type_and_text_are_sent(mime: str) -> None:
    output = Output(3, "display", "alpha 1", mime, "<p>alpha")
    sent = RunOutput(3, "display", "alpha 1", mime)
    assert run_output(output, markup=False) == sent
    assert run_output(output).data == "<p>alpha"


def test_images_of_pixels_are_no_markup() -> None:
    output = Output(0, "display", "a plot", "image/png", "aGk=")
    assert run_output(output, markup=False) == run_output(output)
