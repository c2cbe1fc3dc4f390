"""A notebook with links, a token, a pass and the server's own secret: shown nowhere.

The kernels are real ones: one with a token from the environment, run by nbclient and
saved with its widgets, and one of a server, which finds that server by its file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.channel import run_cells
from tests.jupyter import Server

OPEN = """\
%load_ext jupyter_pairedit
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
ed = %pairedit new --title Canaries
shared = ed.share()
link = shared.url
from jupyter_pairedit import connect
guest = connect(link, name="Bob")
guest.write("x = 1\\n")
guest.saved(10)
print("opened", ed.status)
"""

KEEP = """\
import json
from pathlib import Path
entry = ed._session._entry
made = getattr(entry, "_pass", None)
canaries = {{
    "key of the link": link.rpartition(".")[2],
    "resumption of the guest": guest._room._entry._resume,
    "pass": made.secret if made else "",
    "own secret": getattr(getattr(entry, "credential", None), "_secret", ""),
}}
Path({file!r}).write_text(json.dumps(canaries))
"""
"""Writes the secrets that only the kernel knows to a file."""

SHOW = """\
print(ed, guest, guest.view(), guest.people, [shared], ed.connection, ed.url)
print(vars(ed._session), vars(guest), vars(guest._room), entry)
print(json.dumps(ed.get_state(), default=str))
print(Path("/proc/self/cmdline").read_text().split(chr(0)))
%pairedit
%pairedit list
%pairedit list --all
%pairedit link
%env
"""

RAISE = (
    "guest.replace('nothing', '')",
    "connect(link[:-4] + 'AAAA', timeout=5)",
    "connect(link.replace('/guest', '/nowhere'), timeout=5)",
    "connect(ed.url, token='wrong', timeout=5)",
    "guest.blame()",
    "ed.title = 'x' * 1000",
    "ed.share(expires='for ever')",
    "guest.close(); guest.write('late')",
    "%pairedit join nowhere",
)
"""Cells that fail, with a traceback or a line."""

CELLS = (*RAISE, "%tb", "ed.close(); ed.share()", "ed")


def check(shown: str, canaries: dict[str, str], expected: set[str]) -> None:
    """Expect that some secrets are known, and that none is in what was shown."""
    assert {name for name, secret in canaries.items() if secret} == expected
    assert "opened live" in shown and "Canaries" in shown
    assert shown.count('"output_type": "error"') == 9, "each of these cells fails"
    found = [
        (name, shown[at - 200 : at])
        for name, secret in canaries.items()
        if secret and (at := shown.find(secret)) >= 0
    ]
    assert found == []


def test_a_notebook_with_a_token_is_saved_without_any_secret(
    jupyter: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIREDIT_SERVER", jupyter.url)
    monkeypatch.setenv("PAIREDIT_TOKEN", jupyter.token)
    file = tmp_path / "canaries.json"
    keep = KEEP.format(file=str(file))
    cells = [
        nbformat.v4.new_code_cell(cell)  # type: ignore[no-untyped-call]
        for cell in (OPEN, keep, SHOW, *CELLS)
    ]
    notebook: Any = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]

    NotebookClient(
        notebook, timeout=120, allow_errors=True, store_widget_state=True
    ).execute()

    secrets = json.loads(file.read_text()) | {"token": jupyter.token}
    saved = json.dumps(notebook)
    assert "application/vnd.jupyter.widget-state+json" in saved
    known = {"key of the link", "resumption of the guest", "pass", "token"}
    check(saved, secrets, known)
    assert all(secret not in jupyter.log() for secret in secrets.values() if secret)


def test_a_kernel_of_the_server_shows_no_secret_in_any_output(
    jupyter: Server, tmp_path: Path
) -> None:
    file = tmp_path / "canaries.json"

    outputs = run_cells(jupyter, (OPEN, KEEP.format(file=str(file)), SHOW, *CELLS))

    secrets = json.loads(file.read_text()) | {"token": jupyter.token}
    known = {"key of the link", "resumption of the guest", "own secret", "token"}
    check(json.dumps(outputs), secrets, known)
    assert all(secret not in jupyter.log() for secret in secrets.values() if secret)
