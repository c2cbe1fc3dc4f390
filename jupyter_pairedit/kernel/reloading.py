"""IPython's ``%autoreload``, which must not reload this package.

After an upgrade in place, it would load the new files into a kernel that has objects of
the old ones. It gives such objects their new class where it can, and cannot for those
that have slots, such as the messages of the protocol: each use of an editor would raise
``TypeError``.
"""

from __future__ import annotations

import sys

from IPython.core.getipython import get_ipython

_PACKAGE = __name__.partition(".")[0]


def keep_out_of_autoreload() -> None:
    """Exclude all modules of this package that are imported, now and after each cell.

    Does nothing outside IPython. ``%aimport -name`` is the documented way to exclude a
    module. It takes no packages, and its list is lost when autoreload is loaded again.
    So modules that are imported later, and autoreload itself, are dealt with after the
    cell that loads them: nothing is reloaded before the next one begins.
    """
    shell = get_ipython()
    if shell is None:
        return
    # IPython registers the same function once only.
    shell.events.register("post_execute", keep_out_of_autoreload)
    aimport = shell.find_line_magic("aimport")  # type: ignore[no-untyped-call]
    if aimport is None:
        return
    for name in list(sys.modules):
        if name.partition(".")[0] == _PACKAGE:
            aimport(f"-{name}")
