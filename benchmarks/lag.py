"""A server extension that measures how late the event loop of the server is.

``GET /benchmark/lag`` returns the seconds of all measurements since the last call.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.ioloop import IOLoop

EVERY = 0.005
"""Seconds of sleep in each measurement; the lag is what it takes longer."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "benchmarks.lag"}]


def _load_jupyter_server_extension(app: Any) -> None:
    lags: list[float] = []
    url = url_path_join(app.web_app.settings["base_url"], "benchmark/lag")
    app.web_app.add_handlers(".*$", [(url, LagHandler, {"lags": lags})])
    IOLoop.current().add_callback(measure, lags)


async def measure(lags: list[float]) -> None:
    """Append measurements for ever."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY
        await asyncio.sleep(EVERY)
        lags.append(loop.time() - due)


class LagHandler(JupyterHandler):
    """Returns the measurements."""

    def initialize(self, lags: list[float]) -> None:
        """Take the list that ``measure`` appends to."""
        self._lags = lags

    @web.authenticated
    def get(self) -> None:
        """Return what was measured, and forget it."""
        self.finish(json.dumps(self._lags))
        self._lags.clear()
