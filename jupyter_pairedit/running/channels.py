"""The sockets to a kernel, and the messages on them.

The format is Jupyter's: https://jupyter-client.readthedocs.io/en/stable/messaging.html.
Only the thread that has made them uses them.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
import zmq
from jupyter_client.localinterfaces import is_local_ip
from jupyter_client.session import Session
from zmq.utils.monitor import recv_monitor_message

from ..core.limits import Limits
from .contents import Content
from .execution import KernelUnreachable

_DELIMITER = b"<IDS|MSG>"
_HERE = ("", "*", "0.0.0.0", "127.0.0.1", "localhost")
_CURVE = ("curve_publickey", "curve_secretkey")
_AGAIN = 1_000
"""Milliseconds after the end of a connection within which it is opened again."""

_EVENTS = zmq.EVENT_DISCONNECTED | zmq.EVENT_CONNECT_RETRIED

Loss = Literal["closed", "too large"]


class Header(msgspec.Struct):
    """The parts of a header that are used."""

    msg_id: str = ""
    msg_type: str = ""


class Received:
    """A message of a kernel. Its content is decoded, and its signature checked, by
    ``content`` alone: most messages of a flood need neither."""

    def __init__(
        self, frames: list[zmq.Frame], session: Session, limits: Limits | None = None
    ) -> None:
        """Of texts in it, so much is decoded as may be kept within ``limits``. Raises
        ``ValueError`` if it has no readable header."""
        self._session = session
        self.size = sum(map(len, frames))
        self.cut = 0
        """The bytes of texts that ``content`` has left out."""
        start = next(
            (n for n, each in enumerate(frames[:8], 1) if each.bytes == _DELIMITER), 0
        )
        self._parts = frames[start:] if start else []
        if len(self._parts) < 5:
            raise ValueError("expected five frames after the delimiter, found fewer")
        self.header = _header(self._parts[1])
        self.parent = _header(self._parts[2])
        self._most = most_of(self.header.msg_type, limits or Limits())

    def content(self) -> dict[str, Any]:
        """Return the content; empty if it is no object, or its signature is wrong."""
        parts = [each.buffer for each in self._parts[:5]]
        signature = self._session.sign(parts[1:])
        if not hmac.compare_digest(bytes(parts[0]), signature):
            return {}
        printed = self.header.msg_type == "stream"
        content = Content(parts[4], self._most, printed=printed)
        self.cut = content.cut
        return content.fields


def most_of(kind: str, limits: Limits) -> int:
    """Return how many bytes of a text in a message are decoded, as JSON.

    What is decoded exists several times for a moment, so no more is than can be kept.
    """
    if kind == "stream":
        return 2 * limits.run_size  # an end of a line is two bytes
    # The largest image in base64 is less than twice its size.
    return limits.run_size + 2 * limits.run_image


def _header(frame: zmq.Frame) -> Header:
    try:
        return msgspec.json.decode(frame.buffer, type=Header)
    except RecursionError:  # code can send what is nested very deeply
        raise ValueError("expected a header, found deep JSON") from None


class Channels:
    """Connected sockets of one kernel process."""

    def __init__(
        self,
        info: Mapping[str, object],
        context: zmq.Context[Any],
        limits: Limits | None = None,
    ) -> None:
        self._info, self._limits = info, limits or Limits()
        self._session = new_session(info)
        self._context = context
        self.shell = self._connect("shell", zmq.DEALER)
        self.control = self._connect("control", zmq.DEALER)
        self.heartbeat = self._connect("hb", zmq.DEALER)
        self.iopub = self._connect("iopub", zmq.SUB)
        self.shell_monitor = self.shell.get_monitor_socket(_EVENTS)
        self.iopub_monitor = self.iopub.get_monitor_socket(_EVENTS)

    @property
    def sockets(self) -> list[zmq.Socket[bytes]]:
        """All sockets to read from. A monitor has something to read if a connection
        was closed; see ``loss``."""
        sockets = [self.shell, self.control, self.heartbeat, self.iopub]
        return [*sockets, self.shell_monitor, self.iopub_monitor]

    def loss(self, monitor: zmq.Socket[bytes]) -> Loss | None:
        """Return who has closed a connection: the kernel, or libzmq because a message
        was too large, after which it does not connect again."""
        if recv_monitor_message(monitor)["event"] != zmq.EVENT_DISCONNECTED:
            return None
        return "closed" if monitor.poll(_AGAIN) else "too large"

    def subscribe_again(self) -> None:
        """Replace the socket of iopub and its monitor."""
        self.iopub.disable_monitor()
        for each in (self.iopub, self.iopub_monitor):
            each.close(linger=0)
        self.iopub = self._connect("iopub", zmq.SUB)
        self.iopub_monitor = self.iopub.get_monitor_socket(_EVENTS)

    def send(
        self, socket: zmq.Socket[bytes], kind: str, content: dict[str, object]
    ) -> str | None:
        """Send a message and return its id; None if no kernel is connected."""
        message = self._session.msg(kind, content)
        try:
            parts = self._session.serialize(message)
            socket.send_multipart(parts, zmq.NOBLOCK)
        except zmq.Again:
            return None
        return str(message["msg_id"])

    def receive(self, socket: zmq.Socket[bytes]) -> Received | None:
        """Return the next message, None without one. Raises ``ValueError``."""
        try:
            frames = socket.recv_multipart(zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return None
        return Received(frames, self._session, self._limits)

    def close(self) -> None:
        """Close all sockets. What was not sent is dropped."""
        self.shell.disable_monitor()
        self.iopub.disable_monitor()
        for socket in self.sockets:
            socket.close(linger=0)

    def _connect(self, name: str, kind: int) -> zmq.Socket[bytes]:
        url = address(self._info, name)
        socket: zmq.Socket[bytes] = self._context.socket(kind)
        socket.linger = 0
        socket.maxmsgsize = self._limits.run_message
        if name == "shell":
            # Keep nothing for a kernel that is gone: the next process on this address
            # would execute it.
            socket.immediate = 1
        if kind == zmq.SUB:
            socket.subscribe(b"")
        if all(self._info.get(each) for each in _CURVE):
            public, secret = (_bytes(self._info[each]) for each in _CURVE)
            socket.curve_publickey, socket.curve_secretkey = public, secret
            socket.curve_serverkey = public
        socket.connect(url)
        return socket


def new_session(info: Mapping[str, object]) -> Session:
    """Return a session of our own: replies to a shared one would go astray."""
    return Session(
        key=_bytes(info.get("key", b"")),
        signature_scheme=str(info.get("signature_scheme") or "hmac-sha256"),
    )


def address(info: Mapping[str, object], name: str) -> str:
    """Return the address of a channel. Raises ``KernelUnreachable``."""
    transport, ip = info.get("transport", "tcp"), str(info.get("ip") or "")
    port = info.get(f"{name}_port")
    if transport not in ("tcp", "ipc") or not isinstance(port, int) or port <= 0:
        raise KernelUnreachable(
            "The kernel has no address on this machine. It may run behind a gateway, "
            "where a room's code cannot be run."
        )
    if transport == "ipc":
        return f"ipc://{ip}-{port}"
    if ip in _HERE:
        ip = "127.0.0.1"
    elif not is_local_ip(ip):
        raise KernelUnreachable(
            f"The kernel runs on another machine ({ip}), where a room's code cannot be "
            "run."
        )
    return f"tcp://{ip}:{port}"


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
