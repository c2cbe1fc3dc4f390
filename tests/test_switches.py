"""The menu Room has a switch for each setting on which something depends."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from jupyter_pairedit.core.properties import RoomSettings


def test_the_menu_has_a_switch_exactly_for_each_setting_that_is_used(
    root: Path,
) -> None:
    sources = "".join(
        each.read_text() for each in (root / "jupyter_pairedit").rglob("*.py")
    )
    labels = (root / "js/src/room/labels.ts").read_text()
    (table,) = re.findall(r"const SWITCHES:.*?= \[(.*?)\n\];", labels, re.DOTALL)
    switches = re.findall(r"\[\"(\w+)\", ", table)

    used = [
        re.sub(r"_(\w)", lambda found: found[1].upper(), each.name)
        for each in fields(RoomSettings)
        if re.search(rf"\bsettings\.{each.name}\b", sources)
    ]

    assert switches == used
    assert "suggestions" in used
