"""What Python is told about who wrote the code, and when a page is asked."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_pairedit.kernel.blame import FRESH_SECONDS, BlameReport, NotReported


class Asker:
    """A report whose clock the test sets, and which counts the questions."""

    def __init__(self) -> None:
        self.time = 0.0
        self.asked = 0
        self.report = BlameReport(self._ask, lambda: self.time)

    def _ask(self) -> None:
        self.asked += 1


def reply(version: int) -> dict[str, Any]:
    return {"version": version, "authors": [], "lines": []}


def test_without_a_report_the_pages_are_asked() -> None:
    asker = Asker()
    with pytest.raises(NotReported, match="run this cell again"):
        asker.report.get(3)
    assert asker.asked == 1


def test_a_report_of_this_version_is_returned_however_old_it_is() -> None:
    asker = Asker()
    asker.report.receive(reply(3))
    asker.time = 100 * FRESH_SECONDS
    assert asker.report.get(3) == reply(3)
    assert asker.asked == 0


@pytest.mark.parametrize("version", [4, None])
def test_while_people_type_a_report_is_returned_for_a_minute(
    version: int | None,
) -> None:
    asker = Asker()
    asker.report.receive(reply(3))
    asker.time = FRESH_SECONDS - 1
    assert asker.report.get(version) == reply(3)
    assert asker.asked == 1
    asker.time = FRESH_SECONDS
    with pytest.raises(NotReported):
        asker.report.get(version)
    assert asker.asked == 2
    asker.report.receive(reply(4))
    assert asker.report.get(4) == reply(4)
