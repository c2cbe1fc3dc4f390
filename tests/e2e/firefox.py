"""Firefox over WebDriver BiDi, as far as these tests need it."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
WITHIN = 30  # seconds
ENTER, SHIFT = "\ue007", "\ue008"

_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class Firefox:
    """One tab of a browser with a new profile."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._numbers = itertools.count(1)
        self._call("session.new", capabilities={})
        self._tab = self._call("browsingContext.create", type="tab")["context"]

    def open(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        self._call(
            "browsingContext.navigate", context=self._tab, url=url, wait="complete"
        )

    def run(self, script: str) -> Any:
        """Evaluate JavaScript in the page. Return its text, number or boolean."""
        done = self._call(
            "script.evaluate",
            expression=script,
            target={"context": self._tab},
            awaitPromise=True,
        )
        assert done["type"] == "success", done
        return done["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Wait until ``script`` is true."""
        end = time.monotonic() + WITHIN
        while not self.run(script):
            assert time.monotonic() < end, f"{script} is not so: {self.text('body')}"

    def text(self, selector: str) -> str:
        """Return the visible text of an element."""
        found = f"document.querySelector({json.dumps(selector)})"
        return str(self.run(f"{found}?.innerText ?? ''"))

    def type(self, text: str) -> None:
        """Press keys at the focus."""
        self._press((kind, key) for key in text for kind in ("keyDown", "keyUp"))

    def chord(self, *keys: str) -> None:
        """Press keys together at the focus."""
        downs = [("keyDown", key) for key in keys]
        self._press([*downs, *(("keyUp", key) for key in reversed(keys))])

    def _press(self, events: Iterable[tuple[str, str]]) -> None:
        keys = [{"type": kind, "value": key} for kind, key in events]
        source = {"type": "key", "id": "keys", "actions": keys}
        self._call("input.performActions", context=self._tab, actions=[source])

    def _call(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._line.recv(timeout=WITHIN))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]


def program() -> str:
    """Return the Firefox on PATH; skip without one.

    With ``PAIREDIT_BROWSER=required`` the test fails without one.
    """
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    missing = f"no Firefox: expected one of {', '.join(NAMES)} on PATH"
    if os.environ.get("PAIREDIT_BROWSER") == "required":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


@contextmanager
def firefox(program: str, folder: Path) -> Iterator[Firefox]:
    """Start Firefox with a new profile."""
    command = [program, "--headless", "--no-remote", "--profile", str(folder)]
    process = subprocess.Popen(
        [*command, "--remote-debugging-port", "0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    try:
        address = _address(process.stderr)
        # Its output must not fill the pipe.
        rest = threading.Thread(target=process.stderr.read, daemon=True)
        rest.start()
        with connect(f"{address}/session", max_size=None) as line:
            yield Firefox(line)
    finally:
        process.terminate()
        process.wait(20)
        rest.join(20)
        process.stderr.close()


def _address(stderr: IO[str]) -> str:
    said: list[str] = []
    for line in stderr:
        if found := _LISTENS.search(line):
            return found[1]
        said.append(line)
    raise AssertionError(f"Firefox did not start: {''.join(said)}")
