"""The settings of the completer, and what is said about wrong ones."""

from __future__ import annotations

import logging
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit import autocomplete
from jupyter_pairedit.autocomplete import choose_completer
from jupyter_pairedit.autocomplete.address import check_url
from jupyter_pairedit.autocomplete.asking import ModelCompleter
from jupyter_pairedit.autocomplete.base import Completer, Origin
from jupyter_pairedit.autocomplete.keys import read_key
from jupyter_pairedit.autocomplete.mock import MockCompleter
from jupyter_pairedit.autocomplete.trouble import BadCompleter
from jupyter_pairedit.core.limits import Limits

from .asking import ask
from .servers import CANARY

HERE = "http://127.0.0.1:8080"


def choose(**settings: Any) -> tuple[Completer, str]:
    names = ("", "_url", "_model", "_template", "_key", "_proxy")
    values = {f"completer{name}": settings.pop(name.strip("_"), "") for name in names}
    assert settings == {}
    values["completer"] = values["completer"] or "mock"
    return choose_completer(values, Limits())


def set_to(completer: object, **settings: Any) -> tuple[Completer, str]:
    return choose(**{"": completer, **settings})


def test_the_mock_is_the_default() -> None:
    found, problem = choose()

    assert isinstance(found, MockCompleter)
    assert (found.origin, found.trouble, problem) == (Origin("mock"), "", "")


MOCK = """
import asyncio, sys

opened = []
sys.addaudithook(lambda event, _: event.startswith("socket.") and opened.append(event))
from jupyter_pairedit.autocomplete import load_completer
from jupyter_pairedit.autocomplete.base import Question
from jupyter_pairedit.autocomplete.model import Options
from jupyter_pairedit.core.limits import Limits

answer = load_completer(Options("mock"), Limits()).complete(Question("", 0, "python"))
try:
    answer.send(None)
except StopIteration as found:
    print(found.value.text, "httpx" in sys.modules, opened)
"""


def test_the_mock_opens_no_socket_and_loads_no_client() -> None:
    done = subprocess.run([sys.executable, "-c", MOCK], capture_output=True, text=True)

    assert (done.stdout, done.stderr) == ("print('Hello, World!') False []\n", "")


@pytest.mark.parametrize(
    ("settings", "by", "host", "local"),
    [
        ({"": "infill"}, "a model", "127.0.0.1:8080", True),
        ({"": "ollama", "model": "m"}, "m", "127.0.0.1:11434", True),
        ({"": "fim"}, "codestral-latest", "codestral.mistral.ai", False),
        (
            {"": "openai", "url": "https://api.example/beta", "model": "d"},
            "d",
            "api.example",
            False,
        ),
        ({"": "template", "url": HERE, "model": "qwen3"}, "qwen3", HERE[7:], True),
        ({"": "template", "url": HERE, "template": "qwen"}, "a model", HERE[7:], True),
    ],
)
async def test_a_completer_says_where_the_code_goes(
    settings: dict[str, str], by: str, host: str, local: bool
) -> None:
    found, problem = choose(**settings)
    await found.close()

    assert problem == ""
    assert found.origin == Origin(by, host, local)


@pytest.mark.parametrize(
    ("settings", "name", "words"),
    [
        (
            {"": "evil"},
            "completer",
            "expected one of mock, infill, ollama",
        ),
        ({"": 5}, "completer", "expected a string, found 5"),
        ({"": "chat", "model": "m"}, "completer_url", "found none"),
        ({"": "ollama"}, "completer_model", "expected the name of a model"),
        ({"": "template", "url": HERE, "model": "gpt"}, "completer_template", "qwen"),
        ({"": "template", "url": HERE, "template": "x"}, "completer_template", "'x'"),
        ({"": "infill", "url": "http://h.example"}, "completer_url", "use https"),
        ({"": "infill", "url": 7}, "completer_url", "found 7"),
        ({"": "infill", "key": CANARY}, "completer_key", "found something else"),
        (
            {"": "infill", "proxy": "proxy.example:3128"},
            "completer_proxy",
            "something else",
        ),
        (
            {"": "infill", "proxy": "socks5://here:1"},
            "completer_proxy",
            "something else",
        ),
        (
            {"": "infill", "proxy": "http://here:99999"},
            "completer_proxy",
            "something else",
        ),
        (
            {"": "infill", "proxy": "http://here/path"},
            "completer_proxy",
            "something else",
        ),
        (
            {"": "infill", "proxy": f"http://me:{CANARY}@here"},
            "completer_proxy",
            "a password",
        ),
        ({"": "infill", "key": ["k", CANARY]}, "completer_key", "expected a string"),
    ],
)
def test_a_wrong_setting_is_one_line_and_the_mock_goes_on(
    settings: dict[str, Any], name: str, words: str
) -> None:
    found, problem = choose(**settings)

    assert isinstance(found, MockCompleter)
    assert problem.startswith(f"PairEdit.{name}: ") and words in problem
    assert problem.endswith("; using 'mock'")
    assert "\n" not in problem and CANARY not in problem


def test_without_httpx_the_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "jupyter_pairedit.autocomplete.stream", None)

    _, problem = set_to("infill")

    assert "pip install 'jupyter_pairedit[ai]'" in problem


