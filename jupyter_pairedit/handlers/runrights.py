"""Who may run the code of rooms on this server."""

from __future__ import annotations

import hmac
import os

from jupyter_core.utils import ensure_async
from jupyter_server.auth.identity import (
    IdentityProvider,
    PasswordIdentityProvider,
    User,
)

from ..connections.runaccess import Permission
from .access import RESOURCE
from .base import PairEditHandler

OFF = "Running code is switched off on this server (PairEdit.allow_run)."
UNSET = (
    "Running code is not switched on: this server may have several users "
    "(PairEdit.allow_run)."
)
NO_RIGHT = "You have no right to execute code on this server."

_ONE_USER = (IdentityProvider, PasswordIdentityProvider)
_KERNELS = "kernels"
"""Jupyter's own resource: who may not use it, may not reach a kernel by a room."""


def why_not(allow_run: bool | None, provider: IdentityProvider, user: User) -> str:
    """Return why nobody, or not this user, may run code; empty if nothing forbids it.

    ``allow_run`` is the setting; None permits it where the server has one user.
    """
    if allow_run is None:
        return "" if is_only_user(provider, user) else UNSET
    return "" if allow_run else OFF


def is_only_user(provider: IdentityProvider, user: User) -> bool:
    """Return whether the server has one user, and this is that user.

    So it is with a token or a password, which all who log in share, and with
    somebody's own server of a JupyterHub when that person asks. A subclass of Jupyter's
    providers may know several users.
    """
    if type(provider) in _ONE_USER:
        return True
    if getattr(provider, "hub_auth", None) is None:
        return False
    model = getattr(user, "hub_user", None) or {}
    name = os.environ.get("JUPYTERHUB_USER")
    return bool(name) and model.get("kind") == "user" and model.get("name") == name


async def run_permission(handler: PairEditHandler) -> Permission:
    """Return what the person of a request may do with kernels now.

    Jupyter's ``Authorizer`` is asked each time, because rights can be withdrawn.
    """
    user = handler.current_user
    allow_run = handler.context.allow_run
    problem = why_not(allow_run, handler.identity_provider, user)
    if problem:
        return Permission("", problem)
    for resource in (RESOURCE, _KERNELS):
        ask = handler.authorizer.is_authorized(handler, user, "execute", resource)
        if not await ensure_async(ask):
            return Permission("", NO_RIGHT)
    return Permission("run")


def decides(handler: PairEditHandler, xsrf: str) -> bool:
    """Return whether a socket is that of a page of this server with a login cookie.

    ``xsrf`` is the value in its ``hello``, which pages of other origins cannot read.
    """
    if handler.is_kernel or handler.token_authenticated:
        return False
    request = handler.request
    own = f"{request.protocol}://{request.host}"
    cookie = handler.get_cookie("_xsrf") or ""
    return (
        request.headers.get("Origin", "") == own
        and bool(cookie)
        and hmac.compare_digest(cookie.encode(), xsrf.encode())
    )
