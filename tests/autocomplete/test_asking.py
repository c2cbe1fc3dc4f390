"""When a model is asked, and when it is not."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_pairedit.autocomplete.base import CursorOutside, Question
from jupyter_pairedit.core.limits import Limits

from .asking import ask, completer
from .servers import FakeModel, Request, Time, fake, forever

LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
KEY = f"-----BEGIN PRIVATE KEY-----\n{LINE * 100}-----END PRIVATE KEY-----\n"


async def one(request: Request) -> None:
    await request.events({"content": "alpha beta", "stop": True}, done=False)


async def hangs_up(model: FakeModel, number: int = 0) -> None:
    """Wait until the other side has closed a request's connection."""
    request = await model.request(number)
    async with asyncio.timeout(10):
        await request.hung_up.wait()


async def test_a_question_that_is_cancelled_closes_the_connection() -> None:
    async with fake(forever) as model:
        asking = completer("infill", model.url)
        question = asyncio.ensure_future(ask(asking))
        await model.request()
        question.cancel()
        await hangs_up(model)
        await asking.close()

    with pytest.raises(asyncio.CancelledError):
        await question


async def test_a_newer_question_of_the_same_person_ends_the_older_one() -> None:
    async with fake(forever) as model:
        asking = completer("infill", model.url)
        older = asyncio.ensure_future(ask(asking, "x = |", asker="ann"))
        await model.request()
        model.play = one
        newer = await ask(asking, "y = |", asker="ann")
        await hangs_up(model)
        await asking.close()

    assert (await older).detail == "A newer question has replaced this one."
    assert newer.text == "alpha beta"


async def test_a_question_that_is_cancelled_and_replaced_closes_the_connection() -> (
    None
):
    async with fake(forever) as model:
        asking = completer("infill", model.url)
        older = asyncio.ensure_future(ask(asking, "x = |", asker="ann"))
        await model.request()
        older.cancel()
        newer = asyncio.ensure_future(ask(asking, "y = |", asker="ann"))
        await hangs_up(model)
        newer.cancel()
        await asyncio.gather(older, newer, return_exceptions=True)
        await asking.close()


async def test_people_do_not_end_the_questions_of_each_other() -> None:
    async with fake(forever) as model:
        asking = completer("infill", model.url)
        older = asyncio.ensure_future(ask(asking, "x = |", asker="ann"))
        await model.request()
        model.play = one
        assert (await ask(asking, "y = |", asker="bob")).text == "alpha beta"
        assert not older.done()
        older.cancel()
        await asking.close()


async def test_four_questions_are_open_at_a_time() -> None:
    async with fake(forever) as model:
        asking = completer("infill", model.url)
        open_ = [
            asyncio.ensure_future(ask(asking, f"x{n} = |", asker=str(n)))
            for n in range(6)
        ]
        for number in range(4):
            await model.request(number)
        assert len(model.requests) == 4
        open_[0].cancel()
        await model.request(4)
        for each in open_:
            each.cancel()
        await asyncio.gather(*open_, return_exceptions=True)
        await asking.close()

    assert len(model.requests) == 5


async def test_a_person_has_60_a_minute_and_reads_when_the_next_one_comes() -> None:
    time = Time()
    async with fake(one) as model:
        limits = Limits(completions=3, completions_per=60.0)
        asking = completer("infill", model.url, time, limits=limits)
        for number in range(3):
            assert (await ask(asking, f"x{number} = |", asker="ann")).text
        refused = await ask(asking, "y = |", asker="ann")
        assert (await ask(asking, "y = |", asker="bob")).text
        time.now += 20
        assert (await ask(asking, "z = |", asker="ann")).text
        await asking.close()

    assert refused.text == ""
    assert refused.detail == (
        "You have had 3 suggestions in a short time; the next one comes in 20 s."
    )


async def test_an_equal_question_is_sent_once() -> None:
    async with fake(one) as model:
        asking = completer("infill", model.url)
        found = [(await ask(asking)).text for _ in range(3)]
        await asking.close()

    assert found == ["alpha beta"] * 3
    assert len(model.requests) == 1


