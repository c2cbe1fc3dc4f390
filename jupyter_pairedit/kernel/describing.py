"""Signatures and descriptions of values, without executing code of an object."""

from __future__ import annotations

import inspect
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from ..core.statics import dictionary, find, isinstance_of, kind, name_of, stored

_PLAIN = (int, float, complex, str, bytes, bool, type(None), type(...))
_LONGEST_DEFAULT = 30


def signature(value: object, *, bound: bool = False) -> str:
    """Return the parameters of a function or a class, such as ``(x, y=1)``.

    Empty if they are not known. ``bound`` leaves the first one out.
    """
    if isinstance_of(value, type):
        return signature(find(value, "__init__"), bound=True)  # type: ignore[arg-type]
    if type(value) is MethodType:
        return signature(value.__func__, bound=True)
    known = type(value) is FunctionType and "__signature__" not in dictionary(value)
    if not known and type(value) is not BuiltinFunctionType:
        return ""
    try:
        found = inspect.signature(value, follow_wrapped=False)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return ""
    parameters = [*found.parameters.values()][1 if bound else 0 :]
    # The text of annotations and of other defaults would be computed by their classes.
    plain = [
        each.replace(annotation=each.empty, default=_Default.of(each.default))
        for each in parameters
    ]
    return str(inspect.Signature(plain))


def is_bound(owner: object, name: str, value: object) -> bool:
    """Return whether an attribute of an object is a function that gets the object."""
    found = stored(owner, name)
    if type(found) is classmethod:
        return True
    if type(found) is not FunctionType or isinstance_of(owner, type):
        return False
    return name not in dictionary(owner)


def description(title: str, value: object, *, bound: bool = False) -> str:
    """Return a value's signature or class, and what is documented of it."""
    what = kind(value)
    if what == "instance":
        head, doc = f"{title}: {name_of(type(value))}", _doc(type(value))
    elif what == "module":
        head, doc = f"{title}: module", _doc(value)
    else:
        head, doc = title + signature(value, bound=bound), _doc(value)
    return f"{head}\n\n{inspect.cleandoc(doc)}" if doc else head


def _doc(value: object) -> str:
    if isinstance_of(value, type):
        found = type.__dict__["__dict__"].__get__(value).get("__doc__")
    elif isinstance_of(value, ModuleType):
        found = dictionary(value).get("__doc__")
    else:  # functions of Python itself, in whose classes it is a member
        found = value.__doc__
    return found if type(found) is str else ""


class _Default:
    """A default in a signature."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text

    @classmethod
    def of(cls, value: Any) -> Any:
        """Return what is shown of a default."""
        if value is inspect.Parameter.empty:
            return value
        text = repr(value) if type(value) in _PLAIN else "…"
        return cls(text if len(text) <= _LONGEST_DEFAULT else "…")
