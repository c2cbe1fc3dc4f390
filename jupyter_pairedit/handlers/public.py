"""What anybody reaches without a login: plain Tornado handlers, and nothing of Jupyter.

No identity, no cookie, no template: a page of Jupyter's, be it only for an error, can
hold the token of the owner.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
import traceback
from types import TracebackType
from typing import Any

from tornado import web

_log = logging.getLogger(__name__)


class PublicHandler(web.RequestHandler):
    """Base of the three public handlers: who asks stays unknown."""

    def prepare(self) -> None:
        """Refuse hosts that are not ours: another name may lead here by DNS."""
        if not self._is_our_host():
            raise web.HTTPError(403)

    def refuse_query(self) -> None:
        """Refuse what follows a ``?``: a key or a token may be in it by mistake."""
        if self.request.query:
            # Or the server's log would have it.
            self.request.uri = self.request.path
            raise web.HTTPError(400)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log where a mistake of ours is: no address, and nothing that was sent."""
        if typ is None or isinstance(value, web.HTTPError | asyncio.CancelledError):
            return
        where = "".join(traceback.format_tb(tb))
        _log.error("What anybody may ask failed with %s:\n%s", typ.__name__, where)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the number alone."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}\n")

    def _is_our_host(self) -> bool:
        """Decide by Jupyter's rule, see ``JupyterHandler.check_host``."""
        if self.settings.get("allow_remote_access", False):
            return True
        host = re.sub(r":\d+$", "", self.request.host)
        try:
            return ipaddress.ip_address(host.strip("[]")).is_loopback
        except ValueError:
            return host in self.settings.get("local_hostnames", ["localhost"])
