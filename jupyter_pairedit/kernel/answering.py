"""Answers the pages of an editor about names of this kernel.

The page's question is a message on the widget's comm. It does not reach the code that
takes such messages: that calls IPython's hooks ``pre_execute`` and ``post_execute``, by
which plots of a running cell would be shown too early. So a question changes nothing in
the kernel, and it is answered while a cell runs if the page sends it to a subshell.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from IPython.core.getipython import get_ipython
from traitlets import Bunch, observe

from .running import RunningEditor

_LONGEST_ID = 64
_LONGEST_CODE = 2 * 1024 * 1024
"""Characters."""


class AnsweringEditor(RunningEditor):
    """An editor that answers questions about names."""

    @observe("comm")
    def _answer_questions(self, change: Bunch) -> None:
        comm = change["new"]
        if comm is None:
            return
        route = getattr(comm, "_reply_subshell_for", None)

        def reply_subshell_for(data: object, default: object) -> object:
            # ipykernel 7 sends what a page sends to where the kernel has sent from
            # last, which is mostly the main shell, where a cell may run.
            return default if question_in(data) or not route else route(data, default)

        comm.handle_msg = partial(self._handle, comm.handle_msg)
        if route is not None:
            comm._reply_subshell_for = reply_subshell_for

    def _handle(
        self, handle: Callable[[dict[str, Any]], None], message: dict[str, Any]
    ) -> None:
        question = question_in(message.get("content", {}).get("data"))
        if question is None:
            handle(message)
        else:
            self._answer(question)

    def _answer(self, question: dict[str, Any]) -> None:
        answer = self._answer_to(question)
        if answer is None:
            return
        self.send(answer)
        # ipykernel 7 keeps the id of each message, for a reply.
        getattr(self.comm, "_reply_subshell_ids", {}).pop(question["id"], None)

    def _answer_to(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer; None if there is none, as it is switched off."""
        shell = get_ipython()
        if shell is None or not self._names_allowed():
            return None
        from .lookups import answer  # It loads msgspec, for the first one.

        magics = shell.magics_manager.magics
        return answer(question, shell.user_ns, shell.user_ns_hidden, magics)

    def _names_allowed(self) -> bool:
        """Whether the room's server has not switched it off."""
        return self._session is None or self._session.names


def question_in(data: object) -> dict[str, Any] | None:
    """Return the question about names in what a page has sent; None if it is none."""
    if not isinstance(data, dict) or data.get("method") != "custom":
        return None
    content = data.get("content")
    if not isinstance(content, dict):
        return None
    id, code, at = (content.get(key) for key in ("id", "code", "at"))
    right = (
        content.get("type") in ("names", "inspect")
        and isinstance(id, str)
        and len(id) <= _LONGEST_ID
        and isinstance(code, str)
        and len(code) <= _LONGEST_CODE
        and type(at) is int
    )
    return content if right else None
