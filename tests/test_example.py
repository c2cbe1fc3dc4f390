"""The notebook that README's first command opens."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.channel import run_cells
from tests.jupyter import Server

GREET = 'def greet(name):\n    return f"Hello, {name}!"\n'


@pytest.fixture
def example(root: Path) -> Path:
    return root / "examples" / "pair.ipynb"


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server("jupyter_server", tmp_path_factory.mktemp("jupyter"), {})
    server.start()
    yield server
    server.stop()


def cells(notebook: Path) -> list[dict[str, Any]]:
    found = json.loads(notebook.read_text("utf-8"))["cells"]
    assert isinstance(found, list)
    return found


def code(notebook: Path) -> list[str]:
    return [
        "".join(cell["source"])
        for cell in cells(notebook)
        if cell["cell_type"] == "code"
    ]


def printed(outputs: list[dict[str, Any]]) -> str:
    """Return what cells have printed, displayed, and failed with."""
    return "".join(
        "".join(
            output.get("text")
            or output.get("data", {}).get("text/plain")
            or output.get("evalue", "")
        )
        for output in outputs
    )


def execute(
    command: str, example: Path, folder: Path, **environment: str
) -> dict[str, Any]:
    """Run the notebook in a folder of its own. Return it with its outputs."""
    shutil.copy(example, folder)
    own = {"HOME": str(folder), "IPYTHONDIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=folder,
        env={**os.environ, **own, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def expect_a_room(said: str, server: Server, connection: str) -> None:
    """The cells have printed what holds of a room, and the room has the code."""
    assert "UsageError" not in said
    assert "Traceback" not in said
    assert "PairEditor(room '" in said
    (address,) = set(re.findall(r"http\S+/pairedit/room/[A-Za-z0-9]+", said))
    room = address.rpartition("/")[2]
    assert address == server.call(f"pairedit/rooms/{room}")["url"]
    assert re.search(r"^live \[.*\]$", said, re.MULTILINE)
    assert f"{connection}: {server.url}" in said
    assert "Saved 2 lines to greet.py" in said
    assert "'Hello, world!'" in said
    assert server.call(f"pairedit/rooms/{room}/code")["code"] == GREET
    assert server.call(f"pairedit/rooms/{room}")["title"] == "Our first room"
    assert server.token not in said


def test_the_example_is_a_valid_notebook(example: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # such as a missing cell id
        nbformat.validate(json.loads(example.read_text("utf-8")))


def test_the_example_carries_no_results(example: Path) -> None:
    for cell in cells(example):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert cell["metadata"] == {}


def test_the_example_shows_the_steps_of_a_first_room(example: Path) -> None:
    first, second, *rest = code(example)
    assert first == "%load_ext jupyter_pairedit"
    assert second.startswith("ed = %pairedit open ")
    for step in ("%pairedit link", "ed.code", "%pairedit save"):
        assert any(step in cell for cell in rest)


COMMANDS = (
    "nbconvert --to notebook --execute --stdout pair.ipynb",
    "papermill pair.ipynb -",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_runs_without_a_page_and_without_a_server(
    example: Path, tmp_path: Path, command: str
) -> None:
    """No cell fails, and each prints what it prints while a page is missing."""
    said = printed(outputs(execute(command, example, tmp_path)))

    assert "UsageError" not in said
    assert "PairEditor(room '" in said
    assert "appears once its editor is shown" in said
    assert "(the page reports: " in said
    assert "wrote no file for it" in said
    assert "Saved 2 lines to greet.py" in said
    assert "'Hello, world!'" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_runs_without_a_page_on_the_server_of_the_environment(
    example: Path, tmp_path: Path, jupyter: Server, command: str
) -> None:
    notebook = execute(
        command,
        example,
        tmp_path,
        PAIREDIT_SERVER=jupyter.url,
        PAIREDIT_TOKEN=jupyter.token,
    )

    expect_a_room(printed(outputs(notebook)), jupyter, "environment")
    assert jupyter.token not in json.dumps(notebook)


def test_the_example_runs_in_nbclient_and_keeps_the_last_code_for_a_page(
    example: Path, tmp_path: Path, jupyter: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIREDIT_SERVER", jupyter.url)
    token = tmp_path / "token"
    token.write_text(jupyter.token)
    monkeypatch.setenv("PAIREDIT_TOKEN_FILE", str(token))
    # Other notebooks have opened this room before: the assignment must be a change.
    room = jupyter.call("pairedit/rooms", "POST", {"name": "Our first room"})["roomId"]
    jupyter.call(f"pairedit/rooms/{room}/code", "PUT", {"code": "before\n"})
    notebook = nbformat.reads(example.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]

    NotebookClient(
        notebook,
        timeout=120,
        store_widget_state=True,
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()

    expect_a_room(printed(outputs(notebook)), jupyter, "environment")
    widgets = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]
    (state,) = (
        each["state"]
        for each in widgets["state"].values()
        if "room_id" in each["state"]
    )
    assert state["code"] == GREET
    assert state["_writes"] == state["_writes_done"] == 1
    assert jupyter.token not in json.dumps(notebook)


def test_the_example_runs_in_a_kernel_of_the_server_without_a_page(
    example: Path, jupyter: Server
) -> None:
    said = [output for cell in run_cells(jupyter, code(example)) for output in cell]

    expect_a_room(printed(said), jupyter, "this server's own file")
