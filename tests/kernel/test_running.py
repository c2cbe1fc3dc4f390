"""``ed.run()`` in a cell, without a server."""

from __future__ import annotations

import builtins
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.kernel.widget import new_room

from .magics import execute, refusal, run

if TYPE_CHECKING:
    from ..conftest import Page

NOT_SHARED = "Only this cell shows the output."


def shown(shell: InteractiveShell) -> list[tuple[str, str]]:
    """Return the kinds and texts of the outputs of the last run."""
    found = shell.user_ns["ed"].outputs
    assert [each.number for each in found] == sorted(each.number for each in found)
    return [(each.kind, each.text) for each in found]


@pytest.fixture
def shell(shell: InteractiveShell, page: Page) -> InteractiveShell:
    """A shell with an editor ``ed`` that no server knows."""
    shell.user_ns["ed"] = new_room("")
    return shell


def run_code(shell: InteractiveShell, code: str) -> None:
    shell.user_ns["ed"].code = code
    run(shell, "ed.run()")


def test_the_code_is_executed_as_if_the_cell_contained_it(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run_code(shell, "%cd .\nimport sys\nx = 20\nprint('out')\nx + 1\n")

    assert shell.user_ns["x"] == 20
    printed = capsys.readouterr().out
    assert "out" in printed and "21" in printed and NOT_SHARED in printed
    assert shown(shell)[-2:] == [
        ("stdout", f"{shell.user_ns['_dh'][-1]}\nout\n"),
        ("result", "21"),
    ]


def test_what_is_printed_to_both_streams_keeps_its_order(
    shell: InteractiveShell,
) -> None:
    run_code(
        shell,
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\n"
        "print('20%', end='\\rdone')\n",
    )

    assert shown(shell) == [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "done")]


def test_displays_updates_and_clearing_are_recorded(shell: InteractiveShell) -> None:
    run_code(
        shell,
        "from IPython.display import clear_output, display, HTML\n"
        "print('old')\nclear_output()\n"
        "handle = display(HTML('<b>1</b>'), display_id=True)\n"
        "handle.update(HTML('<b>2</b>'))\n",
    )

    (output,) = shell.user_ns["ed"].outputs
    assert (output.kind, output.mime, output.data) == (
        "display",
        "text/html",
        "<b>2</b>",
    )


def test_images_are_recorded_with_the_sizes_of_their_metadata(
    shell: InteractiveShell,
) -> None:
    png = "b'\\x89PNG\\r\\n\\x1a\\n'"
    run_code(
        shell,
        "from IPython.display import Image, display\n"
        f"shown = display(Image({png}, width=10), display_id=True)\n"
        f"shown.update(Image({png}, width=20, height=30))\n"
        f"Image({png}, height=40)",
    )

    sizes = [
        (each.kind, each.width, each.height) for each in shell.user_ns["ed"].outputs
    ]
    assert sizes == [("display", 20, 30), ("result", 0, 40)]


