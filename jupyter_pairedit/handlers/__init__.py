"""The addresses of the extension and their handlers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .autocomplete import AutocompleteHandler
from .guest import GuestPage
from .guest_socket import GuestSocket
from .health import (
    DebugBytesHandler,
    DebugKernelsHandler,
    DebugRoomsHandler,
    HealthHandler,
)
from .history import (
    BlameHandler,
    ChangesHandler,
    HistoryHandler,
    PointHandler,
    PointsHandler,
    RestoreHandler,
    RevisionHandler,
    RevisionsHandler,
)
from .invites import (
    InviteHandler,
    InvitesHandler,
    LockHandler,
    PersonHandler,
    RenewHandler,
)
from .login import LoginHandler
from .me import MeHandler
from .pages import HomePage, LoginFiles, RoomPage, StaticFiles
from .passes import PassesHandler, PassHandler
from .prove import ProveHandler
from .rooms import CodeHandler, RoomHandler, RoomsHandler
from .runs import KernelHandler, OutputsHandler, RunListHandler, RunStopHandler
from .socket import RoomSocket

STATIC = Path(__file__).parent.parent / "static"

_ROOM = _ID = r"([^/]+)"
_FILES = r"/pairedit/static/(.+)"

ROUTES: list[tuple[Any, ...]] = [
    # First, because Tornado compares one after the other.
    (rf"/pairedit/ws/{_ROOM}", RoomSocket),
    (r"/pairedit/?", HomePage),
    (rf"/pairedit/room/{_ROOM}/?", RoomPage),
    (r"/pairedit/rooms", RoomsHandler),
    (rf"/pairedit/rooms/{_ROOM}", RoomHandler),
    (rf"/pairedit/rooms/{_ROOM}/code", CodeHandler),
    (rf"/pairedit/rooms/{_ROOM}/revisions", RevisionsHandler),
    (rf"/pairedit/rooms/{_ROOM}/revisions/([0-9]{{1,15}})", RevisionHandler),
    (rf"/pairedit/rooms/{_ROOM}/restore", RestoreHandler),
    (rf"/pairedit/rooms/{_ROOM}/blame", BlameHandler),
    (rf"/pairedit/rooms/{_ROOM}/points", PointsHandler),
    (rf"/pairedit/rooms/{_ROOM}/points/([0-9]{{1,15}})", PointHandler),
    (rf"/pairedit/rooms/{_ROOM}/history", HistoryHandler),
    (rf"/pairedit/rooms/{_ROOM}/changes", ChangesHandler),
    (rf"/pairedit/rooms/{_ROOM}/invites", InvitesHandler),
    (rf"/pairedit/rooms/{_ROOM}/invites/renew", RenewHandler),
    (rf"/pairedit/rooms/{_ROOM}/invites/{_ID}", InviteHandler),
    (rf"/pairedit/rooms/{_ROOM}/lock", LockHandler),
    (rf"/pairedit/rooms/{_ROOM}/people/{_ID}", PersonHandler),
    (rf"/pairedit/rooms/{_ROOM}/kernel", KernelHandler),
    (rf"/pairedit/rooms/{_ROOM}/runs", RunListHandler),
    (rf"/pairedit/rooms/{_ROOM}/runs/([0-9]{{1,15}})/stop", RunStopHandler),
    (rf"/pairedit/rooms/{_ROOM}/runs/([0-9]{{1,15}})/outputs", OutputsHandler),
    (rf"/pairedit/rooms/{_ROOM}/pass", PassesHandler),
    (rf"/pairedit/rooms/{_ROOM}/pass/{_ID}", PassHandler),
    (r"/pairedit/autocomplete", AutocompleteHandler),
    (r"/pairedit/debug/rooms", DebugRoomsHandler),
    (r"/pairedit/debug/rooms/bytes", DebugBytesHandler),
    (r"/pairedit/debug/rooms/kernels", DebugKernelsHandler),
    (r"/pairedit/health", HealthHandler),
    (r"/pairedit/me", MeHandler),
    (rf"/pairedit/login/{_ID}", LoginHandler),
]
"""Routes below the base URL of the Jupyter server. They require a login."""

PUBLIC_ROUTES: list[tuple[Any, ...]] = [
    (_FILES, StaticFiles, {"path": str(STATIC)}),
    (r"/pairedit/guest", GuestPage),
    (r"/pairedit/guest/ws", GuestSocket),
    (r"/pairedit/prove", ProveHandler),
]
"""Routes without a login, if guests are allowed."""

CLOSED_ROUTES: list[tuple[Any, ...]] = [
    (_FILES, LoginFiles, {"path": str(STATIC)}),
    (r"/pairedit/prove", ProveHandler),
]
"""The routes that replace them if guests are not allowed."""
