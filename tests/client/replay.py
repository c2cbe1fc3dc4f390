"""Replays what a TypeScript client experienced to the Python client.

``js/test/recording.ts`` plays random schedules with TypeScript clients and prints what
happened to each of them. The Python client must send the same and show the same, so
that it can take the place of any of them.
"""

from __future__ import annotations

import json
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from jupyter_pairedit.client.messages import read_frame
from jupyter_pairedit.client.sync import Sync
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.marks import marks_of
from jupyter_pairedit.core.replica import Replica
from jupyter_pairedit.protocol import ClientMessage, Hello, WriteId

Schedule = dict[str, Any]
"""``{"seed", "text", "clients": [{"key", "steps"}]}``, see ``recording.ts``."""


def schedules_of(seeds: Sequence[int], node: Path, root: Path) -> Iterator[Schedule]:
    """Play the schedules of the seeds with TypeScript clients, in one run of node."""
    printed = subprocess.run(
        [str(node), "test/schedules.mjs"],
        cwd=root / "js",
        input="\n".join(map(str, seeds)).encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    schedules = printed.splitlines()
    assert len(schedules) == len(seeds)
    return map(json.loads, schedules)


_ONLY_BROWSERS = ("differences", "confirmsLogin", "accepted")
"""What ``hello`` says of a browser's client, and programs do not know."""


def _known(message: object) -> object:
    """Return a recorded message without the fields that programs do not send."""
    if not isinstance(message, dict) or message.get("type") != "hello":
        return message
    return {name: message[name] for name in message if name not in _ONLY_BROWSERS}


class Replay:
    """A Python client that experiences the same. It is its own line."""

    def __init__(self, key: str) -> None:
        self.replica = Replica()
        self.sync = Sync(self.replica, key, self)
        self._output: list[object] = []

    def greet(self, hello: Hello) -> None:
        """See ``Line``."""
        self.send(hello)

    def send(self, message: ClientMessage) -> None:
        """See ``Line``."""
        self._output.append(msgspec.to_builtins(message))

    def restart(self) -> None:
        """See ``Line``. The connection is closed at once."""
        self._output.append("restart")
        self.sync.closed()

    def refuse(self, message: str) -> None:
        """See ``Line``. The connection is closed at once."""
        self._output.append("refuse")
        self.sync.closed()

    def step(self, recorded: dict[str, Any]) -> None:
        """Do one step, and compare what it sends and shows."""
        self._output = []
        self._do(*recorded["input"])
        code = str(self.replica.doc).encode("utf-8", "surrogatepass")
        assert self._output == [_known(each) for each in recorded["output"]]
        assert f"{zlib.crc32(code):08x}" == recorded["hash"]
        assert self.replica.version == recorded["version"]
        assert self.sync.unsent == recorded["unsent"]

    def _do(self, name: str, *arguments: Any) -> None:
        if name == "edit":
            changes, marks = arguments
            self.replica.edit(ChangeSet.from_json(changes), marks_of(marks))
        elif name == "received":
            message = read_frame(json.dumps(arguments[0]))
            assert message is not None, arguments
            self.sync.received(message)
        elif name == "replace":
            code, (writer, number) = arguments
            self.sync.replace(code, WriteId(writer, number))
        else:
            getattr(self.sync, name)()


def replay(schedule: Schedule) -> int:
    """Replay a schedule for each of its clients. Returns the number of steps."""
    count = 0
    for client in schedule["clients"]:
        python = Replay(client["key"])
        for index, step in enumerate(client["steps"]):
            try:
                python.step(step)
            except BaseException as error:
                seed, key = schedule["seed"], client["key"]
                error.add_note(f"seed {seed}, {key}, step {index}: {step['input'][0]}")
                raise
            count += 1
    return count