# --- the address ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "target", "host", "local"),
    [
        ("https://api.example/v1/", "https://api.example/v1", "api.example", False),
        ("http://127.0.0.1:8080", HERE, "127.0.0.1:8080", True),
        ("http://[::1]:8080/x", "http://[::1]:8080/x", "[::1]:8080", True),
        ("http://localhost:8080", HERE, "localhost:8080", True),
        ("http://a.localhost:8080", HERE, "a.localhost:8080", True),
        ("https://localhost", "https://localhost", "localhost", True),
    ],
)
def test_a_name_of_this_machine_is_resolved_once(
    url: str, target: str, host: str, local: bool
) -> None:
    found = check_url(url, lambda name: ["::1", "127.0.0.1"])

    assert (found.url, found.host, found.local) == (target, host, local)


@pytest.mark.parametrize(
    "url",
    [
        f"https://ann:{CANARY}@api.example/v1",
        f"https://{CANARY}@api.example/v1",
        f"https://api.example/v1?key={CANARY}",
        f"https://api.example/v1#{CANARY}",
        "http://api.example/v1",
        "http://192.168.1.5:8080",
        "http://0.0.0.0:8080",
        "http://169.254.169.254/latest",
        "http://[::ffff:8.8.8.8]/",
        "file:///etc/passwd",
        "https://",
        "https://h:0",
        "https://h:99999",
        "api.example",
        "",
    ],
)
def test_another_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadCompleter) as refused:
        check_url(url, lambda name: ["127.0.0.1"])

    assert "PairEdit.completer_url: expected an address such as" in str(refused.value)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize("numbers", [["127.0.0.1", "10.0.0.1"], ["8.8.8.8"], []])
def test_localhost_that_is_another_machine_is_refused(numbers: list[str]) -> None:
    with pytest.raises(BadCompleter, match="use https"):
        check_url("http://localhost:8080", lambda name: numbers)


# --- the key --------------------------------------------------------------------------


def test_a_key_is_read_from_a_variable_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{CANARY}\n")
    file.chmod(0o600)

    assert read_key("", {}) == ""
    assert read_key("MY_KEY", {"MY_KEY": f" {CANARY} "}) == CANARY
    assert read_key(f"file:{file}", {}) == CANARY


@pytest.mark.parametrize(
    ("setting", "environ"),
    [
        (CANARY, {}),
        (CANARY.replace("-", "_"), {}),
        ("MY_KEY", {"MY_KEY": ""}),
        ("MY_KEY", {"MY_KEY": f"{CANARY}\r\nX-Other: 1"}),
        ("MY_KEY", {"MY_KEY": f"{CANARY}ü"}),
        ("file:/nowhere/key", {}),
        ("file:\0", {}),
        ("file:/dev/null", {}),
        ("file:/", {}),
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(
    setting: str, environ: dict[str, str]
) -> None:
    with pytest.raises(BadCompleter) as refused:
        read_key(setting, environ)

    assert "PairEdit.completer_key: expected the name of an" in str(refused.value)
    assert CANARY[:6] not in str(refused.value)


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620])
def test_a_file_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text(CANARY)
    file.chmod(mode)

    with pytest.raises(BadCompleter, match="mode has to be 0600"):
        read_key(f"file:{file}", {})


def test_a_link_to_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(CANARY)
    file.chmod(0o600)
    (tmp_path / "link").symlink_to(file)

    with pytest.raises(BadCompleter, match="a link"):
        read_key(f"file:{tmp_path / 'link'}", {})


async def test_a_key_that_has_gone_since_the_start_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MY_KEY", CANARY)
    found, problem = set_to("infill", url="http://127.0.0.1:9", key="MY_KEY")
    assert problem == "" and isinstance(found, ModelCompleter)
    monkeypatch.delenv("MY_KEY")
    caplog.set_level(logging.WARNING)

    answer = await ask(found)

    await found.close()
    assert "PairEdit.completer_key" in answer.detail
    assert [each.exc_info for each in caplog.records] == [None]


# --- other packages -------------------------------------------------------------------


def plug_in(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    point = EntryPoint("other", value, autocomplete.GROUP)
    monkeypatch.setattr(
        autocomplete,
        "entry_points",
        lambda group, name: [point] if (group, name) == (point.group, "other") else [],
    )


async def test_another_package_can_bring_a_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plug_in(monkeypatch, "tests.autocomplete.plugin:make")

    found, problem = set_to("other", model="m")
    assert problem == "" and isinstance(found, ModelCompleter)
    answer = await ask(found, "def f(a, b):\n    return |")
    await found.close()

    assert answer.text == "a + b"
    assert found.origin == Origin("other m", "other.example", False)


def test_a_package_that_does_not_start_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plug_in(monkeypatch, "tests.autocomplete.plugin:refuse")
    assert "'other' of another package does not start: expected" in set_to("other")[1]

    plug_in(monkeypatch, "tests.autocomplete.nowhere:make")
    assert "does not start: ModuleNotFoundError" in set_to("other")[1]


def test_entry_points_are_not_read_for_a_name_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(autocomplete, "entry_points")

    assert set_to("mock")[1] == "" and "found none" in set_to("ollama")[1]
