"""The base of the handlers: identity, origins, bodies, and error replies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado import web

from ..core.identifiers import is_room_id
from ..core.roles import Right
from ..protocol import read
from ..runs.requests import UnreadText
from ..stores.errors import RoomChanged, RoomDeleted, RoomNotFound, VersionMerged
from .access import RESOURCE, is_allowed_origin
from .kernels import secret_in
from .properties import properties_of
from .replies import REPLIES, UnsupportedBody, message_of, reply_to
from .who import WithPerson

T = TypeVar("T")
Method = TypeVar("Method", bound=Callable[..., Awaitable[None]])


class PairEditHandler(WithPerson):
    """Base of the REST handlers and the socket of members."""

    auth_resource = RESOURCE
    refusals: ClassVar[tuple[type[Exception], ...]] = tuple(REPLIES)

    def record_edit(self) -> None:
        """Count a change as activity of a person, unless a kernel has made it."""
        if not self.is_kernel:
            self.hub.activity.record_edit()

    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """Refuse other origins, then let Jupyter identify the user, or a kernel."""
        if not self.check_origin():
            # Jupyter does the same for another host.
            self.current_user = self._jupyter_current_user = None
            raise web.HTTPError(403, "This origin is not allowed here.")
        if self.is_kernel:
            return self._identify_kernel()
        prepared = await super().prepare(_redirect_to_login=_redirect_to_login)
        if prepared is not None:
            await prepared
        if self.current_user is not None:
            self.context.kernels.note_page(self.request, self.current_user)

    def _identify_kernel(self) -> None:
        """Identify a kernel by the secret of the server's own file, and by it alone.

        No cookie counts, so that no check for XSRF is needed. Browsers do not send the
        secret by themselves, and no page is given it: with an origin, it was stolen.
        """
        self.current_user = self._jupyter_current_user = None
        secret = secret_in(self.request.headers) or ""
        owner = self.context.kernels.owner_for(secret)
        if owner is None or "Origin" in self.request.headers or not self.check_host():
            raise web.HTTPError(403, "This server does not accept this secret here.")
        self.current_user = self._jupyter_current_user = owner

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:
        """Apply our list of origins. Tornado and Jupyter call this as well."""
        headers = self.request.headers
        return is_allowed_origin(
            headers.get("Origin"), headers.get("Host"), self.context.origins
        )

    async def _authorize(self, right: Right) -> bool:
        """Ask Jupyter's ``Authorizer`` for a right of this person."""
        answer = self.authorizer.is_authorized(self, self.current_user, right, RESOURCE)
        return answer if isinstance(answer, bool) else await ensure_async(answer)

    def refuse(self, refusal: Exception) -> None:
        """Reply to an error as ``REPLIES`` says."""
        status, code = reply_to(refusal)
        self.hub.counters.refusals[code] += 1
        self.set_status(status)
        body: dict[str, object] = {"code": code, "message": message_of(refusal)}
        if isinstance(refusal, VersionMerged):
            body["nearest"] = refusal.nearest
        if isinstance(refusal, RoomDeleted):
            body["deletedAt"] = refusal.at
        if isinstance(refusal, RoomChanged):
            body["room"] = properties_of(refusal.record)
        if isinstance(refusal, UnreadText):
            body["lines"] = refusal.lines
        self.reply(body)

    def reply(self, body: object) -> None:
        """Finish with a JSON body."""
        self._send(msgspec.json.encode(body))

    async def reply_large(self, make: Callable[[], object]) -> None:
        """Finish with a JSON body that may be large, which a thread encodes."""
        self._send(await asyncio.to_thread(lambda: msgspec.json.encode(make())))

    def _send(self, json: bytes) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(json)


