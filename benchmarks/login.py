"""A server extension with the echo behind Jupyter's login, and nothing else.

It shows what Jupyter's server takes for each socket, whatever an extension then does.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from .echo import Echo


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "benchmarks.login"}]


def _load_jupyter_server_extension(app: Any) -> None:
    url = url_path_join(app.web_app.settings["base_url"], "benchmark/ws/(.+)")
    app.web_app.add_handlers(".*$", [(url, LoginEcho)])


class LoginEcho(JupyterHandler, Echo):
    """The echo, for people with Jupyter's login."""

    auth_resource = "benchmark"

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Identify the person."""
        await super().prepare(_redirect_to_login=_redirect_to_login)

    @web.authenticated
    @authorized
    async def get(  # type: ignore[override]
        self, *args: Any, **kwargs: Any
    ) -> None:
        """Upgrade."""
        await super().get(*args, **kwargs)
