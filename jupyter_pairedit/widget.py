"""The public names of ``kernel.widget``, for notebooks that import them from here."""

from .kernel.blame import NotReported
from .kernel.named import open_room
from .kernel.widget import (
    NOT_SHOWN,
    BundleNotBuilt,
    PairEditor,
    join_room,
    new_room,
    open_editors,
)

__all__ = [
    "NOT_SHOWN",
    "BundleNotBuilt",
    "NotReported",
    "PairEditor",
    "join_room",
    "new_room",
    "open_editors",
    "open_room",
]
