"""Whatever a server does, the person reads a sentence, and nothing else breaks."""

from __future__ import annotations

import asyncio
import json
import logging
import math

import pytest

from jupyter_pairedit.autocomplete.asking import ModelCompleter
from jupyter_pairedit.autocomplete.stream import MOST_BYTES

from .asking import ask, completer
from .servers import CANARY, Play, Request, Time, fake, forever

INSERT = '{"error": "registry.ollama.ai/library/m:1b does not support insert"}'
INFILL = json.dumps(
    {
        "error": {
            "code": 501,
            "message": "Infill is not supported by this model: prefix token is missing",
            "type": "not_supported_error",
        }
    }
)


def refuses(status: int, text: str = "", **headers: str) -> Play:
    async def play(request: Request) -> None:
        await request.refuse(status, text + CANARY, **headers)

    return play


async def breaks_off(request: Request) -> None:
    await request.events({"choices": [{"text": "1 +"}]}, done=False)


async def breaks_off_in_an_event(request: Request) -> None:
    await request.head(Content_Type="text/event-stream")
    await request.raw('data: {"choices": [{"te')


async def is_cut(request: Request) -> None:
    await request.head(Content_Length="1000")
    await request.raw('data: {"choices": [{"text": "1"}]}\n\n')


async def is_long(request: Request) -> None:
    await request.head(Content_Type="text/event-stream")
    for _ in range(160):
        await request.raw(": " + "x" * 64 * 1024 + "\n")


async def is_long_without_a_line_end(request: Request) -> None:
    await request.head()
    for _ in range(160):
        await request.raw("x" * 64 * 1024)


async def is_no_json(request: Request) -> None:
    await request.head(Content_Type="text/html")
    await request.raw("<html>Log in</html>")


async def is_another_json(request: Request) -> None:
    await request.events({"choices": [{"text": {"a": 1}}]})


async def is_deep_json(request: Request) -> None:
    await request.head()
    await request.raw("data: " + "[" * 50_000 + "\n\n")


async def fails_later(request: Request) -> None:
    await request.events({"error": {"message": CANARY}})


async def is_compressed(request: Request) -> None:
    await request.head(Content_Encoding="gzip")


async def is_no_http(request: Request) -> None:
    await request.raw("SSH-2.0-OpenSSH\r\n\r\n")


async def says_nothing(request: Request) -> None:
    request.writer.close()


