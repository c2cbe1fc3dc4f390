"""One request to a model's server, whose answer is read line by line."""

from __future__ import annotations

import json
import math
import os
import re
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from .address import Address
from .trouble import Paused, Refused, Trouble

MOST_BYTES = 256 * 1024
"""The largest answer that is read: 256 tokens, each in an event of its own, which may
have several hundred bytes."""
_MOST_OF_REFUSAL = 64 * 1024
"""The largest part of a refusal's message that is read, in bytes."""
_UNTRUSTED = (
    "{host} has a certificate that is not trusted here: add its authority to those of "
    "the system, or name its file in the variable SSL_CERT_FILE, and restart."
)
_FILES = "SSL_CERT_FILE", "SSL_CERT_DIR"
"""Variables that OpenSSL reads."""
_MOST_WAIT = 3_600.0
"""The longest pause that a server is granted, in seconds."""


class Stream:
    """Sends requests to one server. It keeps connections open for the next request.

    ``key`` returns the key at the time of a request; ``now`` is in seconds since 1970.
    ``proxy`` is the URL of a proxy; empty for none. This machine is reached without it.
    """

    def __init__(
        self,
        address: Address,
        key: Callable[[], str],
        connect: float,
        now: Callable[[], float],
        proxy: str = "",
    ) -> None:
        self.address = address
        self._key = key
        self._now = now
        self._by = urlsplit("" if address.local else proxy).netloc
        """The host of the proxy; empty without one."""
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=connect),
            proxy=proxy if self._by else None,
            verify=_authorities(*map(os.environ.get, _FILES)),
            # No other proxies and logins of the environment.
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": "jupyter_pairedit", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def post(self, path: str, body: object) -> AsyncGenerator[Any]:
        """Yield the events of the answer, each decoded from JSON; None for the end.

        Closing the iterator closes the connection. Raises ``Trouble``.
        """
        host = self.address.host
        try:
            async with self._client.stream(
                "POST",
                self.address.url + path,
                json=body,
                headers=self._headers(),
            ) as answer:
                # No later request returns what a server wants to be remembered by.
                self._client.cookies.clear()
                if answer.status_code != 200:
                    raise self._refusal(answer, await _beginning(answer))
                async with aclosing(self._lines(answer)) as lines:
                    async for line in lines:
                        yield _event(line, host)
        except httpx.ConnectTimeout:
            raise Paused(f"{self._way} cannot be reached: no answer.") from None
        except httpx.ProxyError:
            raise Paused(f"The proxy {self._by} does not connect to {host}.") from None
        except httpx.ConnectError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Paused(_UNTRUSTED.format(host=host)) from None
            raise Paused(f"{self._way} cannot be reached.") from None
        except httpx.HTTPError:
            raise Trouble(f"The answer of {host} broke off.") from None

    @property
    def _way(self) -> str:
        host = self.address.host
        return f"{host} (by the proxy {self._by})" if self._by else host

    def _headers(self) -> dict[str, str]:
        key = self._key()
        headers = {"Host": self.address.host}
        return headers | ({"Authorization": f"Bearer {key}"} if key else {})

    async def _lines(self, answer: httpx.Response) -> AsyncGenerator[str]:
        """Yield the lines that have an event, of SSE and of NDJSON."""
        host = self.address.host
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise Refused(f"{host} sends compressed answers, which are not read.")
        # A server that does not stream sends one object, perhaps in several lines.
        is_one = "application/json" in answer.headers.get("Content-Type", "")
        rest, size = b"", 0
        async with aclosing(answer.aiter_raw()) as parts:  # type: ignore[type-var]
            async for part in parts:
                size += len(part)
                if size > MOST_BYTES:
                    raise Trouble(f"The answer of {host} was dropped: it is too long.")
                rest += part
                if is_one:
                    continue
                *whole, rest = rest.split(b"\n")
                for line in whole:
                    if text := _data(line):
                        yield text
        if text := _data(rest):
            yield text

    def _refusal(self, answer: httpx.Response, text: str) -> Trouble:
        host, status = self.address.host, answer.status_code
        if status in (429, 503):
            wait = _retry_after(answer.headers.get("Retry-After", ""), self._now())
            return Paused(f"{host} asks for a pause.", wait)
        if status >= 500 and status != 501:
            return Paused(f"{host} has failed (status {status}).")
        if 300 <= status < 400:
            return Refused(
                f"{host} redirects to another address, which is not followed: check "
                "completer_url."
            )
        if status in (400, 413) and "context" in text.lower():
            return Paused(
                f"{host} takes less code than was sent: start it with a larger context."
            )
        if status == 408:
            return Paused(f"{host} has failed (status 408).")
        return Refused(f"{host} {_reason(status, text)}")


def _reason(status: int, text: str) -> str:
    """Return why a server refuses a request, as the end of a sentence."""
    middle = "cannot fill in the middle"
    other = "use the completer 'chat', or 'template' if it knows one of the templates"
    if status == 501 or "Infill is not supported" in text:
        return f"has a model that {middle}: {other}."
    if "does not support insert" in text:
        return f"has a model that {middle}: {other}."
    if status in (400, 422) and "suffix" in text.lower():
        return (
            "takes no suffix: use the completer 'template' or 'chat', or 'infill' for "
            "a server of llama.cpp."
        )
    if status in (401, 403):
        return "refuses the key: check completer_key."
    if status == 404:
        return (
            "does not know the address or the model: check completer_url and "
            "completer_model."
        )
    return (
        f"refuses the request (status {status}): check completer, completer_url and "
        "completer_model."
    )


@cache
def _authorities(*files: str | None) -> ssl.SSLContext:
    """Trust httpx's authorities, and those of the system or of the environment.

    Reading them takes about 30 ms. ``files`` are the values of ``_FILES``.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


async def _beginning(answer: httpx.Response) -> str:
    """Return the beginning of a refusal, in which only known words are looked for."""
    found = b""
    async with aclosing(answer.aiter_raw()) as parts:  # type: ignore[type-var]
        async for part in parts:
            found += part
            if len(found) > _MOST_OF_REFUSAL:
                break
    return found[:_MOST_OF_REFUSAL].decode("utf-8", "replace")


def _data(line: bytes) -> str:
    """Return the JSON of a line; empty for a blank, a comment or another field."""
    text = line.decode("utf-8", "replace").strip()
    if text.startswith("data:"):
        return text.removeprefix("data:").strip()
    return "" if re.match(r"(?::|event:|id:|retry:)", text) else text


def _event(line: str, host: str) -> Any:
    if line == "[DONE]":
        return None
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise Trouble(f"{host} answers with something else than expected.")
    if "error" in event and "choices" not in event:
        # The status was sent before the error occurred.
        if "does not support insert" in str(event["error"]):
            raise Refused(f"{host} {_reason(400, str(event['error']))}")
        raise Paused(f"{host} has failed.")
    return event


def _retry_after(value: str, now: float) -> float | None:
    """Return the seconds of ``Retry-After``, a number or a date (RFC 9110, 10.2.3)."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), _MOST_WAIT)
