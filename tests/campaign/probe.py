"""An extension of the Jupyter server that measures its event loop: ``GET /probe``."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

EVERY = 0.01
"""Seconds between two readings of the clock."""


class Probe:
    """How late a timer is that is due every ten milliseconds."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def feel(self) -> None:
        """Read the clock until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + EVERY
            await asyncio.sleep(EVERY)
            self.late.append(clock() - due)


class ProbeHandler(JupyterHandler):
    """Gives what was felt since the last time, in milliseconds, and memory in bytes."""

    @web.authenticated
    def get(self) -> None:
        """Return the measurements, and start new ones."""
        probe: Probe = self.settings["campaign_probe"]
        late, probe.late = sorted(probe.late), []
        with open("/proc/self/statm") as file:
            pages = int(file.read().split()[1])
        share = {"median": 0.5, "p99": 0.99, "p999": 0.999, "most": 1.0}
        felt = {
            name: late[min(len(late) - 1, int(len(late) * part))] * 1000 if late else 0
            for name, part in share.items()
        }
        self.finish(json.dumps({**felt, "resident": pages * 4096}))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "tests.campaign.probe"}]


def _load_jupyter_server_extension(app: Any) -> None:
    probe = Probe()
    app.web_app.settings["campaign_probe"] = probe
    app.web_app.add_handlers(".*", [(app.base_url + "probe", ProbeHandler)])
    app.io_loop.add_callback(probe.feel)
