"""The proof that this server knows the secret of its own file: ``/prove``."""

from __future__ import annotations

from typing import Any

import msgspec
from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from ..core.serverfile import is_nonce
from .context import WithContext
from .public import PublicHandler

_LARGEST = 256
"""Bytes of the body."""


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    nonce: str


@web.stream_request_body
class ProveHandler(PublicHandler, WithContext):
    """Answers a nonce. It knows no room, and reads no cookie and no credential."""

    def prepare(self) -> None:
        """Refuse pages, queries, large bodies, and too many questions."""
        super().prepare()
        self.refuse_query()
        self._body = bytearray()
        if "Origin" in self.request.headers:
            raise web.HTTPError(403)
        kernels = self.context.kernels
        if not kernels.is_open:
            raise web.HTTPError(404)
        if kernels.proof_delay(self.request.remote_ip or ""):
            raise web.HTTPError(429)
        if int(self.request.headers.get("Content-Length") or 0) > _LARGEST:
            raise web.HTTPError(413)

    def check_xsrf_cookie(self) -> None:
        """Check nothing: no cookie is read, and nothing is changed."""

    def data_received(self, chunk: bytes) -> None:
        """Receive a part of the body, which has no length in its headers if chunked."""
        # One byte more shows that it is too large.
        self._body += chunk[: _LARGEST + 1 - len(self._body)]

    @allow_unauthenticated
    def post(self, *args: Any) -> None:
        """Reply with the proof for a nonce."""
        if len(self._body) > _LARGEST:
            raise web.HTTPError(413)
        try:
            question = msgspec.json.decode(self._body, type=_Question)
        except msgspec.DecodeError:
            raise web.HTTPError(400) from None
        if not is_nonce(question.nonce):
            raise web.HTTPError(400)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        answer = {"proof": self.context.kernels.prove(question.nonce)}
        self.finish(msgspec.json.encode(answer))
