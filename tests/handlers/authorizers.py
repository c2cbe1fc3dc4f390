"""Jupyter authorizers that restrict what people may do."""

from __future__ import annotations

from jupyter_server.auth import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler


class Rights(Authorizer):
    """Allows the actions in ``allowed``."""

    allowed = frozenset({"read", "write", "execute"})

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        return action in self.allowed


class ReadOnly(Rights):
    """People may read and open sockets."""

    allowed = frozenset({"read", "execute"})


class NoExecute(Rights):
    """People may read and write."""

    allowed = frozenset({"read", "write"})


class Nothing(Rights):
    """Nobody may do anything."""

    allowed = frozenset()


class Changing(Rights):
    """Allows the actions in ``now``, which a test changes."""

    now = Rights.allowed

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        return action in self.now
