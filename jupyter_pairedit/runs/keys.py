"""Keys of objects in the kernel of a room: the question to it, and its answer.

IPython's own completion of ``x["`` calls methods of the object. So the kernel executes
our own code, which calls none. Of the room's code, it gets the names and keys before
the caret as constants: nothing of it is executed.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from typing import Any

from ..core.keys import Key, keys_found
from ..core.lookups import LONGEST_NAME, MOST_NAMES, Names
from ..core.statics import keys_in_hex
from ..running.kernel import EXPRESSION

_SOURCE = ascii(inspect.getsource(sys.modules[keys_in_hex.__module__]))
_HEX = re.compile("'((?:[0-9a-f]{2})*)'")


def keys_expression(key: Key) -> str:
    """Return an expression whose value is the answer. It defines no variable.

    Variables of the person may be called as functions of Python are.
    """
    asked = ascii((key.owner, key.begun, key.quote, MOST_NAMES, LONGEST_NAME))
    return (
        f"(lambda python, ours: python.exec({_SOURCE}, ours) or "
        f"ours['keys_in_hex'](python.globals(), *{asked}))"
        "(__import__('builtins'), {'__name__': 'pairedit'})"
    )


def read_keys(key: Key, reply: Mapping[str, Any]) -> Names:
    """Return the keys in the ``execute_reply`` with the value of the expression.

    Replies come from a kernel: what has another form has no keys.
    """
    value: Any = reply
    for each in ("user_expressions", EXPRESSION, "data", "text/plain"):
        value = value.get(each) if isinstance(value, Mapping) else None
    found = _HEX.fullmatch(value) if isinstance(value, str) else None
    text = bytes.fromhex(found[1]).decode("utf-8", "ignore") if found else ""
    return keys_found(key, text.split("\n"))
