"""Two people write one piece of code together, from a notebook, a page or a link.

Both the server and the kernels import this package. Each function imports what it
needs, so that neither loads the other's modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .client import aconnect, connect
    from .widget import PairEditor, join_room, new_room, open_editors, open_room

__version__ = "0.1.0"
__all__ = [
    "PairEditor",
    "__version__",
    "aconnect",
    "connect",
    "join_room",
    "new_room",
    "open_editors",
    "open_room",
]


def __getattr__(name: str) -> Any:
    """Import the client or the widget on first use (PEP 562)."""
    if name.startswith("_") or name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in ("aconnect", "connect"):
        from . import client

        return getattr(client, name)
    from . import widget

    return getattr(widget, name)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Return the extensions for jupyter_server."""
    from .app import PairEdit

    return [{"module": "jupyter_pairedit.app", "app": PairEdit}]


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """``%load_ext jupyter_pairedit``: define ``%pairedit``."""
    from .kernel import magic
    from .kernel.reloading import keep_out_of_autoreload

    keep_out_of_autoreload()
    magic.register(ipython)


def _meet_ipython() -> None:
    """Keep IPython from reloading this package, also without ``%load_ext``."""
    import sys

    if "IPython" in sys.modules:
        from .kernel.reloading import keep_out_of_autoreload

        keep_out_of_autoreload()


_meet_ipython()
