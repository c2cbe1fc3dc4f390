"""``ed.run()``: executes the code of a room in the cell that calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from IPython.core.interactiveshell import InteractiveShell

from ..client.errors import NotConnected, RunRefused
from ..core.expecting import expect, span_or_none
from .following import FollowingEditor

if TYPE_CHECKING:
    from ..client.runs import WantedRun
    from ..core.outputs import Output
    from .recorder import Recorder
    from .reporting import EndState
    from .session import Session

_NOT_SHARED = "Only this cell shows the output."


@dataclass(frozen=True)
class _LastRun:
    """The last run of this kernel."""

    recorder: Recorder
    number: int
    """The number in the room, or that of the last run of the room before it."""


class RunningEditor(FollowingEditor):
    """An editor whose code can be executed."""

    _last_run: _LastRun | None = None

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs of the last run of the room, or of ``run`` here.

        Each has ``kind`` (``stdout``, ``stderr``, ``display``, ``result`` or
        ``error``), ``text``, and for images and markup ``mime`` and ``data``. Runs of
        others are known where the kernel is connected itself.
        """
        last, session = self._last_run, self._session
        if session is not None:
            number, outputs = session.last_outputs()
            if last is None or number > last.number:
                return outputs
        return last.recorder.changes(everything=True).outputs if last else ()

    def run(
        self,
        share: bool = True,
        unread: bool = False,
        part: tuple[int, int] | None = None,
    ) -> None:
        """Execute the code of the room here, in the middle of the cell that calls it.

        That is the newest version, with what was assigned to ``code`` before; or a
        ``part`` of it, a range in code points. It is executed as if the cell contained
        it: its variables stay, magics work, and its output is the cell's. An exception
        of the code is raised here, so that *Run All* stops. ``Out`` and the numbers of
        cells stay as they are.

        The people in the room see the run and its output as well, unless ``share`` is
        False. Where that is not possible, because the kernel is not connected, came by
        a guest link, or the server does not run code, the cell says so in a line. If
        guests have written text that you were not shown, ``Unread`` has the ``lines``,
        and nothing is executed; with ``unread`` it is. The server checks this, so it is
        not checked where the room does not see the run.

        Raises ``RunRefused`` with the server's reason, ``NotSaved`` if the room does
        not take what was assigned to ``code``, ``ValueError`` for a part that is not in
        the code, and ``RuntimeError`` outside of a cell, in code that ``run`` executes,
        and for code with ``await`` outside of functions.
        """
        __tracebackhide__ = True
        self.prepare_run(share, unread, part)()

    def prepare_run(
        self,
        share: bool = True,
        unread: bool = False,
        part: tuple[int, int] | None = None,
    ) -> Callable[[], None]:
        """Do what ``run`` does before the code is executed. Return the rest."""
        __tracebackhide__ = True
        # Imported when it is used: it takes longer than the rest of the package.
        from .executing import expect_sync, shell_of_cell

        expect("share", share, bool)
        expect("unread", unread, bool)
        part = span_or_none("part", part)
        shell = shell_of_cell()
        session = self._session
        wanted, note = self._wanted_run(session, part)
        code = part_of(self.code, part) if wanted is None else wanted.code
        expect_sync(shell, code)
        number = 0
        if session is not None and wanted is not None and share:
            with _stopping(session):
                number, note = _begun(session, wanted, unread)

        def go() -> None:
            __tracebackhide__ = True
            if note and share:
                print(note)
            with _stopping(session):
                error = self._execute(shell, code, session, number)
            if error is not None:
                raise error

        return go

    def _wanted_run(
        self, session: Session | None, part: tuple[int, int] | None
    ) -> tuple[WantedRun | None, str]:
        """Return the version to run; or None, and why the room cannot say it."""
        if session is None:
            return None, f"{self._reason} {_NOT_SHARED}".lstrip()
        try:
            if session.status == "reconnecting":
                raise NotConnected("The connection is lost.", "reconnecting")
            return session.wanted(part), ""
        except NotConnected as problem:
            return None, f"{problem} {_NOT_SHARED}"

    def _execute(
        self,
        shell: InteractiveShell,
        code: str,
        session: Session | None,
        number: int,
    ) -> BaseException | None:
        from .executing import execute
        from .recorder import Recorder

        recorder = Recorder()
        before = number
        if session is not None and not number:
            before, _ = session.last_outputs()
        self._last_run = _LastRun(recorder, before)
        if session is None or not number:
            return execute(shell, code, recorder)
        report = None
        try:
            report = session.report(number, recorder)
            error = execute(shell, code, recorder)
        except KeyboardInterrupt as interrupt:
            # It came before or after the code, which execute() returns errors of.
            error = interrupt
        session.finish(report or session.report(number, recorder), _end_of(error))
        return error


@contextmanager
def _stopping(session: Session | None) -> Iterator[None]:
    """Let no run stay that was begun, and of which Ctrl-C prevented the rest."""
    try:
        yield
    except KeyboardInterrupt:
        if session is not None:
            session.stop_begun()
        raise


def _begun(session: Session, wanted: WantedRun, unread: bool) -> tuple[int, str]:
    """Return the number of the run; or 0, and why the room does not have it."""
    if session.guest:
        return 0, f"A guest link cannot share a run. {_NOT_SHARED}"
    try:
        return session.begin(wanted, unread=unread), ""
    except RunRefused as refusal:
        if refusal.code not in ("forbidden", "no_kernel", "storage"):
            raise
        return 0, f"{refusal} {_NOT_SHARED}"
    except NotConnected as problem:
        return 0, f"{problem} {_NOT_SHARED}"


def _end_of(error: BaseException | None) -> EndState:
    if error is None:
        return "done"
    return "stopped" if isinstance(error, KeyboardInterrupt) else "error"


def part_of(code: str, part: tuple[int, int] | None) -> str:
    """Return a range of a code, in code points. Raises ``ValueError``."""
    if part is None:
        return code
    start, end = part
    if not 0 <= start <= end <= len(code):
        raise ValueError(
            f"expected a part from 0 to {len(code)}, found one from {start} to {end}"
        )
    return code[start:end]
