"""The messages of a kernel and the addresses of its sockets, without a kernel."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zmq
from jupyter_client.session import Session

from jupyter_pairedit.core.limits import MIB, Limits
from jupyter_pairedit.running.channels import (
    Channels,
    Received,
    address,
    new_session,
)
from jupyter_pairedit.running.execution import KernelUnreachable

KEY = b"key"
SOON = 20_000  # milliseconds


def parts(
    content: object = None, key: bytes = KEY, parent: dict[str, Any] | None = None
) -> list[bytes]:
    """Return the frames of a message of a kernel with this key."""
    session = Session(key=key)
    message = session.msg("stream", parent=parent)
    message["content"] = content
    found: list[bytes] = session.serialize(message)
    return found


def received(frames: list[bytes], key: bytes = KEY) -> Received:
    """Return what is received as these frames."""
    return Received([zmq.Frame(each) for each in frames], Session(key=key))


def signed(content: bytes) -> list[bytes]:
    """Return the frames of a message with a content that is not checked."""
    _, _, header, parent, metadata, _ = parts({})
    rest = [header, parent, metadata, content]
    return [b"<IDS|MSG>", Session(key=KEY).sign(rest), *rest]


def test_a_message_has_its_type_its_parent_and_its_content() -> None:
    asked = Session(key=KEY).msg("execute_request")
    frames = parts({"name": "stdout", "text": "ü"}, parent=asked["header"])

    message = received([b"stream.name", b"identity", *frames, b"a buffer"])

    assert message.header.msg_type == "stream"
    assert message.parent.msg_id == asked["msg_id"]
    assert message.parent.msg_type == "execute_request"
    assert message.content() == {"name": "stdout", "text": "ü"}
    assert message.size == sum(map(len, frames)) + len(b"stream.nameidentitya buffer")


def test_of_what_is_printed_little_more_is_decoded_than_is_kept() -> None:
    """What is decoded exists several times for a moment, beside the message itself."""
    limits = Limits()
    frames = [zmq.Frame(each) for each in parts({"text": "x" * 40 * MIB})]
    message = Received(frames, Session(key=KEY), limits)

    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        text = message.content()["text"]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(text) == 2 * limits.run_size - 1
    assert message.cut == 38 * MIB + 2
    assert most - before < 3 * len(text)


def test_of_images_as_much_is_decoded_as_the_largest_has() -> None:
    limits = Limits()
    data = {"image/png": "x" * (limits.run_image // 3 * 4)}
    session = Session(key=KEY)
    message = session.msg("display_data")
    message["content"] = {"data": data}
    frames = [zmq.Frame(each) for each in session.serialize(message)]

    found = Received(frames, session, limits)

    assert found.content() == {"data": data}
    assert found.cut == 0


def test_a_message_without_parent_answers_nothing() -> None:
    assert received(parts({})).parent.msg_id == ""


@pytest.mark.parametrize("key", [b"another", b""])
def test_a_message_that_is_signed_with_another_key_has_no_content(key: bytes) -> None:
    assert received(parts({"text": "false"}, key)).content() == {}


def test_a_message_that_was_changed_has_no_content() -> None:
    frames = parts({"text": "right"})
    frames[5] = frames[5].replace(b"right", b"wrong")

    assert received(frames).content() == {}


def test_a_kernel_without_a_key_signs_nothing() -> None:
    assert received(parts({"text": "x"}, b""), b"").content() == {"text": "x"}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"text": "\\ud800"}', {"text": "\ud800"}),
        (b'{"text": "\xff"}', {"text": "\ufffd"}),
        (b'{"size": Infinity}', {"size": float("inf")}),
        (b"[1, 2]", {}),
        (b"null", {}),
        (b"{", {}),
        (b"", {}),
        (b'{"a":' + b"[" * 100_000, {}),
    ],
)
def test_no_content_raises(content: bytes, found: dict[str, object]) -> None:
    assert received(signed(content)).content() == found


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [b"<IDS|MSG>"],
        parts({})[1:],
        parts({})[:5],
        [*(b"identity" for _ in range(8)), *parts({})],
        [*parts({})[:2], b"no JSON", *parts({})[3:]],
        [*parts({})[:2], b"[]", *parts({})[3:]],
        [*parts({})[:3], b'{"msg_id": 1}', *parts({})[4:]],
        [*parts({})[:3], b'{"a":' + b"[" * 100_000, *parts({})[4:]],
    ],
    ids=range(9),
)
def test_a_message_without_a_readable_header_is_none(frames: list[bytes]) -> None:
    with pytest.raises(ValueError, match=r"expected|Expected|JSON"):
        received(frames)


PORTS = {"shell_port": 1, "control_port": 2, "hb_port": 3, "iopub_port": 4}


@pytest.mark.parametrize(
    ("info", "url"),
    [
        ({"ip": "127.0.0.1"}, "tcp://127.0.0.1:1"),
        ({"ip": "0.0.0.0", "transport": "tcp"}, "tcp://127.0.0.1:1"),
        ({"ip": "*"}, "tcp://127.0.0.1:1"),
        ({"ip": ""}, "tcp://127.0.0.1:1"),
        ({"ip": "localhost"}, "tcp://127.0.0.1:1"),
        ({"transport": "ipc", "ip": "/run/kernel"}, "ipc:///run/kernel-1"),
    ],
)
def test_a_kernel_of_this_machine_has_an_address(
    info: dict[str, object], url: str
) -> None:
    assert address({**PORTS, **info}, "shell") == url


@pytest.mark.parametrize(
    ("info", "sentence"),
    [
        ({"ip": "192.0.2.1"}, "another machine (192.0.2.1)"),
        ({"ip": "kernels.example"}, "another machine (kernels.example)"),
        ({"transport": "http"}, "no address on this machine"),
        ({"shell_port": "1"}, "no address on this machine"),
        ({"shell_port": 0}, "no address on this machine"),
    ],
)
def test_nothing_is_sent_to_another_machine(
    info: dict[str, object], sentence: str
) -> None:
    with pytest.raises(KernelUnreachable) as raised:
        address({**PORTS, **info}, "shell")

    assert sentence in str(raised.value)


def test_a_session_has_the_key_and_the_scheme_of_the_kernel() -> None:
    session = new_session({"key": "text", "signature_scheme": "hmac-sha512"})

    assert session.key == b"text"
    assert session.signature_scheme == "hmac-sha512"
    assert new_session({}).key == b""
    assert new_session({"key": b"k"}).session != new_session({"key": b"k"}).session


class Process:
    """The shell channel of a kernel that the test plays."""

    def __init__(self, folder: Path) -> None:
        self.context: zmq.Context[Any] = zmq.Context()
        self.info: dict[str, object] = {
            **PORTS,
            "transport": "ipc",
            "ip": str(folder / "k"),
            "key": KEY,
        }
        self.channels = Channels(self.info, self.context)
        self.shell: zmq.Socket[bytes] | None = None

    def listen(self) -> zmq.Socket[bytes]:
        """Start to listen, as a process that has just been started."""
        self.shell = self.context.socket(zmq.ROUTER)
        self.shell.bind(address(self.info, "shell"))
        return self.shell


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    process.channels.close()
    process.context.destroy(linger=0)


def test_what_is_sent_without_a_kernel_never_reaches_the_next_one(
    process: Process,
) -> None:
    channels = process.channels
    request: dict[str, object] = {"code": "old()"}
    assert channels.send(channels.shell, "execute_request", request) is None

    shell = process.listen()
    assert channels.shell.poll(SOON, zmq.POLLOUT)
    sent = channels.send(channels.shell, "execute_request", {"code": "new()"})

    assert shell.poll(SOON)
    message = received(shell.recv_multipart())
    assert (message.header.msg_id, message.content()) == (sent, {"code": "new()"})
    assert not shell.poll(0)


def test_messages_are_received_until_there_is_none(process: Process) -> None:
    channels, shell = process.channels, process.listen()
    assert channels.receive(channels.shell) is None
    assert channels.shell.poll(SOON, zmq.POLLOUT)
    channels.send(channels.shell, "kernel_info_request", {})
    assert shell.poll(SOON)
    identity, *_ = shell.recv_multipart()
    shell.send_multipart([identity, b"no message"])
    shell.send_multipart([identity, *parts({"status": "ok"})])

    assert channels.shell.poll(SOON)
    with pytest.raises(ValueError, match="five frames"):
        channels.receive(channels.shell)
    assert channels.shell.poll(SOON)
    message = channels.receive(channels.shell)
    assert message is not None and message.content() == {"status": "ok"}
    assert channels.receive(channels.shell) is None


def test_the_end_of_the_process_is_noticed(process: Process) -> None:
    channels, shell = process.channels, process.listen()
    assert channels.shell.poll(SOON, zmq.POLLOUT)
    while channels.shell_monitor.poll(0):  # it was tried before anybody listened
        assert channels.loss(channels.shell_monitor) is None

    shell.close(linger=0)

    assert channels.shell_monitor.poll(SOON)
    assert channels.loss(channels.shell_monitor) == "closed"
