"""The event loop of a process that runs the rooms of ``connect``, in a thread."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from ..core.portable import Portable

T = TypeVar("T")


class Forked(Portable, RuntimeError):
    """A room was opened before ``os.fork`` and used in the child process."""

    def __init__(self) -> None:
        super().__init__(
            "This room was opened in another process. A forked process must not use "
            "its connection: call connect() in this process."
        )


class LoopThread:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._run, name="jupyter_pairedit", daemon=True
        )
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    @property
    def is_ours(self) -> bool:
        """Whether this process has made it, and not one that it was forked from."""
        return self.pid == os.getpid()

    def run(self, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the coroutine that ``begin`` returns, and wait. Ctrl-C cancels it.

        It is made on the loop, where Ctrl-C cannot come between making and starting it.
        """
        loop = self._loop
        started = self.call(lambda: asyncio.run_coroutine_threadsafe(begin(), loop))
        return _result(started)

    def call(self, function: Callable[[], T]) -> T:
        """Call a function on the loop, and wait for it."""
        self._expect_outside()
        future: Future[T] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)

        self._loop.call_soon_threadsafe(call)
        return _result(future)

    def _expect_outside(self) -> None:
        if not self.is_ours:
            raise Forked
        if threading.current_thread() is self._thread:
            raise RuntimeError("expected another thread than the one of the rooms")


def _result(future: Future[T]) -> T:
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


_threads: list[LoopThread] = []
"""The last one is that of this process. Those of the processes that it was forked from
stay here: collecting them would close what belongs to those."""
_lock = threading.Lock()


def loop_thread() -> LoopThread:
    """Return the thread of this process, which is started at the first call."""
    with _lock:
        if not _threads or not _threads[-1].is_ours:
            _threads.append(LoopThread())
        return _threads[-1]


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()  # Another thread may have held it.


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