async def test_another_suggestion_is_drawn_at_random_and_kept_by_its_number() -> None:
    async def play(request: Request) -> None:
        drawn = len(model.requests) if request.body["temperature"] else 0
        await request.events({"content": f"answer_{drawn}", "stop": True}, done=False)

    async with fake(play) as model:
        asking = completer("infill", model.url)
        found = [(await ask(asking, variant=n)).text for n in (0, 1, 2, 1, 0)]
        await asking.close()

    assert found == ["answer_0", "answer_2", "answer_3", "answer_2", "answer_0"]
    assert [each.body["temperature"] for each in model.requests] == [0.0, 0.8, 0.8]


async def test_the_rest_of_a_suggestion_is_known_while_it_is_typed() -> None:
    async with fake(one) as model:
        asking = completer("infill", model.url)
        found = [(await ask(asking, f"x = {t}|")).text for t in ("", "al", "alpha ")]
        assert len(model.requests) == 1
        await ask(asking, "x = bet|")
        await ask(asking, "x = alpha beta|")
        await asking.close()

    assert found == ["alpha beta", "pha beta", "beta"]
    assert len(model.requests) == 3


@pytest.mark.parametrize(
    ("code", "title", "sentence"),
    [
        ("x = |", "prod/.env", "its title is that of a file of secrets"),
        ("-----BEGIN RSA PRIVATE KEY-----\n|", "", "contains a private key"),
        (f"x = |\nk = 'sk-{'a' * 40}'", "", "contains a key of a model's provider"),
    ],
)
async def test_nothing_is_sent_of_what_looks_like_a_secret(
    code: str, title: str, sentence: str
) -> None:
    async with fake(one) as model:
        asking = completer("infill", model.url)
        found = await ask(asking, code, title=title)
        await asking.close()

    assert found.text == "" and sentence in found.detail
    assert model.connections == 0


@pytest.mark.parametrize(
    "code",
    [
        KEY.replace("-----END PRIVATE KEY-----", "x = |"),
        KEY.replace("-----END", "x = |\n-----END"),
        KEY + "x = |",
        f"x = 'sk-{'a' * 40}{'; y = 2' * 855}; z = |",
        f"x = |{'; y = 2' * 283}; z = 'sk-{'a' * 40}'",
    ],
    ids=["no last line", "inside", "after", "long line before", "long line after"],
)
async def test_no_part_of_a_secret_across_the_edge_is_sent(code: str) -> None:
    async with fake(one) as model:
        asking = completer("infill", model.url)
        found = await ask(asking, code)
        await asking.close()

    assert found.detail.startswith("Nothing is sent: the code around the caret")
    assert model.connections == 0


async def test_a_private_key_that_ends_before_the_window_hinders_nothing() -> None:
    async with fake(one) as model:
        asking = completer("infill", model.url)
        found = await ask(asking, KEY + "# 😀\n" * 1_500 + "x = |")
        await asking.close()

    assert found.text == "alpha beta"
    assert LINE not in str(model.requests[0].body)


async def test_a_secret_far_from_the_caret_is_not_sent_and_hinders_nothing() -> None:
    far = f"k = 'sk-{'a' * 40}'\n" + "x = 1\n" * 2_000

    async with fake(one) as model:
        asking = completer("infill", model.url)
        found = await ask(asking, far + "y = |")
        await asking.close()

    assert found.text == "alpha beta"
    assert "sk-" not in str(model.requests[0].body)


async def test_a_model_without_an_idea_says_so() -> None:
    async def nothing(request: Request) -> None:
        await request.events({"content": "  ", "stop": True}, done=False)

    async with fake(nothing) as model:
        asking = completer("infill", model.url, model="m")
        found = await ask(asking)
        await asking.close()

    assert (found.text, found.detail) == ("", "m suggests nothing here.")
    assert asking.trouble == ""


async def test_a_caret_outside_of_the_code_is_no_failure_of_the_model() -> None:
    asking = completer("infill", "http://127.0.0.1:9")

    with pytest.raises(CursorOutside):
        await asking.complete(Question("x", 2, "python"))
    await asking.close()
