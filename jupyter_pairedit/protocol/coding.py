"""Decodes frames of clients strictly and within the limits; encodes what is sent."""

from __future__ import annotations

from typing import TypeVar, get_args

import msgspec
from msgspec import UNSET, UnsetType

from ..core.changes import ChangeSet
from ..core.limits import KIB, Limits
from ..core.marks import OwnMark
from ..core.storable import BadChange
from .editing import ChangeJSON
from .hello import GuestHello, PassHello
from .messages import ClientMessage, ServerMessage

T = TypeVar("T")

SMALL = 64 * KIB
"""Characters of a frame that is always decoded within a few milliseconds."""


class _HelloKind(msgspec.Struct):
    secret: msgspec.Raw | UnsetType = msgspec.field(name="pass", default=UNSET)


_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_hello_decoder: msgspec.json.Decoder[GuestHello] = msgspec.json.Decoder(GuestHello)
_pass_decoder: msgspec.json.Decoder[PassHello] = msgspec.json.Decoder(PassHello)
_kind_decoder: msgspec.json.Decoder[_HelloKind] = msgspec.json.Decoder(_HelloKind)
_skipping = msgspec.json.Decoder(msgspec.Raw)
"""Checks JSON without creating objects."""
_encoder = msgspec.json.Encoder()


def read_message(frame: str | bytes, limits: Limits) -> ClientMessage:
    """Return the message in a frame.

    Raises ``msgspec.DecodeError`` for what is no message, and ``BadChange`` for more
    lists than a push may have.
    """
    if isinstance(frame, bytes):
        raise msgspec.ValidationError("Expected a text frame, found a binary one")
    most = limits.updates + limits.parts + 1
    # Before it is decoded: half a million lists would hold up the event loop.
    if len(frame) > SMALL and frame.count("[") > most:
        found = _lists_in(frame)
        if found > most:
            read(_skipping, frame, "a message")
            raise _too_many(limits, f"{found} lists")
    return decode(frame)


def decode(frame: str | bytes) -> ClientMessage:
    """Return the message in a client's frame. Raises as ``read`` does."""
    return read(
        _decoder,
        frame,
        "a message with the type hello, code_change, presence, check, autocomplete, "
        "blame, history or restore, or one about runs",
    )


def read_changes(updates: list[ChangeJSON], limits: Limits) -> list[ChangeSet]:
    """Return the change sets of a push. Raises ``BadChange``."""
    parts = sum(map(len, updates))
    if len(updates) > limits.updates or parts > limits.parts:
        raise _too_many(limits, f"{len(updates)} of {parts}")
    return [ChangeSet.from_json(update) for update in updates]


def decode_hello(frame: str | bytes) -> GuestHello | PassHello:
    """Return the first message of a guest, or of a kernel. Raises as ``read`` does."""
    expected = "hello with room, invite, name and a key"
    kind = read(_kind_decoder, frame, expected)
    if kind.secret is UNSET:
        return read(_hello_decoder, frame, expected)
    return read(_pass_decoder, frame, "hello with room, pass and key")


def read(decoder: msgspec.json.Decoder[T], json: str | bytes, expected: str) -> T:
    """Decode untrusted JSON.

    Raises ``msgspec.DecodeError`` (its subclass ``msgspec.ValidationError`` for valid
    JSON of another shape) with a sentence that names what was expected. The sentence
    does not quote the input, which may be long or private.
    """
    try:
        return decoder.decode(json)
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(_explain(str(error), expected)) from None
    except msgspec.DecodeError as error:
        raise msgspec.DecodeError(f"Expected {expected}. {error}") from None
    except UnicodeError:
        raise msgspec.DecodeError(
            f"Expected {expected}, found text that is not UTF-8"
        ) from None
    except RecursionError:
        raise msgspec.DecodeError(
            f"Expected {expected}, found JSON that is nested too deeply"
        ) from None


def _explain(error: str, expected: str) -> str:
    if error.startswith("Expected ") and "`$.type`" not in error:
        return error
    # msgspec quotes the input in these.
    if error.startswith("Object contains unknown field"):
        return f"Expected {expected}, found a field of another name"
    if error.startswith("Invalid enum value") and "`$.marks" in error:
        own = " or ".join(get_args(OwnMark))
        return f"Expected marks of {own}, found another: the server sets the others"
    if error.startswith(("Invalid value", "Invalid enum value")):
        return f"Expected {expected}, found another value"
    return f"Expected {expected}. {error}"


def _lists_in(frame: str) -> int:
    """Return how many JSON arrays a frame has; brackets in strings do not count."""
    unescaped = frame.replace("\\\\", "").replace('\\"', "")
    return "".join(unescaped.split('"')[::2]).count("[")


def _too_many(limits: Limits, found: str) -> BadChange:
    return BadChange(
        f"expected at most {limits.updates} updates of {limits.parts} parts in a push, "
        f"found {found}"
    )


def encode(message: ServerMessage) -> bytes:
    """Return a message of the server as the content of a text frame, in UTF-8."""
    return _encoder.encode(message)


def framed(message: bytes) -> bytes:
    """Return a server's WebSocket text frame with ``message`` as its content.

    RFC 6455, section 5.2: final, not compressed, not masked.
    """
    size = len(message)
    if size < 126:
        head = bytes((0x81, size))
    elif size < 1 << 16:
        head = b"\x81\x7e" + size.to_bytes(2)
    else:
        head = b"\x81\x7f" + size.to_bytes(8)
    return head + message
