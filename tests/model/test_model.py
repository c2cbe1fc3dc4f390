"""The completers and a real model on llama.cpp's own server."""

from __future__ import annotations

import ast
import asyncio
import json
import urllib.request

import pytest

from jupyter_pairedit.core.limits import Limits
from tests.autocomplete.asking import ask, completer

pytestmark = pytest.mark.model

PATIENT = Limits(completion_wait=60.0)
"""A busy machine computes slowly."""


async def test_a_chat_completes_a_function(smollm: str) -> None:
    asking = completer("chat", f"{smollm}/v1", model="smollm2", limits=PATIENT)
    found = await ask(asking, "def fibonacci(n):|")
    await asking.close()

    assert found.text.startswith("\n    ") and "return" in found.text, found
    ast.parse(f"def fibonacci(n):{found.text}")


async def test_infill_is_answered_by_a_model_with_the_tokens(
    smollm_with_tokens: str,
) -> None:
    asking = completer("infill", smollm_with_tokens, limits=PATIENT)
    await ask(asking, "def area(r):\n    return |\n\nprint(area(2))\n")
    await asking.close()

    assert asking.trouble == ""


async def test_infill_is_refused_by_a_model_without_them(smollm: str) -> None:
    asking = completer("infill", smollm, limits=PATIENT)
    found = await ask(asking)
    await asking.close()

    assert "cannot fill in the middle: use the completer 'chat'" in found.detail


async def test_that_llama_cpp_ignores_the_suffix_is_noticed(smollm: str) -> None:
    asking = completer("openai", f"{smollm}/v1", limits=PATIENT)
    found = await ask(asking)
    await asking.close()

    assert "ignores the suffix, as llama.cpp does" in found.detail


def is_computing(address: str) -> bool:
    """Return whether the model computes now, as its server says."""
    with urllib.request.urlopen(f"{address}/slots", timeout=10) as answer:
        return any(slot["is_processing"] for slot in json.loads(answer.read()))


async def until(address: str, computing: bool) -> None:
    """Wait until the model computes, or does not."""
    async with asyncio.timeout(30):
        while True:
            if await asyncio.to_thread(is_computing, address) is computing:
                return


async def test_the_model_stops_when_the_person_does_not_wait(smollm: str) -> None:
    asking = completer("chat", f"{smollm}/v1", model="smollm2", limits=PATIENT)
    question = asyncio.ensure_future(ask(asking, "# A long story about a bear:\n|"))
    await until(smollm, computing=True)
    question.cancel()
    await until(smollm, computing=False)
    await asking.close()