def test_an_exception_is_raised_in_the_cell_and_shown_once(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    ed = shell.user_ns["ed"]
    ed.code = "def f():\n    return 1 / 0\nf()\n"
    capsys.readouterr()

    done = execute(shell, "ed.run()\nafter = 1")

    assert isinstance(done.error_in_exec, ZeroDivisionError)
    assert "after" not in shell.user_ns
    printed = capsys.readouterr().out
    assert printed.count("ZeroDivisionError: division by zero") == 1
    assert "return 1 / 0" in printed
    assert "executing.py" not in printed
    ((kind, text),) = shown(shell)
    assert kind == "error"
    assert "return 1 / 0" in text and "ed.run()" not in text


def test_a_cell_that_catches_the_exception_shows_none(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.user_ns["ed"].code = "print(1)\nraise KeyError('k')\n"
    capsys.readouterr()

    run(shell, "try:\n    ed.run()\nexcept KeyError as error:\n    found = error.args")

    assert shell.user_ns["found"] == ("k",)
    assert "KeyError" not in capsys.readouterr().out
    assert [kind for kind, _ in shown(shell)] == ["stdout", "error"]


def test_an_error_that_the_code_itself_shows_stays_in_the_cell(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    run_code(
        shell,
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n"
        "    get_ipython().showtraceback()\nprint('on')\n",
    )

    assert "ZeroDivisionError" in capsys.readouterr().out
    assert [kind for kind, _ in shown(shell)] == ["error", "stdout"]


@pytest.mark.parametrize("code", ["x = = 1\n", "%no_such_magic\n", "if 1:\nx"])
def test_code_that_cannot_be_executed_fails_the_cell(
    shell: InteractiveShell, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.user_ns["ed"].code = code

    done = execute(shell, "ed.run()\nafter = 1")

    assert not done.success
    assert "after" not in shell.user_ns
    assert len(shown(shell)) == 1


def test_results_and_numbers_of_cells_stay_as_they_are(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    # IPython leaves "_" alone where a program has installed translations.
    monkeypatch.delattr(builtins, "_", raising=False)
    shell.run_cell("'mine'", store_history=True)  # type: ignore[no-untyped-call]
    before, count = dict(shell.user_ns["Out"]), shell.execution_count
    under = shell.user_ns["_"]

    shell.user_ns["ed"].code = "'theirs'\n"
    shell.run_cell("ed.run(); kept = _; 'own'", store_history=True)  # type: ignore[no-untyped-call]

    assert shell.execution_count == count + 1
    assert shell.user_ns["kept"] is under
    new = shell.user_ns["Out"].items() - before.items()
    assert [value for _, value in new] == ["own"]
    assert "theirs" not in [shell.user_ns[f"_{number}"] for number, _ in new]
    assert shell.user_ns["In"][-1] == "ed.run(); kept = _; 'own'"


def test_a_part_is_executed(shell: InteractiveShell) -> None:
    shell.user_ns["ed"].code = "print('😀')\nprint(2)\n"

    run(shell, "ed.run(part=(11, 20))")
    assert shown(shell) == [("stdout", "2\n")]
    with pytest.raises(ValueError, match="expected a part from 0 to 20"):
        run(shell, "ed.run(part=(0, 99))")


def test_output_of_other_threads_is_not_part_of_the_run(
    shell: InteractiveShell,
) -> None:
    go, done = threading.Event(), threading.Event()

    def other() -> None:
        assert go.wait(20)
        print("secret")
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    shell.user_ns |= {"go": go, "done": done}

    run_code(
        shell,
        "import threading\ngo.set()\nassert done.wait(20)\n"
        "own = threading.Thread(target=print, args=['own'])\nown.start()\nown.join()\n",
    )

    thread.join()
    assert shown(shell) == [("stdout", "own\n")]


def test_code_that_runs_the_room_again_gets_a_clear_error(
    shell: InteractiveShell,
) -> None:
    shell.user_ns["ed"].code = "ed.run()\n"

    done = execute(shell, "ed.run()")

    assert isinstance(done.error_in_exec, RuntimeError)
    assert "a run inside a run" in str(done.error_in_exec)
    run_code(shell, "print('again')\n")
    assert shown(shell) == [("stdout", "again\n")]


def test_another_thread_than_that_of_cells_gets_a_clear_error(
    shell: InteractiveShell,
) -> None:
    errors: list[BaseException] = []

    def call() -> None:
        try:
            shell.user_ns["ed"].run()
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()

    (error,) = errors
    assert "found another thread" in str(error)


def test_the_streams_are_as_before_after_a_run(shell: InteractiveShell) -> None:
    import sys

    before = vars(sys.stdout).get("write"), vars(shell).get("_showtraceback")

    run_code(shell, "print(1)\n")

    assert (vars(sys.stdout).get("write"), vars(shell).get("_showtraceback")) == before


def test_the_magic_runs_the_newest_room_and_its_errors_are_usage_errors(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.user_ns["ed"].code = "print('magic')\n"

    run(shell, "%pairedit run")
    assert shown(shell) == [("stdout", "magic\n")]
    assert "found 'nosuch'" in refusal(shell, "%pairedit run nosuch", capsys)

    shell.user_ns["ed"].code = "%pairedit run\n"
    done = execute(shell, "%pairedit run")
    assert isinstance(done.error_in_exec, UsageError)
    assert "a run inside a run" in str(done.error_in_exec)

    shell.user_ns["ed"].code = "int('x')\n"
    done = execute(shell, "%pairedit run")
    assert isinstance(done.error_in_exec, ValueError)


def test_nothing_is_said_if_the_cell_asks_to_keep_it_to_itself(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.user_ns["ed"].code = "print('quiet')\n"
    capsys.readouterr()

    run(shell, "ed.run(share=False)")

    assert capsys.readouterr().out == "quiet\n"


@pytest.mark.parametrize(
    ("file", "id"),
    [
        (
            "/run/kernel-1f2e3d4c-0000-4000-8000-123456789abc.json",
            "1f2e3d4c-0000-4000-8000-123456789abc",
        ),
        ("/run/kernel-4242.json", ""),
        ("", ""),
    ],
)
def test_the_id_of_the_kernel_is_that_of_its_connection_file(
    shell: InteractiveShell,
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    id: str,
) -> None:
    application = SimpleNamespace(connection_file=file)
    kernel = SimpleNamespace(parent=application, get_parent=lambda _: {})
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)

    assert new_room("").kernel_id == id
    assert page.heard[-1]["kernel_id"] == id
