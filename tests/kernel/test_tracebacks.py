"""The tracebacks that a cell and a room show of ``ed.run()``."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.kernel.widget import new_room
from tests.conftest import Page

from .magics import execute, run

GROUP = "raise ExceptionGroup('both', [KeyError('k'), OSError('o')])\n"
CHAINED = "try:\n    1 / 0\nexcept ZeroDivisionError:\n    int('x')\n"
CAUSED = "raise ValueError('after') from KeyError('before')\n"
IN_GROUP = f"try:\n    {GROUP}except Exception:\n    raise KeyError('later')\n"
OWN = """\
class Own(Exception):
    def _render_traceback_(self):
        return ["rendered by itself"]
raise Own
"""
BROKEN = """\
class Broken(Exception):
    def _render_traceback_(self):
        raise OSError
raise Broken("badly")
"""


@pytest.fixture
def shell(
    shell: InteractiveShell, page: Page, monkeypatch: pytest.MonkeyPatch
) -> InteractiveShell:
    """A shell with an editor that no server knows, and errors without colours."""
    shell.user_ns["ed"] = new_room("")
    monkeypatch.setattr(shell, "colors", "nocolor")
    return shell


@pytest.mark.parametrize(
    ("code", "once"),
    [
        (GROUP, "ExceptionGroup: both (2 sub-exceptions)"),
        (GROUP.replace("Exc", "BaseExc"), "ExceptionGroup: both (2 sub-exceptions)"),
        (GROUP, "OSError: o"),
        (IN_GROUP, "ExceptionGroup: both (2 sub-exceptions)"),
        (IN_GROUP, "KeyError: 'later'"),
        (CHAINED, "ZeroDivisionError: division by zero"),
        (CHAINED, "ValueError: invalid literal for int() with base 10: 'x'"),
        (CAUSED, "KeyError: 'before'"),
        (CAUSED, "ValueError: after"),
        ("x = = 1\n", "SyntaxError: invalid syntax"),
        ("if True:\nx\n", "IndentationError: expected an indented block"),
        ("eval('x = = 1')\n", "SyntaxError: invalid syntax"),
        ("raise KeyboardInterrupt\n", "KeyboardInterrupt: \n"),
        (OWN, "rendered by itself"),
        (BROKEN, "Broken: badly"),
    ],
)
def test_a_cell_and_a_room_show_each_traceback_once(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], code: str, once: str
) -> None:
    ed = shell.user_ns["ed"]
    ed.code = code
    capsys.readouterr()

    done = execute(shell, "ed.run()\nafter = 1")

    assert not done.success and "after" not in shell.user_ns
    printed = capsys.readouterr()
    assert f"{printed.out}{printed.err}\n".count(once) == 1
    *others, error = ed.outputs
    assert error.kind == "error"
    assert f"{error.text}\n".count(once) == 1
    assert not any(once in each.text for each in others)


def test_groups_that_the_code_shows_itself_are_shown_in_their_order(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    show = "except Exception:\n    get_ipython().showtraceback()\n"
    first = f"try:\n    {GROUP.replace('both', 'first')}{show}"
    second = f"try:\n    raise KeyError('second')\n{show}"
    ed = shell.user_ns["ed"]
    ed.code = f"{first}print('between')\n{second}{GROUP.replace('both', 'last')}"
    capsys.readouterr()

    done = execute(shell, "ed.run()")

    assert isinstance(done.error_in_exec, ExceptionGroup)
    printed = capsys.readouterr()
    assert printed.err.count("ExceptionGroup: first") == 1
    assert printed.err.count("ExceptionGroup: last") == 1
    assert printed.out.count("KeyError: 'second'") == 1
    kinds = [each.kind for each in ed.outputs]
    assert kinds == ["error", "stdout", "error", "error"]
    texts = [each.text for each in ed.outputs]
    assert "first (2" in texts[0] and "'second'" in texts[2] and "last (2" in texts[3]


def test_what_the_code_prints_to_stderr_stays_there(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    ed = shell.user_ns["ed"]
    ed.code = (
        "import sys, traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n"
        "    traceback.print_exc()\nprint('warned', file=sys.stderr)\n"
    )
    capsys.readouterr()

    run(shell, "ed.run()")

    assert capsys.readouterr().err.count("ZeroDivisionError") == 1
    (output,) = ed.outputs
    assert output.kind == "stderr"
    assert output.text.endswith("division by zero\nwarned\n")
