"""The public names of ``kernel.magic``, for whoever imports them from here."""

from .kernel.magic import PaireditMagics, match, register

__all__ = ["PaireditMagics", "match", "register"]