OFF = " No further question is sent until the server restarts."
MIDDLE = (
    "HOST has a model that cannot fill in the middle: use the completer 'chat', or "
    "'template' if it knows one of the templates." + OFF
)
LATER = " It is asked again in 1 s."
BROKE_OFF = "The answer of HOST broke off." + LATER
TRAPS: dict[str, tuple[str, Play, str]] = {
    "501 of llama.cpp": ("infill", refuses(501, INFILL), MIDDLE),
    "no insert": ("ollama", refuses(400, INSERT), MIDDLE),
    "400 for the suffix": (
        "openai",
        refuses(400, '{"message": "suffix is not currently supported"}'),
        "HOST takes no suffix: use the completer 'template' or 'chat', or 'infill' for "
        "a server of llama.cpp." + OFF,
    ),
    "400": (
        "fim",
        refuses(400),
        "HOST refuses the request (status 400): check completer, completer_url and "
        "completer_model." + OFF,
    ),
    "400 for the size": (
        "infill",
        refuses(400, '{"error": {"message": "request exceeds the context size"}}'),
        "HOST takes less code than was sent: start it with a larger context." + LATER,
    ),
    "408": ("fim", refuses(408), "HOST has failed (status 408)." + LATER),
    "401": ("fim", refuses(401), "HOST refuses the key: check completer_key." + OFF),
    "404": (
        "ollama",
        refuses(404),
        "HOST does not know the address or the model: check completer_url and "
        "completer_model." + OFF,
    ),
    "429": ("fim", refuses(429), "HOST asks for a pause." + LATER),
    "429 with Retry-After": (
        "fim",
        refuses(429, Retry_After="42"),
        "HOST asks for a pause. It is asked again in 42 s.",
    ),
    "503 with a date": (
        "fim",
        refuses(503, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"),
        "HOST asks for a pause. It is asked again in 3600 s.",
    ),
    "429 without a wait": (
        "fim",
        refuses(429, Retry_After="0"),
        "HOST asks for a pause.",
    ),
    "429 with nonsense": (
        "fim",
        refuses(429, Retry_After="soon"),
        "HOST asks for a pause." + LATER,
    ),
    "500": ("fim", refuses(500), "HOST has failed (status 500)." + LATER),
    "redirect": (
        "fim",
        refuses(307, Location="http://127.0.0.1:1/"),
        "HOST redirects to another address, which is not followed: check "
        "completer_url." + OFF,
    ),
    "half of SSE": ("openai", breaks_off, BROKE_OFF),
    "half of an event": (
        "openai",
        breaks_off_in_an_event,
        "HOST answers with something else than expected." + LATER,
    ),
    "cut": ("template", is_cut, BROKE_OFF),
    "10 MB": (
        "template",
        is_long,
        "The answer of HOST was dropped: it is too long." + LATER,
    ),
    "10 MB in one line": (
        "template",
        is_long_without_a_line_end,
        "The answer of HOST was dropped: it is too long." + LATER,
    ),
    "a page": (
        "template",
        is_no_json,
        "HOST answers with something else than expected." + LATER,
    ),
    "another type": (
        "template",
        is_another_json,
        "HOST answers with something else than expected." + LATER,
    ),
    "deep": (
        "template",
        is_deep_json,
        "HOST answers with something else than expected." + LATER,
    ),
    "an error after the status": ("template", fails_later, "HOST has failed." + LATER),
    "compressed": (
        "template",
        is_compressed,
        "HOST sends compressed answers, which are not read." + OFF,
    ),
    "another protocol": (
        "template",
        is_no_http,
        BROKE_OFF,
    ),
    "no answer": ("template", says_nothing, BROKE_OFF),
}


@pytest.mark.parametrize("trap", TRAPS)
async def test_each_trap_ends_in_a_sentence(
    trap: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, play, sentence = TRAPS[trap]
    monkeypatch.setenv("THE_KEY", CANARY)
    caplog.set_level(logging.DEBUG)

    async with fake(play) as model:
        asking = completer(name, model.url, Time(), key="THE_KEY")
        found = await ask(asking)
        await asking.close()

    assert model.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    host = model.url.removeprefix("http://")
    assert (found.text, found.detail) == ("", sentence.replace("HOST", host))
    assert asking.trouble in (found.detail, "")
    assert CANARY not in caplog.text + found.detail + repr(asking) + str(vars(asking))
    ours = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert len(ours) == 1 and ours[0].exc_info is None


async def test_a_server_that_is_not_there_is_named() -> None:
    async with fake(forever) as model:
        pass
    asking = completer("infill", model.url, Time())

    found = await ask(asking)

    await asking.close()
    host = model.url.removeprefix("http://")
    assert found.detail == f"{host} cannot be reached." + LATER


async def test_silence_ends_at_the_deadline_and_closes_the_connection() -> None:
    time = Time()
    async with fake(forever) as model:
        asking = completer("infill", model.url, time)
        answer = asyncio.ensure_future(ask(asking))
        request = await model.request()
        time.expire()
        found = await answer
        async with asyncio.timeout(10):
            await request.hung_up.wait()
        await asking.close()

    assert found.detail.endswith(f"did not answer within 5 s.{LATER}")


async def test_a_server_that_ignores_the_suffix_is_found_out_by_one_question() -> None:
    async def play(request: Request) -> None:
        await request.head(Content_Type="application/json")
        usage = {"prompt_tokens": 3, "completion_tokens": 1}
        whole = {"choices": [{"text": "1", "finish_reason": "length"}], "usage": usage}
        await request.raw(json.dumps(whole))

    async with fake(play) as model:
        asking = completer("openai", model.url)
        found = [await ask(asking, f"private{n} = |") for n in range(3)]
        await asking.close()

    (probe,) = model.requests
    assert "private" not in json.dumps(probe.body)
    assert {each.text for each in found} == {""}
    assert "ignores the suffix" in found[0].detail
    assert "'infill', 'template' or 'chat'" in found[2].detail


async def test_a_server_that_counts_the_suffix_is_asked_once_about_it() -> None:
    async def play(request: Request) -> None:
        await request.head(Content_Type="application/json")
        usage = {"prompt_tokens": 203}
        whole = {"choices": [{"text": "1", "finish_reason": "stop"}], "usage": usage}
        await request.raw(json.dumps(whole))

    async with fake(play) as model:
        asking = completer("openai", model.url)
        found = [(await ask(asking, code)).text for code in ("x = |", "y = |")]
        await asking.close()

    assert found == ["1", "1"]
    assert len(model.requests) == 3


async def test_pauses_double_up_to_a_minute_and_end_with_an_answer() -> None:
    time = Time()
    async with fake(refuses(503)) as model:
        asking = completer("infill", model.url, time)
        pauses = []
        for number in range(8):
            await ask(asking, f"x{number} = |")
            assert await ask(asking, f"x{number} = |") is not None
            assert len(model.requests) == number + 1
            pauses.append(asking._paused_until - time.now)
            time.now = asking._paused_until

        model.play = answers("1")
        assert (await ask(asking, "y = |")).text == "1"
        assert asking.trouble == ""
        model.play = refuses(503)
        await ask(asking, "z = |")
        await asking.close()

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert asking._paused_until - time.now == 1


async def test_after_a_refusal_nothing_is_sent() -> None:
    time = Time()
    async with fake(refuses(401)) as model:
        asking = completer("fim", model.url, time)
        await ask(asking, "x = |")
        time.now += 1e9
        found = await ask(asking, "y = |")
        await asking.close()

    assert len(model.requests) == 1
    assert found.detail.endswith(OFF)
    assert asking._paused_until == math.inf


async def test_an_answer_that_is_complete_closes_the_connection() -> None:
    async def play(request: Request) -> None:
        await request.head(Content_Type="text/event-stream")
        await request.event({"choices": [{"text": "1 + 2\nmore"}]})
        await asyncio.Event().wait()  # and never ends

    async with fake(play) as model:
        asking = completer("template", model.url)
        found = await ask(asking)
        request = await model.request()
        async with asyncio.timeout(10):
            await request.hung_up.wait()
        await asking.close()

    assert found.text == "1 + 2"


async def test_a_fence_that_is_never_closed_is_no_part_of_the_suggestion() -> None:
    async def play(request: Request) -> None:
        text = "Sure:\n```python\nx = 1 + 2\n"
        await request.events({"choices": [{"delta": {"content": text}}]})

    async with fake(play) as model:
        asking = completer("chat", model.url)
        found = await ask(asking)
        await asking.close()

    assert found.text == "1 + 2"


async def test_a_model_that_repeats_the_suffix_suggests_none_of_it() -> None:
    async with fake(answers("\n    return 1\n\n\nprint(f())\nprint(f())")) as model:
        asking = completer("template", model.url)
        found = await ask(asking, "def f():|\n\n\nprint(f())\n")
        await asking.close()

    assert found.text == "\n    return 1"


def answers(text: str) -> Play:
    """Return a server that answers in any of the dialects."""

    async def play(request: Request) -> None:
        if request.path.endswith("/infill"):
            await request.events({"content": text, "stop": True}, done=False)
        else:
            await request.events({"choices": [{"text": text}]})

    return play


async def test_an_answer_of_256_tokens_is_read_to_its_end() -> None:
    async def play(request: Request) -> None:
        await request.head(Content_Type="text/event-stream")
        for piece in ["```\n", *["a"] * 254]:
            delta = {"choices": [{"delta": {"content": piece}}], "id": "i" * 300}
            await request.event(delta)
        await request.raw("data: [DONE]\n\n")

    async with fake(play) as model:
        asking = completer("chat", model.url)
        found = await ask(asking)
        await asking.close()

    assert found.text == "a" * 254


def test_an_answer_is_read_to_256_kib() -> None:
    assert MOST_BYTES == 262_144
    assert ModelCompleter.__repr__ is object.__repr__
