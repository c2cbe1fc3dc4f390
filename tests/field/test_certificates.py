"""The certificate of a model's server."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.autocomplete.asking import ask, completer
from tests.autocomplete.servers import FakeModel, Request, Time
from tests.proxies import certify


async def answer(request: Request) -> None:
    await request.events({"choices": [{"text": "1", "finish_reason": "stop"}]})


@asynccontextmanager
async def certified(folder: Path) -> AsyncIterator[str]:
    """Start a model's server with a certificate that nobody has signed."""
    certify(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "site.pem", folder / "site.key")
    model = FakeModel(answer)
    server = await asyncio.start_server(model.serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"


async def test_a_certificate_that_is_not_trusted_is_named(tmp_path: Path) -> None:
    async with certified(tmp_path) as url:
        asking = completer("template", url, Time())
        found = await ask(asking)
        await asking.close()

    assert found.detail == (
        f"{url.removeprefix('https://')} has a certificate that is not trusted here: "
        "add its authority to those of the system, or name its file in the variable "
        "SSL_CERT_FILE, and restart. It is asked again in 1 s."
    )


async def test_the_file_that_the_environment_names_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "site.pem"))
    async with certified(tmp_path) as url:
        asking = completer("template", url, Time())
        found = await ask(asking)
        await asking.close()

    assert found.text == "1"
