"""Values and names in this process, found without executing code of an object.

``getattr`` executes properties and other descriptors, ``__getattr__`` and
``__getattribute__``. Nothing here does: an attribute that needs it has no value. Only
an own ``__dir__`` is called, as it is there to list names.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

MISSING = object()
"""Of an attribute that is not there, or that only code could find."""

_FUNCTIONS = (
    FunctionType,
    MethodType,
    BuiltinFunctionType,
    MethodDescriptorType,
    MethodWrapperType,
    WrapperDescriptorType,
    ClassMethodDescriptorType,
)
_WRAPPERS = (staticmethod, classmethod)
_OWN_DIR = (object.__dir__, type.__dir__, ModuleType.__dir__)
_MRO: Any = type.__dict__["__mro__"]
_DICT: Any = type.__dict__["__dict__"]
_NAME: Any = type.__dict__["__name__"]


def attribute(value: object, name: str) -> object:
    """Return an attribute that is stored as it is; ``MISSING`` for any other."""
    found = stored(value, name)
    if type(found) is MemberDescriptorType and not isinstance_of(value, type):
        return _slot(found, value)
    if type(found) in _WRAPPERS:
        return found.__func__  # type: ignore[attr-defined]
    if type(found) in _FUNCTIONS or not has(type(found), "__get__"):
        return found
    return MISSING


def stored(value: object, name: str) -> object:
    """Return what an attribute is stored as, which may be a descriptor."""
    try:
        return inspect.getattr_static(value, name, MISSING)
    except Exception:  # of a class that inspect does not understand
        return MISSING


def names(value: object) -> Iterable[str]:
    """Return the names of the attributes, some perhaps twice."""
    own = find(type(value), "__dir__")
    if own not in _OWN_DIR:
        try:
            listed = type(value).__dir__(value)
            return [each for each in listed if type(each) is str]
        except Exception:
            return []
    if isinstance_of(value, ModuleType) and "__dir__" in dictionary(value):
        try:
            listed = dictionary(value)["__dir__"]()
            return [each for each in listed if type(each) is str]
        except Exception:
            return []
    classes = mro(value) if isinstance_of(value, type) else mro(type(value))
    found = [] if isinstance_of(value, type) else [*dictionary(value)]
    for each in classes:
        found += [*_DICT.__get__(each)]
    return [each for each in found if type(each) is str]


def kind(found: object) -> str:
    """Return the kind of what an attribute is stored as, in IPython's words."""
    if found is MISSING:
        return ""
    if isinstance_of(found, ModuleType):
        return "module"
    if isinstance_of(found, type):
        return "class"
    if type(found) in (*_FUNCTIONS, *_WRAPPERS):
        return "function"
    return "property" if type(found) is property else "instance"


def isinstance_of(value: object, kind: type) -> bool:
    """Return ``isinstance(value, kind)`` without a look at ``__class__``."""
    return kind in mro(type(value))


def mro(kind: object) -> tuple[type, ...]:
    """Return the classes of a class."""
    found: tuple[type, ...] = _MRO.__get__(kind)
    return found


def find(kind: type, name: str) -> object:
    """Return what is stored in a class, or in those that it inherits from."""
    for each in mro(kind):
        if name in _DICT.__get__(each):
            return _DICT.__get__(each)[name]
    return MISSING


def has(kind: type, name: str) -> bool:
    """Return whether a class has an attribute."""
    return find(kind, name) is not MISSING


def name_of(kind: type) -> str:
    """Return the name of a class."""
    return str(_NAME.__get__(kind))


def dictionary(value: object) -> dict[str, Any]:
    """Return the attributes of an instance itself; empty if it has no dictionary."""
    entry = find(type(value), "__dict__")
    if type(entry) not in (GetSetDescriptorType, MemberDescriptorType):
        return {}
    found = entry.__get__(value)  # type: ignore[attr-defined]
    return found if type(found) is dict else {}


def _slot(slot: Any, value: object) -> object:
    try:
        return slot.__get__(value)
    except AttributeError:
        return MISSING
