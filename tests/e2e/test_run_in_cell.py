"""``ed.run()`` in a kernel of a real server, without a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from jupyter_pairedit.client import Room, connect
from tests.jupyter import Server
from tests.oldkernel import install_ipykernel_6

from .kernels import own_file, wait_until_ready

SOON = 60
"""Seconds after which a test that waits in vain fails."""
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Own(Server):
    """A server that is ready when it has written its file."""

    def call(self, path: str, *more: Any, **named: Any) -> Any:
        """Answer when the file is there; see ``Server.call`` for a server by http."""
        if path == "own file":
            return own_file(self.folder / "runtime")
        return super().call(path, *more, **named)


class Notebook:
    """A kernel of the server, and the cells that are run in it."""

    def __init__(self, server: Server, kernel: str) -> None:
        self.server = server
        self.id = server.call("api/kernels", "POST", {"name": kernel})["id"]
        file = server.folder / "runtime" / f"kernel-{self.id}.json"
        self._client = BlockingKernelClient(connection_file=str(file))
        self._client.load_connection_file()
        self._client.start_channels()
        wait_until_ready(self._client)
        self.room = self.text(
            "%load_ext jupyter_pairedit\n"
            "from jupyter_pairedit import new_room\n"
            "ed = new_room('', limit=9)\n"
            "assert 'own file' in ed.connection, ed.connection\n"
            "print(ed.room_id)"
        ).strip()

    def cell(self, code: str) -> tuple[str, list[tuple[str, Any]]]:
        """Run a cell. Return the status of its reply, and what it shows."""
        shown: list[tuple[str, Any]] = []

        def keep(message: dict[str, Any]) -> None:
            shown.append((message["msg_type"], message["content"]))

        reply = self._client.execute_interactive(
            code, timeout=SOON, output_hook=keep, allow_stdin=False
        )
        return str(reply["content"]["status"]), shown

    def cells(self, *codes: str) -> list[str]:
        """Queue cells as *Run All* does. Return the status of each."""
        ids = [self._client.execute(code, stop_on_error=True) for code in codes]
        found: dict[str, str] = {}
        while len(found) < len(ids):
            reply = self._client.get_shell_msg(timeout=SOON)
            found[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
        return [found[each] for each in ids]

    def text(self, code: str) -> str:
        """Run a cell that succeeds. Return what it prints."""
        status, shown = self.cell(code)
        assert status == "ok", shown
        return printed(shown)

    def write(self, code: str) -> None:
        """Replace the code of the room from the kernel. Wait until the room has it."""
        self.text(f"ed.code = {code!r}")
        path = f"pairedit/rooms/{self.room}/code"
        while self.server.call(path)["code"] != code:
            pass  # A program may be quicker than the kernel.

    def runs(self) -> list[dict[str, Any]]:
        """Return the runs of the room, from the API."""
        path = f"pairedit/rooms/{self.room}/runs"
        return list(self.server.call(path)["runs"])

    def outputs(self, run: int) -> list[list[Any]]:
        """Return the outputs of a run, from the API."""
        path = f"pairedit/rooms/{self.room}/runs/{run}/outputs"
        found = self.server.call(path)["outputs"]
        return [[*output[:3], *filter(None, output[3:])] for output in found]

    def bind(self) -> None:
        """Make this kernel that of the room."""
        path = f"pairedit/rooms/{self.room}/kernel"
        self.server.call(path, "PUT", {"kernelId": self.id})

    def member(self) -> Room:
        """Connect a program with the token of the server."""
        return connect(self.room, server=self.server.url, token=self.server.token)

    def ended(self) -> tuple[dict[str, Any], list[list[Any]]]:
        """Wait for the end of the last run. Return it and its outputs."""
        while not (run := self.runs()[-1]).get("endedAt"):
            pass  # The end of the cell may have overtaken the report.
        return run, self.outputs(run["run"])

    def close(self) -> None:
        self._client.stop_channels()


def printed(shown: list[tuple[str, Any]]) -> str:
    return "".join(each["text"] for kind, each in shown if kind == "stream")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("jupyter")
    server = Own("jupyter_server", folder, {}, (), "own file")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=[7, 6])
def notebook(
    request: pytest.FixtureRequest,
    server: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Notebook]:
    """A notebook with each version of ipykernel."""
    kernel = "python3"
    if request.param == 6:
        kernel = "ipykernel-6"
        folder = tmp_path_factory.mktemp(kernel)
        install_ipykernel_6(folder)
        server.add_kernel(kernel, folder)
    notebook = Notebook(server, kernel)
    version = notebook.text("import ipykernel\nprint(ipykernel.__version__)")
    assert version.startswith(f"{request.param}.")
    yield notebook
    notebook.close()


def test_the_room_has_the_same_output_as_the_cell(notebook: Notebook) -> None:
    assert notebook.text("print(ed.kernel_id)").strip() == notebook.id
    code = "print('out')\nx = 41\nx + 1\n"
    notebook.write(code)

    status, shown = notebook.cell("ed.run()")

    assert (status, printed(shown)) == ("ok", "out\n")
    (result,) = [each for kind, each in shown if kind == "execute_result"]
    assert result["data"]["text/plain"] == "42"
    run, outputs = notebook.ended()
    assert (run["state"], run["inCell"]) == ("done", True)
    assert outputs == [[0, "stdout", "out\n"], [1, "result", "42"]]
    assert notebook.text("print(x)") == "41\n"


def test_exactly_the_text_of_a_version_is_executed(notebook: Notebook) -> None:
    code = "'😀'; here = 'ä'\n"
    notebook.write(code)
    notebook.text("ed.run()")

    run, _ = notebook.ended()
    path = f"pairedit/rooms/{notebook.room}/revisions/{run['version']}"
    assert notebook.server.call(path)["code"] == code
    assert notebook.text("print(here, end='')") == "ä"


def test_an_error_fails_the_cell_and_those_after_it(notebook: Notebook) -> None:
    notebook.write("def f():\n    return 1 / 0\n\nf()\n")

    assert notebook.cells("ed.run()", "after = 1") == ["error", "aborted"]

    run, ((_, kind, text),) = notebook.ended()
    assert (run["state"], kind) == ("error", "error")
    assert "ZeroDivisionError" in text
    assert "return 1 / 0" in COLOURS.sub("", text)
    status, shown = notebook.cell("%pairedit run")
    assert status == "error"
    assert [kind for kind, _ in shown].count("error") == 1


def test_the_traceback_of_a_group_is_shown_once_and_is_the_error_of_the_run(
    notebook: Notebook,
) -> None:
    notebook.write("raise ExceptionGroup('both', [KeyError('k'), OSError('o')])\n")

    status, shown = notebook.cell("ed.run()")

    assert status == "error"
    texts = [f"{each.get('text')}{each.get('traceback')}" for _, each in shown]
    assert "".join(texts).count("ExceptionGroup: both (2 sub-exceptions)") == 1
    run, ((_, kind, text),) = notebook.ended()
    assert (run["state"], kind) == ("error", "error")
    assert text.count("ExceptionGroup: both (2 sub-exceptions)") == 1


def test_a_plot_and_a_progress_bar_are_shown_to_both(notebook: Notebook) -> None:
    notebook.write(
        "%matplotlib inline\n"
        "import matplotlib.pyplot as plt\n"
        "for done in range(101):\n"
        "    print(f'\\r{done}%', end='')\n"
        "plt.plot([1, 2]);\n"
    )

    status, shown = notebook.cell("ed.run()")

    images = [each for kind, each in shown if kind == "display_data"]
    assert status == "ok"
    run, outputs = notebook.ended()
    assert run["state"] == "done"
    assert outputs[0] == [0, "stdout", "100%"]
    (image,) = [each for each in outputs if each[1] == "display"]
    assert image[-2] == "image/png"
    assert image[-1] == "".join(images[0]["data"]["image/png"].split())


def test_a_flood_is_cut_for_the_room_and_not_for_the_cell(notebook: Notebook) -> None:
    notebook.write("for _ in range(30_000):\n    print('x' * 99)\n")

    status, shown = notebook.cell("ed.run()")

    assert (status, len(printed(shown))) == ("ok", 3_000_000)
    run, outputs = notebook.ended()
    assert run["state"] == "done"
    assert run["leftOut"] > 0
    assert 900_000 < sum(len(each[2]) for each in outputs) <= 1024 * 1024


def test_text_of_a_guest_is_run_only_when_it_was_asked_for(notebook: Notebook) -> None:
    notebook.write("mine = 1\n")
    path = f"pairedit/rooms/{notebook.room}/invites"
    link = notebook.server.call(path, "POST", {"role": "edit"})["url"]
    with connect(link, name="Bob") as bob:
        bob.replace("mine = 1", "mine = 2")
        version = bob.saved(SOON)
    notebook.text(f"assert ed.wait_for(lambda ed: ed._version == {version}, 60)")
    before = len(notebook.runs())

    status, shown = notebook.cell("ed.run()")

    assert status == "error", shown
    ((_, error),) = [each for each in shown if each[0] == "error"]
    assert error["ename"] == "Unread"
    assert "line 1 (Bob (guest)): mine = 2" in error["evalue"]
    assert len(notebook.runs()) == before
    assert notebook.cell("mine")[0] == "error"
    assert notebook.text("ed.run(unread=True)\nprint(mine)") == "2\n"
    assert notebook.ended()[0]["state"] == "done"


def test_what_stays_in_the_cell_is_no_run_of_the_room(notebook: Notebook) -> None:
    notebook.write("print('only here')\n")
    before = len(notebook.runs())

    assert notebook.text("ed.run(share=False)") == "only here\n"

    assert len(notebook.runs()) == before
    assert notebook.text("print(ed.outputs[0].text)") == "only here\n\n"


def test_outputs_of_a_run_that_a_program_made_are_known_in_the_notebook(
    notebook: Notebook,
) -> None:
    notebook.bind()
    notebook.write("print('by a program')\n")
    with notebook.member() as member:
        run = member.run(unread=True)
        assert run.wait(SOON) == "done"
        assert [each.text for each in run.outputs] == ["by a program\n"]

    assert notebook.text(
        "texts = lambda ed: [each.text for each in ed.outputs]\n"
        "assert ed.wait_for(lambda ed: texts(ed) == ['by a program\\n'], 60)\n"
        "ed.run(share=False)\n"
        "print(len(ed.outputs))"
    ) == ("by a program\n1\n")


def test_code_that_runs_its_own_room_ends_with_an_error(notebook: Notebook) -> None:
    notebook.bind()
    notebook.write("ed.run()\n")
    with notebook.member() as member:
        run = member.run(unread=True)

        assert run.wait(SOON) == "error"

        assert "a run inside a run" in run.outputs[-1].text


def test_an_interrupt_stops_the_run(notebook: Notebook) -> None:
    notebook.write("import time\nprint('waits', flush=True)\ntime.sleep(100)\n")
    client = notebook._client
    asked = client.execute("ed.run()")
    while client.get_iopub_msg(timeout=SOON)["content"].get("text") != "waits\n":
        pass

    notebook.server.call(f"api/kernels/{notebook.id}/interrupt", "POST", {})

    reply = client.get_shell_msg(timeout=SOON)
    assert reply["parent_header"]["msg_id"] == asked
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    run, outputs = notebook.ended()
    assert run["state"] == "stopped"
    assert outputs[0] == [0, "stdout", "waits\n"]
