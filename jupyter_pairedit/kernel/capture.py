"""Records what a part of a cell shows, while the cell shows it as ever.

The methods by which IPython and ipykernel show something are wrapped on the objects
themselves, as IPython does it for its history: who has a reference to ``sys.stdout``
keeps it, and nothing is shown later than without it.
"""

from __future__ import annotations

import base64
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from .cells import current_request
from .recorder import Recorder

Method = Callable[..., Any]


class Capture:
    """Records what the run shows that begins now, in this thread."""

    def __init__(self, shell: InteractiveShell, recorder: Recorder) -> None:
        self._shell = shell
        self._recorder = recorder
        self._thread = threading.current_thread()
        self._request = current_request()
        self._before = set(threading.enumerate())
        self._shows = 0
        """Whether something other than a text is being shown, by printing perhaps."""
        self._failure: tuple[BaseException, Callable[[], object]] | None = None
        """The error that was to be shown last, and how."""
        self._printed: list[str] | None = None
        """The traceback that IPython prints now, if it shows one."""

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record until the end of the block."""
        display, hook = self._shell.display_pub, self._shell.displayhook
        wraps: list[tuple[object, str, Callable[[Method], Method]]] = [
            (sys.stdout, "write", lambda write: self._write(sys.stdout, write)),
            (sys.stderr, "write", lambda write: self._write(sys.stderr, write)),
            (display, "publish", self._publish),
            (display, "clear_output", self._clear),
            (hook, "write_output_prompt", self._quiet),
            (hook, "write_format_data", self._result),
            (hook, "finish_displayhook", self._quiet),
            (self._shell, "showtraceback", self._traceback),
            (self._shell, "_showtraceback", self._error),
            (self._shell, "show_usage_error", self._usage_error),
        ]
        with ExitStack() as stack:
            for target, name, wrap in wraps:
                stack.enter_context(_wrapped(target, name, wrap))
            try:
                yield
            except BaseException as error:
                self.release(error)
                raise

    def release(self, error: BaseException | None) -> None:
        """Show the last error, unless it is this one: the cell will show it."""
        if self._failure is not None:
            failure, show = self._failure
            self._failure = None
            if failure is not error:
                with self._showing():
                    show()

    def _belongs(self, source: object) -> bool:
        """Whether the caller is the run, or a thread that it has started.

        Threads of other cells, and of messages of pages, are not.
        """
        thread = threading.current_thread()
        if thread is self._thread:
            return True
        # ipykernel reads what processes print, in a thread of each stream.
        reads = thread is getattr(source, "watch_fd_thread", None)
        if thread in self._before and not reads:
            return False
        parent = getattr(source, "parent_header", None)
        if not self._request or not isinstance(parent, Mapping):
            return True
        return parent.get("msg_id") == self._request

    @contextmanager
    def _showing(self) -> Iterator[None]:
        """Record no text: outside of ipykernel, everything is shown by printing it."""
        self._shows += 1
        try:
            yield
        finally:
            self._shows -= 1

    def _write(self, stream: object, write: Method) -> Method:
        name = "stderr" if stream is sys.stderr else "stdout"

        def wrapper(text: str, *more: Any) -> Any:
            is_own = threading.current_thread() is self._thread
            if self._printed is not None and is_own and name == "stderr":
                self._printed.append(text)
                return len(text)
            done = write(text, *more)
            is_shown = self._shows and is_own
            if not is_shown and isinstance(text, str) and self._belongs(stream):
                self._recorder.print(name, text)
            return done

        return wrapper

    def _quiet(self, method: Method) -> Method:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            with self._showing():
                return method(*arguments, **named)

        return wrapper

    def _publish(self, publish: Method) -> Method:
        def wrapper(data: Any, metadata: Any = None, *more: Any, **named: Any) -> Any:
            with self._showing():
                done = publish(data, metadata, *more, **named)
            if self._belongs(self._shell.display_pub):
                kind = "update_display_data" if named.get("update") else "display_data"
                transient = named.get("transient") or {}
                content = {"data": _as_sent(data), "metadata": metadata}
                self._recorder.take(kind, content | {"transient": transient})
            return done

        return wrapper

    def _clear(self, clear: Method) -> Method:
        def wrapper(wait: bool = False) -> Any:
            with self._showing():
                done = clear(wait)
            if self._belongs(self._shell.display_pub):
                self._recorder.take("clear_output", {"wait": wait})
            return done

        return wrapper

    def _result(self, write: Method) -> Method:
        def wrapper(data: Any, md_dict: Any = None, *more: Any, **named: Any) -> Any:
            with self._showing():
                done = write(data, md_dict, *more, **named)
            content = {"data": _as_sent(data), "metadata": md_dict}
            self._recorder.take("execute_result", content)
            return done

        return wrapper

    def _traceback(self, show: Method) -> Method:
        """Take the traceback of an exception group, which IPython prints itself."""

        def wrapper(exc_tuple: Any = None, *more: Any, **named: Any) -> None:
            _, error, _ = exc_tuple or sys.exc_info()
            self.release(None)
            self._printed = []
            try:
                show(exc_tuple, *more, **named)
            finally:
                text, self._printed = "".join(self._printed), None
                if text and error is not None:
                    self._printed_error(error, text)
                elif text:
                    sys.stderr.write(text)

        return wrapper

    def _printed_error(self, error: BaseException, text: str) -> None:
        self._recorder.take("error", {"traceback": text.rstrip("\n")})
        self._failure = error, lambda: sys.stderr.write(text)

    def _error(self, show: Method) -> Method:
        def wrapper(kind: type, error: BaseException, lines: list[str]) -> None:
            self.release(None)
            self._recorder.take(
                "error",
                {"ename": kind.__name__, "evalue": str(error), "traceback": lines},
            )
            self._failure = error, lambda: show(kind, error, lines)

        return wrapper

    def _usage_error(self, show: Method) -> Method:
        def wrapper(error: BaseException) -> None:
            self.release(None)
            self._recorder.print("stderr", f"UsageError: {error}\n")
            self._failure = error, lambda: show(error)

        return wrapper


@contextmanager
def _wrapped(
    target: object, name: str, wrap: Callable[[Method], Method]
) -> Iterator[None]:
    """Replace a method of one object."""
    original = getattr(target, name)
    wrapper = wrap(original)
    own = name in vars(target)
    setattr(target, name, wrapper)
    try:
        yield
    finally:
        if vars(target).get(name) is not wrapper:
            pass  # The code has wrapped it as well, and not finished.
        elif own:
            setattr(target, name, original)
        else:
            delattr(target, name)


def _as_sent(data: object) -> object:
    """Return a bundle as ipykernel sends it: images as base64."""
    if not isinstance(data, Mapping):
        return data
    return {
        mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for mime, value in data.items()
    }