def allowed(action: str) -> Callable[[Method], Method]:
    """Decorate a method that requires a login and a right.

    ``action`` is ``read``, ``write`` or ``execute``. Errors of the domain become
    replies.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        async def translated(
            handler: PairEditHandler, *args: Any, **kwargs: Any
        ) -> None:
            try:
                await method(handler, *args, **kwargs)
            except handler.refusals as refusal:
                handler.refuse(refusal)

        checked: Method = authorized(action=action, resource=RESOURCE)(translated)
        return web.authenticated(checked)  # type: ignore[return-value]

    return decorate


@web.stream_request_body
class APIHandler(PairEditHandler):
    """Base of the REST handlers: JSON bodies of limited size."""

    takes_secret = True

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Refuse a body that is too large before it is read; answer preflights."""
        self._body = bytearray()
        self._size = int(self.request.headers.get("Content-Length") or 0)
        self._refuse_large_body()
        if self._is_preflight() and self.check_host():
            # Browsers send no login with a preflight. Answering it here keeps every
            # method closed to people without a login.
            self.set_cors_headers()
            return self._say_what_may_be_sent()
        await super().prepare(_redirect_to_login=_redirect_to_login)

    def _is_preflight(self) -> bool:
        """Return whether this is a preflight from a listed origin."""
        origin = self.request.headers.get("Origin", "").lower()
        return self.request.method == "OPTIONS" and origin in self.context.origins

    @property
    def most(self) -> int:
        """The largest body in bytes."""
        return self.hub.limits.body

    def data_received(self, chunk: bytes) -> None:
        """Receive a part of the body; discard a body that is too large."""
        self._size = max(self._size, len(self._body) + len(chunk))
        if self._size <= self.most:
            self._body += chunk

    def _refuse_large_body(self) -> None:
        if self._size > self.most:
            raise web.HTTPError(
                413,
                "Expected a body of at most %d bytes, found %d.",
                self.most,
                self._size,
            )

    def body(self, kind: type[T]) -> T:
        """Return the body as a struct; an empty body counts as an empty object.

        Raises ``UnsupportedBody``, ``msgspec.ValidationError`` or
        ``msgspec.DecodeError``.
        """
        self._refuse_large_body()
        decoder: msgspec.json.Decoder[T]
        # A class is hashable, which mypy does not see in a variable of types.
        decoder, expected = _decoding_of(kind)  # type: ignore[arg-type]
        if not self._body:
            return read(decoder, b"{}", expected)
        found = self.request.headers.get("Content-Type", "")
        if found.partition(";")[0].strip().lower() != "application/json":
            raise UnsupportedBody(
                "Expected the content type application/json, found another."
            )
        return read(decoder, bytes(self._body), expected)

    def set_cors_headers(self) -> None:
        """Allow pages of listed origins to read the reply."""
        origin = self.request.headers.get("Origin")
        self.set_header("Vary", "Origin")
        if origin and origin.lower() in self.context.origins:
            self.set_header("Access-Control-Allow-Origin", origin)
            self.set_header("Access-Control-Allow-Credentials", "true")

    @allowed("read")
    async def options(self, *_: str) -> None:
        """Reply with the allowed methods and headers."""
        self._say_what_may_be_sent()

    def _say_what_may_be_sent(self) -> None:
        self.set_header("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
        self.set_header(
            "Access-Control-Allow-Headers",
            "authorization, content-type, idempotency-key, if-match, x-xsrftoken",
        )
        self.set_status(204)
        self.finish()

    def get_login_url(self) -> str:
        """Answer 403 instead of a redirect to the login page."""
        raise web.HTTPError(403, "Log in to this Jupyter server first.")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write errors as JSON, without data of the request."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        message = HTTPStatus(status_code).phrase
        if isinstance(error, web.HTTPError) and error.log_message:
            message = (
                error.log_message % error.args if error.args else error.log_message
            )
        code = HTTPStatus(status_code).phrase.lower().replace(" ", "_")
        self.reply({"code": code, "message": message})

    @property
    def origin(self) -> str:
        """The beginning of links: ``public_url``, or the address of the request.

        A kernel's own address is not that of a browser: for it, that of the last page.
        """
        page = self.context.kernels.page_origin if self.is_kernel else ""
        seen = f"{self.request.protocol}://{self.request.host}"
        return self.context.public_url or page or seen

    def room_url(self, room_id: str) -> str:
        """Return the address of a room's page."""
        return f"{self.origin}{self.context.rooms_base}pairedit/room/{room_id}"


@cache
def _decoding_of(kind: type[Any]) -> tuple[msgspec.json.Decoder[Any], str]:
    """Return a struct's decoder, and what it expects.

    Finding the fields leaves cycles for the garbage collector.
    """
    names = ", ".join(field.encode_name for field in msgspec.structs.fields(kind))
    return msgspec.json.Decoder(kind), f"a JSON object of {names}"


def expect_room_id(room_id: str) -> str:
    """Return the id in a path. Raises ``RoomNotFound`` if it is not well-formed."""
    if not is_room_id(room_id):
        raise RoomNotFound("with that id: ids are 16 to 32 letters and digits")
    return room_id
