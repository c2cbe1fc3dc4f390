"""Values, names and keys in this process, found without executing code of an object.

``getattr`` executes properties and other descriptors, ``__getattr__`` and
``__getattribute__``. Nothing here does: an attribute that needs it has no value. Only
an own ``__dir__`` is called, as it is there to list names.

The text of this file is also sent to the kernels of rooms, which may not have this
package, and another version of Python: it imports nothing but Python's own modules.
"""

from __future__ import annotations

import builtins
import inspect
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
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

MOST_KEYS = 100_000
"""Keys of an object that are looked at: a table may have millions."""

_MOST_WRITTEN = 1_000
"""Keys that are written down to see whether they fit, which takes longest."""
_DICTIONARIES = (dict, defaultdict, OrderedDict)
"""Classes whose keys are listed without code of their own."""
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


def variable(variables: Mapping[str, Any], name: str) -> object:
    """Return the value of a variable or a builtin; ``MISSING`` without it."""
    for each in (variables, vars(builtins)):
        if name in each:
            return each[name]
    return MISSING


def value_of(variables: Mapping[str, Any], steps: Sequence[Any]) -> object:
    """Return the value of a chain; ``MISSING`` without it.

    The chain begins with the name of a variable. Each other step is the name of an
    attribute, or a tuple of one key.
    """
    value = variable(variables, steps[0])
    for each in steps[1:]:
        value = attribute(value, each) if type(each) is str else item(value, each[0])
    return value


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


def item(value: Any, key: str | int) -> object:
    """Return what a dictionary, a list or a tuple has at a key; ``MISSING`` of others.

    A subclass may have methods of its own.
    """
    if type(value) in (list, tuple):
        inside = type(key) is int and -len(value) <= key < len(value)
        return value[key] if inside else MISSING
    if type(value) not in _DICTIONARIES:
        return MISSING
    # Not value[key], which compares the key with others, by their ``__eq__``.
    for known, found in _first(value.items()):
        if type(known) is type(key) and known == key:
            return found
    return MISSING


def keys(value: Any) -> list[str]:
    """Return the texts that a value can be indexed with, of its first ``MOST_KEYS``.

    These are keys of a dictionary, fields of an array of NumPy, columns of a table of
    pandas and labels of its rows. A subclass has none, as it may have its own methods.
    """
    found: list[object] = []
    if type(value) in _DICTIONARIES:
        found = _first(value)
    elif type(value) is _loaded("numpy", "ndarray"):
        found = _first(value.dtype.names or ())
    # These are classes of pandas itself, so that its code alone is executed.
    elif type(value) is _loaded("pandas", "DataFrame"):
        found = _labels(value.columns)
    elif type(value) is _loaded("pandas", "Series"):
        found = _labels(value.index)
    return [each for each in found if type(each) is str]


def written_keys(
    value: object, begun: str, quote: str, most: int, longest: int
) -> list[str]:
    """Return keys of a value as they are written between quotes, after what is begun.

    There are at most ``most``, of at most ``longest`` characters, and none is empty.
    """
    plain = begun.partition("\\")[0]
    likely = (e for e in keys(value) if 0 < len(e) <= longest and e.startswith(plain))
    texts = (written(each, quote) for each in islice(likely, _MOST_WRITTEN))
    found = (each for each in texts if len(each) <= longest and each.startswith(begun))
    return [*islice(found, most)]


def written(text: str, quote: str) -> str:
    """Return how a text is written in Python, between quotes. All is printable."""
    return "".join(
        f"\\{each}"
        if each in ("\\", quote)
        else each
        if each.isprintable()
        else each.encode("unicode_escape").decode()
        for each in text
    )


def keys_in_hex(variables: Mapping[str, Any], steps: Sequence[Any], *how: Any) -> str:
    """Return the lines of ``written_keys`` of a chain, encoded as UTF-8, in hex.

    The display of such a text is the text in quotes, whatever is in the keys.
    """
    found = written_keys(value_of(variables, steps), *how)
    return "\n".join(found).encode().hex()


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


def _first(found: Iterable[Any]) -> list[Any]:
    try:
        return [*islice(found, MOST_KEYS)]
    except RuntimeError:  # another thread has changed the dictionary
        return []


def _loaded(module: str, name: str) -> object:
    """Return a class of a module, if it is there already; else ``MISSING``."""
    return dictionary(sys.modules.get(module)).get(name, MISSING)


def _labels(index: Any) -> list[object]:
    """Return the labels of an index of pandas. It may keep them in an array of another
    package, and one of several levels, or of other than texts, is another class."""
    if type(index) is not _loaded("pandas", "Index"):
        return []
    own = str(_DICT.__get__(type(index.array)).get("__module__")).startswith("pandas.")
    return index[:MOST_KEYS].tolist() if own else []


def _slot(slot: Any, value: object) -> object:
    try:
        return slot.__get__(value)
    except AttributeError:
        return MISSING
