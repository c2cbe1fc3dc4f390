"""Suggestions for the code before the caret."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import fields
from importlib.metadata import entry_points

from ..core.bounds import shown
from ..core.fim import TEMPLATES, Template, template_of
from ..core.limits import Limits
from .base import Completer
from .dialects import DIALECTS, Dialect
from .model import Model, Options, ServedModel, SuffixModel
from .trouble import BadCompleter

GROUP = "jupyter_pairedit.completers"
"""The entry points of other packages, which are read if no name of ours is given."""


def choose_completer(
    settings: Mapping[str, object], limits: Limits
) -> tuple[Completer, str]:
    """Return the completer of the settings ``completer``, ``completer_url``, ….

    If one of them is wrong, the mock is returned, and a line that names it.
    """
    mock = load_completer(Options("mock"), limits)
    values: dict[str, str] = {}
    for option in fields(Options):
        name = option.name
        setting = name if name == "completer" else f"completer_{name}"
        value = settings[setting]
        if not isinstance(value, str):
            found = "" if name == "key" else f", found {shown(value)}"
            return mock, f"PairEdit.{setting}: expected a string{found}; using 'mock'"
        values[name] = value.strip()
    try:
        return load_completer(Options(**values), limits), ""
    except BadCompleter as problem:
        return mock, f"{problem}; using 'mock'"


def load_completer(options: Options, limits: Limits) -> Completer:
    """Return the completer that the settings name.

    Raises ``BadCompleter`` with one line that names the setting, what was expected and
    what was found.
    """
    if options.completer == "mock":
        from .mock import MockCompleter

        return MockCompleter()
    dialect = DIALECTS.get(options.completer)
    model = _served(dialect, options, limits) if dialect else _plugin(options)
    from .asking import ModelCompleter

    return ModelCompleter(model, limits, time.monotonic)


def _served(dialect: Dialect, options: Options, limits: Limits) -> Model:
    try:
        from .stream import Stream
    except ImportError:
        raise BadCompleter(
            f"PairEdit.completer: {options.completer!r} needs the package httpx: "
            "pip install 'jupyter_pairedit[ai]'"
        ) from None
    from .address import check_proxy, check_url
    from .keys import read_key

    if not (options.url or dialect.url):
        raise BadCompleter(
            f"PairEdit.completer_url: expected the address of a server for "
            f"{options.completer!r}, found none"
        )
    address = check_url(options.url or dialect.url)
    name = options.model or dialect.model
    if name is None and options.completer != "template":
        raise BadCompleter(
            f"PairEdit.completer_model: expected the name of a model for "
            f"{options.completer!r}, found none"
        )
    template = _template(options) if options.completer == "template" else None

    def key() -> str:
        return read_key(options.key, os.environ)

    key()  # a wrong one is reported at the start
    proxy = check_proxy(options.proxy)
    stream = Stream(address, key, limits.completion_connect, time.time, proxy)
    kind = SuffixModel if options.completer == "openai" else ServedModel
    return kind(dialect, stream, name or "", template)


def _template(options: Options) -> Template:
    name = options.template or template_of(options.model)
    if name is None or name not in TEMPLATES:
        raise BadCompleter(
            f"PairEdit.completer_template: expected one of {', '.join(TEMPLATES)}, "
            f"found {shown(options.template) if options.template else 'none'}"
        )
    return TEMPLATES[name]


def _plugin(options: Options) -> Model:
    """Return the model of another package. Nothing of it is imported otherwise."""
    found = [*entry_points(group=GROUP, name=options.completer)]
    if not found:
        names = ", ".join(["mock", *DIALECTS])
        raise BadCompleter(
            f"PairEdit.completer: expected one of {names}, or the name of an entry "
            f"point of {GROUP}, found {shown(options.completer)}"
        )
    try:
        model: Model = found[0].load()(options)
    except Exception as problem:
        # The message of another error may contain the key.
        why = f"{problem}"[:200] if isinstance(problem, ValueError) else ""
        raise BadCompleter(
            f"PairEdit.completer: {shown(options.completer)} of another package does "
            f"not start: {why or type(problem).__name__}"
        ) from None
    return model
